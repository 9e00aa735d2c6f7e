import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Checkpoint, newSigningKey, publicKeyOf, readCheckpoint, signCheckpoint } from '#security'

const checkpoint: Checkpoint = {
  seal: 67n,
  hash: 'ab'.repeat(32),
  records: 12_345n,
  sealedAt: '2026-11-22T08:00:00.000Z',
}
const key = newSigningKey()
const text = signCheckpoint(checkpoint, key)

test('a checkpoint is read back as it was signed', () => {
  assert.deepEqual(readCheckpoint(text, publicKeyOf(key)), { ok: true, value: { checkpoint, key: publicKeyOf(key) } })
})

for (const [name, value] of Object.entries({
  seal: '68',
  hash: 'ac'.repeat(32),
  records: '12346',
  sealedAt: '2026-11-22T08:00:00.001Z',
  key: publicKeyOf(newSigningKey()),
})) {
  test(`its signature does not hold once ${name} is another`, () => {
    const altered = JSON.stringify({ ...JSON.parse(text), [name]: value })
    const read = readCheckpoint(altered)
    assert.equal(read.ok ? undefined : read.refusal.code, 'signature_wrong')
  })
}

test('one signed by whoever rewrote the chain is not that of the key expected', () => {
  const theirs = newSigningKey()
  assert.deepEqual(readCheckpoint(signCheckpoint(checkpoint, theirs), publicKeyOf(key)), {
    ok: false,
    refusal: { code: 'signed_by_another_key', key: publicKeyOf(theirs), expected: publicKeyOf(key) },
  })
})

const others: Record<string, string> = {
  'an empty file': '',
  'another JSON': '{"seal":"1"}',
  'no object': 'null',
  'a list': '[]',
  'a value of two lines': JSON.stringify({ ...JSON.parse(text), seal: '1\n2' }),
  'a format of another version': text.replace('checkpoint 1', 'checkpoint 2'),
}
for (const [name, file] of Object.entries(others)) {
  test(`refused as no checkpoint: ${name}`, () => {
    assert.deepEqual(readCheckpoint(file), { ok: false, refusal: { code: 'not_a_checkpoint' } })
  })
}
