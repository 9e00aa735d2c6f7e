import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clientAddress, isLoopback, readProxies, subscriberOf } from './client-address.ts'

const nobody = readProxies('')!
const proxies = readProxies('10.0.0.5, 10.1.0.0/16, 2001:db8::/32')!

const cases = [
  { name: 'nobody is believed by default', socket: '203.0.113.9', said: '1.2.3.4', isProxy: nobody, is: '203.0.113.9' },
  { name: 'not even this machine', socket: '127.0.0.1', said: '1.2.3.4', isProxy: nobody, is: '127.0.0.1' },
  { name: 'a proxy is believed', socket: '10.0.0.5', said: '198.51.100.7', isProxy: proxies, is: '198.51.100.7' },
  {
    name: 'in its IPv6 dress too',
    socket: '::ffff:10.0.0.5',
    said: '198.51.100.7',
    isProxy: proxies,
    is: '198.51.100.7',
  },
  {
    name: 'a client that invents a first hop',
    socket: '10.0.0.5',
    said: '9.9.9.9, 198.51.100.7',
    isProxy: proxies,
    is: '198.51.100.7',
  },
  {
    name: 'two proxies in a row',
    socket: '10.0.0.5',
    said: '198.51.100.7, 10.1.2.3',
    isProxy: proxies,
    is: '198.51.100.7',
  },
  { name: 'a proxy that names nobody', socket: '10.0.0.5', said: null, isProxy: proxies, is: '10.0.0.5' },
  { name: 'a proxy that says nonsense', socket: '10.0.0.5', said: 'unknown', isProxy: proxies, is: '10.0.0.5' },
  {
    name: 'a stranger that names itself a proxy',
    socket: '203.0.113.9',
    said: '10.0.0.5',
    isProxy: proxies,
    is: '203.0.113.9',
  },
  { name: 'IPv6', socket: '2001:db8::1', said: '2001:4860::8', isProxy: proxies, is: '2001:4860::8' },
]
for (const { name, socket, said, isProxy, is } of cases) {
  test(`the client's address: ${name}`, () => assert.equal(clientAddress(socket, said, isProxy), is))
}

test('whatever a client writes before them, the hops that proxies added decide', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), fc.ipV4(), (invented, client) => {
      fc.pre(!proxies(client))
      assert.equal(clientAddress('10.0.0.5', [...invented, client].join(', '), proxies), client)
    }),
  )
})

test('a list of proxies holds addresses and ranges, and nothing else', () => {
  for (const bad of ['proxy.example', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/x', '2001:db8::/129', '10.0.0']) {
    assert.equal(readProxies(bad), undefined, bad)
  }
})

test('a subscriber of IPv6 is the network of 64 bits, however its address is written', () => {
  assert.equal(subscriberOf('203.0.113.9'), '203.0.113.9')
  for (const address of ['2001:db8:0:7::1', '2001:0db8:0000:0007:ffff::2', '2001:DB8::7:1:2:3:4']) {
    assert.equal(subscriberOf(address), '2001:db8:0:7::/64', address)
  }
  assert.equal(subscriberOf('::1'), '0:0:0:0::/64')
})

test('this machine is known by its loopback addresses alone', () => {
  for (const here of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']) assert.ok(isLoopback(here), here)
  for (const away of ['10.0.0.1', '::2', '127.evil.test', '::ffff:10.0.0.1']) assert.ok(!isLoopback(away), away)
})
