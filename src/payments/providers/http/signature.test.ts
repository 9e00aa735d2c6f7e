import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignedMessage } from '../provider-port.ts'
import { signatureOf, trustOf, WINDOW_SECONDS } from './signature.ts'

const secret = 'a secret of the tests, long enough'
const NOW = 1_800_000_000_000
const bare = {
  method: 'POST',
  path: '/webhooks/payments/wallet',
  timestamp: String(NOW / 1000),
  key: '',
  body: Buffer.from('{"answers":[]}'),
}
const message: SignedMessage = { ...bare, signature: signatureOf(secret, bare) }

test('what is signed with the secret, and is of now, is trusted', () => {
  assert.equal(trustOf(secret, message, NOW), 'trusted')
})

const untrusted: readonly [says: string, change: Partial<SignedMessage>, trust: string][] = [
  ['no signature', { signature: '' }, 'signature_missing'],
  ['no instant', { timestamp: '' }, 'signature_missing'],
  ['an instant that is none', { timestamp: '-1' }, 'signature_missing'],
  ['another body', { body: Buffer.from('{"answers":[1]}') }, 'signature_wrong'],
  ['another path', { path: '/webhooks/payments/other' }, 'signature_wrong'],
  ['another method', { method: 'GET' }, 'signature_wrong'],
  ['another key', { key: 'x' }, 'signature_wrong'],
  ['another instant', { timestamp: String(NOW / 1000 - 1) }, 'signature_wrong'],
  ['another signature', { signature: '0'.repeat(64) }, 'signature_wrong'],
]
for (const [says, change, trust] of untrusted) {
  test(`not trusted: ${says}`, () => assert.equal(trustOf(secret, { ...message, ...change }, NOW), trust))
}

test('what somebody copied is of no use after the window, nor before it', () => {
  for (const seconds of [-WINDOW_SECONDS, WINDOW_SECONDS]) {
    assert.equal(trustOf(secret, message, NOW + seconds * 1000), 'trusted')
    assert.equal(trustOf(secret, message, NOW + (seconds + Math.sign(seconds)) * 1000), 'not_of_now')
  }
})
