import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { deriveKeys } from './derived-keys.ts'

const secret = 's'.repeat(40)
const keys = deriveKeys(secret, 'test')

test('what was encrypted for an owner is read again for that owner, and never twice the same', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (plain, owner) => {
      const sealed = keys.encrypt(plain, owner)
      assert.deepEqual(keys.decrypt(sealed, owner), Buffer.from(plain))
      assert.notDeepEqual(keys.encrypt(plain, owner), sealed)
    }),
  )
})

test('nothing is read for another owner, under another secret or purpose, or with any bit changed', () => {
  const plain = Buffer.from('twenty bytes of it..')
  const sealed = keys.encrypt(plain, 'one')
  assert.equal(keys.decrypt(sealed, 'two'), undefined)
  assert.equal(deriveKeys('t'.repeat(40), 'test').decrypt(sealed, 'one'), undefined)
  assert.equal(deriveKeys(secret, 'other').decrypt(sealed, 'one'), undefined)
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed)
    altered.writeUInt8(altered.readUInt8(at) ^ 1, at)
    assert.equal(keys.decrypt(altered, 'one'), undefined)
    assert.equal(keys.decrypt(sealed.subarray(0, at), 'one'), undefined)
  }
})

test('a hash is known again with the key alone', () => {
  assert.deepEqual(keys.hash('code'), deriveKeys(secret, 'test').hash('code'))
  assert.notDeepEqual(keys.hash('code'), deriveKeys('t'.repeat(40), 'test').hash('code'))
  assert.notDeepEqual(keys.hash('code'), keys.hash('cod'))
})
