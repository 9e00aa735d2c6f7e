import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LARGEST_FORM, turnedAway } from './turned-away.ts'

const MB = 1024 * 1024
const GB = 1_000_000_000
const reach = { publicUrl: undefined, loopback: true }
const asked = (path: string, length: number) =>
  turnedAway(
    new Request(`http://127.0.0.1${path}`, {
      method: 'POST',
      headers: {
        host: '127.0.0.1',
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': String(length),
      },
    }),
    reach,
  )?.status ?? 'passes'

const CASES: readonly [path: string, length: number, says: number | 'passes'][] = [
  ['/console/sign-in', LARGEST_FORM, 'passes'],
  ['/console/sign-in', LARGEST_FORM + 1, 413],
  ['/dossier/corrections/papier', 11 * MB, 'passes'],
  ['/dossier/corrections/papier', 11 * MB + 1, 413],
  ['/console/payments/answers', GB, 'passes'],
  ['/console/payments/answers', GB + MB, 413],
  ['/console/feeds/new', 129 * MB, 'passes'],
  ['/console/feeds/new', 129 * MB + 1, 413],
  ['/console/payments/answers/', 256 * MB, 413],
  ['/console/payments/answers/0199f000-0000-7000-8000-00000000001e', LARGEST_FORM + 1, 413],
]
for (const [path, length, says] of CASES) {
  test(`${length} bytes to ${path}: ${says}`, () => assert.equal(asked(path, length), says))
}
