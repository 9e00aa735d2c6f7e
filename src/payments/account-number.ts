import { err, ok, type Result } from '#kernel'

/**
 * How money reaches a payee: a bank account, a mobile-money wallet, or cash that the payee collects in person. `closed`
 * is a dated fact too: from that day nothing may be sent until another account is recorded.
 */
const accountKinds = ['bank', 'mobile', 'cash', 'closed'] as const
export type PayeeAccountKind = (typeof accountKinds)[number]

export type AccountNumberRefusal =
  | { readonly code: 'not_an_account_number'; readonly text: string; readonly accepted: string }
  | { readonly code: 'wrong_length'; readonly country: string; readonly length: number; readonly expected: number }
  | { readonly code: 'rib_key_wrong'; readonly key: string; readonly expected: string }
  | { readonly code: 'iban_check_wrong'; readonly check: string; readonly expected: string }
  | { readonly code: 'number_not_needed'; readonly kind: PayeeAccountKind }

/** Lengths of an IBAN (ISO 13616 registry) where a payee of our countries may hold an account. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  BE: 16,
  BF: 28,
  BJ: 28,
  CI: 28,
  DE: 22,
  ES: 24,
  FR: 27,
  GW: 25,
  IT: 27,
  MA: 28,
  ML: 28,
  MR: 27,
  NE: 28,
  NL: 18,
  SN: 28,
  TG: 28,
  TN: 24,
}

/**
 * Reads an account number as typed (spaces, dots and dashes are ignored) and gives its one stored form: an IBAN for a
 * bank account (a Moroccan RIB of 24 digits becomes one), `+` and digits for mobile money, nothing for cash or closed.
 * Both checks of a Moroccan account are made: the RIB's own key and the IBAN's.
 */
export function parseAccountNumber(kind: PayeeAccountKind, text: string): Result<string | null, AccountNumberRefusal> {
  const bare = text.replace(/[\s.\-\u00a0\u202f]/g, '').toUpperCase()
  switch (kind) {
    case 'bank':
      return /^\d+$/.test(bare) ? parseRib(bare) : parseIban(bare)
    case 'mobile':
      if (!/^\+[1-9]\d{7,14}$/.test(bare)) {
        return err({ code: 'not_an_account_number', text, accepted: 'an international number such as +212600000000' })
      }
      return ok(bare)
    case 'cash':
    case 'closed':
      return bare === '' ? ok(null) : err({ code: 'number_not_needed', kind })
  }
}

/**
 * The key of a Moroccan RIB: bank (3), town (3), account (16) and key (2) digits. The key is 97 less the remainder of the
 * first 22 digits followed by `00`, so that the whole number is a multiple of 97.
 */
export function ribKey(first22: string): string {
  return String(97 - remainder97(`${first22}00`)).padStart(2, '0')
}

/** The two check digits of an IBAN (ISO 7064, mod 97-10). */
export function ibanCheck(country: string, account: string): string {
  return String(98 - remainder97(digitsOf(`${account}${country}00`))).padStart(2, '0')
}

function parseRib(digits: string): Result<string, AccountNumberRefusal> {
  if (digits.length !== 24) return err({ code: 'wrong_length', country: 'MA', length: digits.length, expected: 24 })
  const key = digits.slice(22)
  const expected = ribKey(digits.slice(0, 22))
  if (key !== expected) return err({ code: 'rib_key_wrong', key, expected })
  return ok(`MA${ibanCheck('MA', digits)}${digits}`)
}

function parseIban(bare: string): Result<string, AccountNumberRefusal> {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(bare)) {
    return err({ code: 'not_an_account_number', text: bare, accepted: 'a RIB of 24 digits or an IBAN' })
  }
  const country = bare.slice(0, 2)
  const expectedLength = IBAN_LENGTHS[country] ?? bare.length
  if (bare.length !== expectedLength) {
    return err({ code: 'wrong_length', country, length: bare.length, expected: expectedLength })
  }
  const check = bare.slice(2, 4)
  const expected = ibanCheck(country, bare.slice(4))
  if (check !== expected) return err({ code: 'iban_check_wrong', check, expected })
  if (country === 'MA') {
    const rib = parseRib(bare.slice(4))
    if (!rib.ok) return rib
  }
  return ok(bare)
}

/** Letters count as ISO 13616 says: A is 10, Z is 35. */
function digitsOf(text: string): string {
  return text.replace(/[A-Z]/g, letter => String(letter.charCodeAt(0) - 55))
}

function remainder97(digits: string): number {
  return Number(BigInt(digits) % 97n)
}
