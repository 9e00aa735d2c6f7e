import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readProviderSettings } from './provider-settings.ts'

const secret = 'drawn at random, 32 characters or more'

test('each provider has its adapter', () => {
  const read = readProviderSettings(`
tresor: { adapter: iso20022, version: '12' }
points:
  adapter: csv
  mapping:
    orders: { columns: [{ header: R, value: end_to_end_id }, { header: A, value: amount_minor }] }
    answers: { columns: { end_to_end_id: R, status: S }, settled: [OK], returned: [KO] }
wallet: { adapter: http, url: 'https://wallet.example/v1/', secret: '${secret}' }
`)
  assert.ok(read.ok, JSON.stringify(read))
  assert.deepEqual(
    [...read.value].map(([code, port]) => [code, port.adapter, port.format]),
    [
      ['tresor', 'iso20022', 'pain.001.001.12'],
      ['points', 'csv', 'csv'],
      ['wallet', 'http', 'json'],
    ],
  )
})

const refused: readonly [says: string, text: string, at: string][] = [
  ['no YAML', `{${secret}`, 'the whole'],
  ['an adapter that there is not', 'wallet: { adapter: ftp }', 'wallet.adapter'],
  ['a secret too short', "wallet: { adapter: http, url: 'https://x.example', secret: short }", 'wallet.secret'],
  ['an address in the clear', `wallet: { adapter: http, url: 'http://x.example', secret: '${secret}' }`, 'wallet.url'],
  [
    'orders without an id',
    'points: { adapter: csv, mapping: { orders: { columns: [{ header: A, value: amount }] }, answers: { columns: { end_to_end_id: R, status: S }, settled: [OK], returned: [KO] } } }',
    'points.mapping.orders.columns',
  ],
  ['a setting that is none', `wallet: { adapter: iso20022, more: 1 }`, 'wallet'],
]
for (const [says, text, at] of refused) {
  test(`refused with its place, and no secret repeated: ${says}`, () => {
    const read = readProviderSettings(text)
    assert.ok(!read.ok)
    assert.equal(read.refusal.at, at)
    assert.ok(!JSON.stringify(read).includes(secret))
  })
}
