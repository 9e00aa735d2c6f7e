import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AccountNumberRefusal, ibanCheck, parseAccountNumber, ribKey } from './account-number.ts'

test('a Moroccan RIB becomes the IBAN that carries it', () => {
  // Example of the IBAN registry for Morocco.
  assert.deepEqual(parseAccountNumber('bank', '011 519 0000012050005349 21'), {
    ok: true,
    value: 'MA64011519000001205000534921',
  })
  assert.deepEqual(parseAccountNumber('bank', 'MA64 0115 1900 0001 2050 0053 4921'), {
    ok: true,
    value: 'MA64011519000001205000534921',
  })
})

test('an IBAN of another country is checked by its own length and digits', () => {
  assert.deepEqual(parseAccountNumber('bank', 'FR14 2004 1010 0505 0001 3M02 606'), {
    ok: true,
    value: 'FR1420041010050500013M02606',
  })
})

test('a wallet is an international number, cash needs none', () => {
  assert.deepEqual(parseAccountNumber('mobile', '+212 600-00.00.01'), { ok: true, value: '+212600000001' })
  assert.deepEqual(parseAccountNumber('cash', ' '), { ok: true, value: null })
  assert.deepEqual(parseAccountNumber('closed', ''), { ok: true, value: null })
})

type Case = { kind: 'bank' | 'mobile' | 'cash'; text: string; refusal: object }
const refused: Record<AccountNumberRefusal['code'], readonly Case[]> = {
  not_an_account_number: [
    { kind: 'bank', text: 'abc', refusal: { text: 'ABC', accepted: 'a RIB of 24 digits or an IBAN' } },
    { kind: 'bank', text: '', refusal: { text: '', accepted: 'a RIB of 24 digits or an IBAN' } },
    {
      kind: 'mobile',
      text: '0600000001',
      refusal: { text: '0600000001', accepted: 'an international number such as +212600000000' },
    },
  ],
  wrong_length: [
    { kind: 'bank', text: '0115190000012050005349', refusal: { country: 'MA', length: 22, expected: 24 } },
    { kind: 'bank', text: 'MA6401151900000120500053492', refusal: { country: 'MA', length: 27, expected: 28 } },
  ],
  rib_key_wrong: [
    { kind: 'bank', text: '011519000001205000534922', refusal: { key: '22', expected: '21' } },
    // The IBAN's own digits are right: the key inside must be right as well.
    {
      kind: 'bank',
      text: `MA${ibanCheck('MA', '011519000001205000534922')}011519000001205000534922`,
      refusal: { key: '22', expected: '21' },
    },
  ],
  iban_check_wrong: [{ kind: 'bank', text: 'MA65011519000001205000534921', refusal: { check: '65', expected: '64' } }],
  number_not_needed: [{ kind: 'cash', text: '12', refusal: { kind: 'cash' } }],
}
for (const [code, cases] of Object.entries(refused)) {
  test(`an account number is refused: ${code}`, () => {
    for (const { kind, text, refusal } of cases) {
      assert.deepEqual(parseAccountNumber(kind, text), { ok: false, refusal: { code, ...refusal } })
    }
  })
}

test('one wrong digit of a RIB never passes', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 22, maxLength: 22 })
  fc.assert(
    fc.property(digits, fc.nat(23), fc.integer({ min: 1, max: 9 }), (first22, place, shift) => {
      const rib = `${first22}${ribKey(first22)}`
      assert.ok(parseAccountNumber('bank', rib).ok)
      const wrong = [...rib]
      wrong[place] = String((Number(rib[place]) + shift) % 10)
      assert.ok(!parseAccountNumber('bank', wrong.join('')).ok)
    }),
  )
})
