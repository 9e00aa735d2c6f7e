import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readBech32, writeBech32 } from './bech32.ts'
import { newHead } from './header.ts'
import { isSealingPrivateKey, isSealingPublicKey, newSealingKeys, type Opener, sealingPublicKeyOf } from './keys.ts'
import { openSealed, seal } from './seal-stream.ts'
import { Unopened, type UnopenedReason } from './unopened.ts'

const CHUNK = 64 * 1024
const pair = newSealingKeys()
const mine: Opener = { kind: 'private_key', key: pair.privateKey }

async function* pieces(bytes: Uint8Array, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function sealed(bytes: Uint8Array, size?: number): Promise<Buffer> {
  const { over } = await seal([{ kind: 'public_key', key: pair.publicKey }])
  return Buffer.concat(await Array.fromAsync(over(pieces(bytes, size))))
}

async function opened(file: Uint8Array, opener: Opener = mine, size?: number): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(openSealed(pieces(file, size), opener)))
}

async function reasonOf(file: Uint8Array, opener: Opener = mine): Promise<UnopenedReason> {
  const refused = await opened(file, opener).then(
    () => undefined,
    error => error,
  )
  assert.ok(refused instanceof Unopened, String(refused))
  return refused.reason
}

/** Written by another program of age (typage), so that the two agree on what the format is. */
const FOREIGN = {
  privateKey: 'AGE-SECRET-KEY-1VELUNNDNRME4XCCG5U8JJCP5N8YZZX9SP42ETRXVT5MQ2EM2Y6CQYCMQVL',
  publicKey: 'age1tl8vfa437la45r2enr52u466h68kzchra75drhzha5z4r3wjzqwsgd6rzh',
  forKey:
    'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBKQTJOSjhkbDV0d0p3T1ExcFlBTmdob2JHcGpQRENweWZTVjAxUjY2Q0NVCjMwbGRhc0dYMzBNUlUrZzVhdit6Um50Z0oxVExPaHVLUThEUG12WTI4YlEKLS0tIC9rc3A4YXAvRkhCWHQrbWdsTk5LNjdTT0FTZkRDOTFnVjhFVmkyMUJqcmsKTVXaDhsIVH6zIiQ6K7fjIlrTFMQg3HNh7kOu+bqFiejuDCaIT+JUkgjVqGSX3Zo4rD7ZwiQY4qfZltIJxcMPWw==',
  forPassphrase:
    'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBNY2ZQRW1idDVUMEd1K2NZd3VQV21RIDEyClZiVkFCVDVMVFhvQXIzZWhwcm1YcWFHeVo4MDRKelR3U0Q5QytjYjdJWDAKLS0tIDc4T0RyU29PRENkK29yYkhnRUJjUmRiNDlORU0zWHRFUzY2dEpybGhyN00KwU1AC6UjqnrseOhGejgv99hsVLNA79hRkze8GHcIiOHWAj3/ChiVgqLAxl7l5J0mMzyrNuD4SpgBDZiBFeGdBg==',
  passphrase: 'مفتاح',
  says: 'Le socle sur lequel on se tient.',
} as const

test('files that another program of age wrote are opened, by key and by passphrase', async () => {
  assert.equal(sealingPublicKeyOf(FOREIGN.privateKey), FOREIGN.publicKey)
  const byKey = await opened(Buffer.from(FOREIGN.forKey, 'base64'), { kind: 'private_key', key: FOREIGN.privateKey })
  assert.equal(byKey.toString(), FOREIGN.says)
  const opener: Opener = { kind: 'passphrase', passphrase: FOREIGN.passphrase }
  assert.equal((await opened(Buffer.from(FOREIGN.forPassphrase, 'base64'), opener)).toString(), FOREIGN.says)
})

test('what was sealed is what is opened, however long and however it arrives', async () => {
  for (const length of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5]) {
    const bytes = Buffer.alloc(length, 'socle')
    for (const size of [CHUNK + 16, 7001, 10 ** 6]) {
      assert.ok((await opened(await sealed(bytes, size), mine, size)).equals(bytes), `${length} by ${size}`)
    }
  }
})

test('each of several keys opens it, and so does the key of the file itself', async () => {
  const other = newSealingKeys()
  const recipients = [pair, other].map(({ publicKey }) => ({ kind: 'public_key', key: publicKey }) as const)
  const { over, fileKey } = await seal(recipients)
  const file = Buffer.concat(await Array.fromAsync(over(pieces(Buffer.from('x')))))
  for (const opener of [
    mine,
    { kind: 'private_key', key: other.privateKey } as const,
    { kind: 'file_key', key: fileKey } as const,
  ]) {
    assert.equal((await opened(file, opener)).toString(), 'x')
  }
})

test('a wrong key, a wrong passphrase and the wrong kind of either are told apart', async () => {
  const file = await sealed(Buffer.from('x'))
  const stranger: Opener = { kind: 'private_key', key: newSealingKeys().privateKey }
  assert.deepEqual(await reasonOf(file, stranger), { code: 'another_key' })
  assert.deepEqual(await reasonOf(file, { kind: 'file_key', key: Buffer.alloc(16) }), { code: 'another_key' })
  const guess: Opener = { kind: 'passphrase', passphrase: 'a guess' }
  assert.deepEqual(await reasonOf(file, guess), { code: 'other_kind_of_key', kind: 'scrypt' })
  const locked = Buffer.from(FOREIGN.forPassphrase, 'base64')
  assert.deepEqual(await reasonOf(locked, guess), { code: 'another_key' })
  assert.deepEqual(await reasonOf(locked), { code: 'other_kind_of_key', kind: 'X25519' })
  assert.deepEqual(await reasonOf(Buffer.from('PK and so on, of some length'.repeat(9))), { code: 'not_sealed' })
  assert.deepEqual(await reasonOf(Buffer.alloc(0)), { code: 'not_sealed' })
})

test('a passphrase is not mixed with keys, and nobody is nobody', async () => {
  const passphrase = { kind: 'passphrase', passphrase: 'x' } as const
  await assert.rejects(newHead([passphrase, { kind: 'public_key', key: pair.publicKey }]), /stands alone/)
  await assert.rejects(newHead([]), /for somebody/)
})

test('a file that asks for years of work before it says whether the passphrase is right is refused', async () => {
  const text = Buffer.from(FOREIGN.forPassphrase, 'base64').toString('latin1')
  const greedy = Buffer.from(text.replace(/^(-> scrypt \S+) 12$/m, '$1 30'), 'latin1')
  assert.deepEqual(await reasonOf(greedy, { kind: 'passphrase', passphrase: FOREIGN.passphrase }), {
    code: 'another_key',
  })
})

const long = Buffer.alloc(3 * CHUNK + 100, 'a household')
const file = await sealed(long)
const body = file.indexOf('\n', file.indexOf('\n--- ') + 1) + 1 + 16
const chunk = (number: number) => file.subarray(body + number * (CHUNK + 16), body + (number + 1) * (CHUNK + 16))

test('a byte changed anywhere is found, and nothing after it is let through', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const copy = Buffer.from(file)
      copy[at] = copy[at]! ^ change
      const got: Buffer[] = []
      await assert.rejects(async () => {
        for await (const part of openSealed(pieces(copy), mine)) got.push(part)
      }, Unopened)
      const prefix = Buffer.concat(got)
      assert.ok(prefix.equals(long.subarray(0, prefix.length)) && prefix.length < long.length)
    }),
    { numRuns: 60 },
  )
})

test('a file cut off anywhere is not taken for a whole one', async () => {
  const ends = [
    file.length - 1,
    body,
    body + 1,
    body - 3,
    10,
    60,
    body + CHUNK + 16,
    body + 2 * (CHUNK + 16),
    body + CHUNK,
  ]
  for (const end of ends) await assert.rejects(opened(file.subarray(0, end)), Unopened, `up to ${end}`)
  assert.deepEqual(await reasonOf(file.subarray(0, body + 2 * (CHUNK + 16))), { code: 'cut_off', at: 1 })
})

const rearranged: Record<string, readonly Buffer[]> = {
  'two chunks exchanged': [file.subarray(0, body), chunk(1), chunk(0), chunk(2), chunk(3)],
  'a chunk left out': [file.subarray(0, body), chunk(0), chunk(2), chunk(3)],
  'a chunk repeated': [file.subarray(0, body), chunk(0), chunk(0), chunk(1), chunk(2), chunk(3)],
  'something after the end': [file, Buffer.from('more')],
  'a whole chunk after the end': [file, chunk(1)],
  'the end alone': [file.subarray(0, body), chunk(3)],
}
for (const [name, parts] of Object.entries(rearranged)) {
  test(`${name} is found`, async () => {
    await assert.rejects(opened(Buffer.concat(parts)), Unopened)
  })
}

test('the chunks of one file do not go under the head of another with the same reader', async () => {
  const other = await sealed(long)
  const bodyOf = other.indexOf('\n', other.indexOf('\n--- ') + 1) + 1
  await assert.rejects(opened(Buffer.concat([other.subarray(0, bodyOf), file.subarray(body - 16)])), Unopened)
})

test('keys are written so that a slip of the pen is noticed', () => {
  assert.ok(isSealingPublicKey(pair.publicKey) && isSealingPrivateKey(pair.privateKey))
  assert.equal(sealingPublicKeyOf(pair.privateKey), pair.publicKey)
  assert.ok(!isSealingPublicKey(pair.privateKey) && !isSealingPrivateKey(pair.publicKey))
  for (let at = 0; at < pair.publicKey.length; at += 1) {
    const letter = pair.publicKey[at] === 'q' ? 'p' : 'q'
    assert.ok(!isSealingPublicKey(pair.publicKey.slice(0, at) + letter + pair.publicKey.slice(at + 1)), `letter ${at}`)
  }
})

test('Bech32 brings back any bytes, and refuses letters in both sizes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
      const read = readBech32(writeBech32('x', bytes))
      assert.deepEqual(read, { ok: true, value: { prefix: 'x', bytes } })
    }),
  )
  assert.equal(readBech32('A12UEL5L').ok, true)
  assert.equal(readBech32('A12uEL5L').ok, false)
  assert.equal(readBech32('1qzzfhee').ok, false)
})
