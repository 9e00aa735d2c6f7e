import type { Transaction } from '#db'
import type { Id } from '#kernel'
import type { BirthPrecision } from './details/birth-date.ts'
import { personAsOf } from './details/person-as-of.ts'
import type { PersonDetails } from './details/person-details.ts'
import { besideStates, statusOf } from './details/person-status.ts'
import { nameKey } from './name-key.ts'
import { personWithAlias } from './number/alias.ts'
import { type Audience, personWithToken } from './number/token.ts'
import { personWithNumber } from './number/unique-number.ts'
import { normalPhone } from './phone-number.ts'

/** By what a partner names somebody. */
export type Named = { readonly by: 'number' | 'alias' | 'token'; readonly value: string }

/** What a partner was told by somebody, to be held against the register. At least one of them. */
export type Claimed = {
  readonly givenName?: string | undefined
  readonly familyName?: string | undefined
  /** 'YYYY-MM-DD'. */
  readonly birthDate?: string | undefined
  readonly sex?: 'female' | 'male' | undefined
  readonly phone?: string | undefined
}

/** Whom a partner names, as far as the actor may see; undefined otherwise. */
export async function personNamed(
  tx: Transaction,
  country: string,
  audience: Audience,
  { by, value }: Named,
): Promise<Id<'Person'> | undefined> {
  if (by === 'number') return personWithNumber(tx, country, value)
  return by === 'alias' ? personWithAlias(tx, country, value) : personWithToken(tx, audience, value)
}

/** Whether all that is claimed is what the register holds of the person, who lives and stands for no other file. */
export async function isAuthentic(
  tx: Transaction,
  person: Id<'Person'>,
  claimed: Claimed,
  at: Date,
): Promise<{ readonly authentic: boolean; readonly territory: string } | undefined> {
  const state = await personAsOf(tx, person, at)
  if (!state) return undefined
  const { is } = statusOf(state.absentSince, await besideStates(tx, person, at))
  const authentic = is !== 'deceased' && is !== 'merged' && agrees(state, claimed, state.country)
  return { authentic, territory: state.territory }
}

/**
 * True where each claim agrees with the register: names of either script whatever their spelling of accents and capitals, a
 * birth date as far as it is known. What the register does not know agrees with nothing, and nothing claimed is no claim.
 */
export function agrees(known: PersonDetails, claimed: Claimed, country: string): boolean {
  const name = (said: string, ...held: (string | null)[]) =>
    nameKey(said) !== '' && held.some(each => each !== null && nameKey(each) === nameKey(said))
  const { givenName, familyName, birthDate, sex, phone } = claimed
  const answers = [
    givenName === undefined ? undefined : name(givenName, known.givenName, known.givenNameAr),
    familyName === undefined ? undefined : name(familyName, known.familyName, known.familyNameAr),
    birthDate === undefined ? undefined : sameBirth(birthDate, known.birthDate, known.birthPrecision),
    sex === undefined ? undefined : known.sex === sex,
    phone === undefined ? undefined : samePhone(phone, known.phone, country),
  ].filter(answer => answer !== undefined)
  return answers.length > 0 && answers.every(Boolean)
}

const KNOWN_SIGNS: Readonly<Record<BirthPrecision, number>> = { day: 10, month: 7, year: 4, estimated: 0 }

/** An estimated year agrees with none: it is a guess of the register, not something that a person can be held to. */
function sameBirth(said: string, held: string | null, precision: BirthPrecision | null): boolean {
  const signs = precision === null ? 0 : KNOWN_SIGNS[precision]
  return held !== null && signs > 0 && said.slice(0, signs) === held.slice(0, signs)
}

function samePhone(said: string, held: string | null, country: string): boolean {
  const normal = normalPhone(said, country)
  return normal !== undefined && held !== null && normalPhone(held, country) === normal
}
