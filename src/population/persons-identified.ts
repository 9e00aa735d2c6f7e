import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { sameNumber } from './details/document.ts'
import { personsWithDocument } from './details/documents.ts'
import { personWithAlias } from './number/alias.ts'
import { personWithNumber } from './number/unique-number.ts'
import { personsWithPhone } from './phones.ts'

/** The last nine digits of a telephone are compared: fewer are none. */
const PHONE = /^\d{9,15}$/
const NUMBER = /^\d{10,16}$/
const ALIAS = /^\d{16}$/
/** Letters and digits, of which one is a digit at least: no name is one. */
const DOCUMENT = /^(?=.*\p{N})[\p{L}\p{N}]{4,40}$/u

/**
 * Persons whose unique number, alias, document or telephone was typed, its signs grouped in any way; as far as the actor sees
 * them. Nobody where the text can be none of these.
 */
export async function personsIdentified(tx: Transaction, country: string, text: string): Promise<Id<'Person'>[]> {
  const signs = sameNumber(text)
  const found = [
    NUMBER.test(signs) ? await personWithNumber(tx, country, signs) : undefined,
    ALIAS.test(signs) ? await personWithAlias(tx, country, signs) : undefined,
    ...(PHONE.test(signs) ? await personsWithPhone(tx, signs) : []),
    ...(DOCUMENT.test(signs) ? await personsWithDocument(tx, signs) : []),
  ]
  return [...new Set(found.filter(person => person !== undefined))]
}
