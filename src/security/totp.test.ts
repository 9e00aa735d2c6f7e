import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { base32, codeAt, decideCode, enrolmentUri } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

test('codes are those of RFC 6238, appendix B, in six digits', () => {
  const said: [seconds: number, code: string][] = [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ]
  for (const [seconds, code] of said) assert.equal(codeAt(secret, Math.floor(seconds / 30)), code)
})

test('secrets are told in base 32 as RFC 4648, section 10, has it', () => {
  const said = { f: 'MY', fo: 'MZXQ', foo: 'MZXW6', foob: 'MZXW6YQ', fooba: 'MZXW6YTB', foobar: 'MZXW6YTBOI' }
  for (const [text, encoded] of Object.entries(said)) assert.equal(base32(Buffer.from(text)), encoded)
})

test('a code is taken one step early or late, spaces or not, and at no other time', () => {
  fc.assert(
    fc.property(fc.nat(10 ** 8), fc.integer({ min: -3, max: 3 }), (step, drift) => {
      fc.pre(step + drift >= 0)
      const code = codeAt(secret, step + drift)
      const near = [-1, 0, 1].some(each => step + each >= 0 && codeAt(secret, step + each) === code)
      const spaced = `${code.slice(0, 3)} ${code.slice(3)}`
      assert.equal(decideCode(spaced, { secret, step, lastStep: undefined }).ok, near)
    }),
  )
})

test('a code that was taken, or one before it, is not taken again', () => {
  const step = 1000
  const taken = { secret, step, lastStep: step }
  assert.deepEqual(decideCode(codeAt(secret, step), taken), { ok: false, refusal: { code: 'code_used' } })
  assert.deepEqual(decideCode(codeAt(secret, step - 1), taken), { ok: false, refusal: { code: 'code_used' } })
  assert.deepEqual(decideCode(codeAt(secret, step + 1), taken), { ok: true, value: { step: step + 1 } })
})

for (const typed of ['', '00000', '0000000', '٢٨٧٠٨٢', 'abcdef', '-1', '💥💥💥', '287082\u0000']) {
  test(`what is no code is a wrong code: ${JSON.stringify(typed)}`, () => {
    assert.deepEqual(decideCode(typed, { secret, step: 500, lastStep: undefined }), {
      ok: false,
      refusal: { code: 'code_wrong' },
    })
  })
}

test('an authenticator is told the issuer, the account and the secret, whatever letters they have', () => {
  const uri = new URL(enrolmentUri(secret, { issuer: 'Socle Sénégal', account: 'a+b@example.org' }))
  assert.equal(uri.host, 'totp')
  assert.equal(decodeURIComponent(uri.pathname), '/Socle Sénégal:a+b@example.org')
  assert.equal(uri.searchParams.get('secret'), base32(secret))
})
