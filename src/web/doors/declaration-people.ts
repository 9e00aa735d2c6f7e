import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import type { DeclaredMember, Draft } from '#households'
import type { DateText, Id } from '#kernel'
import { findCandidates, numbersOf, phonesOf } from '#population'
import type { CandidateRow, NameField } from '../declaration-door.ts'
import { placeOf } from './words.ts'

/** Chances below which nobody is shown: an agent reads each of them. */
const LEAST_PERCENT = 40
const MOST_SHOWN = 3

type Row = {
  readonly id: string
  readonly territory: string
  readonly sex: string | null
  readonly birthDate: DateText | null
  readonly elsewhere: boolean
} & Readonly<Record<Exclude<NameField, 'phone'>, string | null>>

async function personsOf(tx: Transaction, ids: readonly string[]): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select person.id, person.territory, person.sex, person.birth_date as "birthDate", person.given_name as "givenName",
      person.family_name as "familyName", person.given_name_ar as "givenNameAr", person.family_name_ar as "familyNameAr",
      coalesce(standing.belongs, false) as elsewhere
    from population.published_person as person
      left join households.standing_of(${ids}::uuid[]) as standing on standing.person_id = person.id
    where person.id = any (${ids}::uuid[])`.execute(tx)
  return rows
}

/** Names and identity of persons that the actor sees, as a declaration takes them over. */
export async function personNames(tx: Transaction, ids: readonly string[]) {
  const phones = await phonesOf(tx, ids as readonly Id<'Person'>[])
  return new Map(
    (await personsOf(tx, ids)).map(({ id, givenName, familyName, givenNameAr, familyNameAr, sex, birthDate }) => [
      id,
      {
        names: {
          givenName: givenName ?? '',
          familyName: familyName ?? '',
          givenNameAr: givenNameAr ?? '',
          familyNameAr: familyNameAr ?? '',
          phone: phones.get(id) ?? '',
        },
        facts: { ...(sex ? { sex } : {}), ...(birthDate ? { birth_date: birthDate } : {}) },
      },
    ]),
  )
}

/** The numbers of those whom the register knows, by member. */
export async function numbersIn(tx: Transaction, { said }: Draft): Promise<ReadonlyMap<string, string>> {
  const known = said.members.filter(member => member.person !== null)
  const numbers = await numbersOf(tx, known.map(member => member.person as Id<'Person'>)) // biome-ignore format: short
  return new Map(
    known.flatMap(member => {
      const found = numbers.find(({ person }) => person === member.person)
      return found ? [[member.key, found.number] as const] : []
    }),
  )
}

/** Who of the register may be somebody whom a declaration names anew, by member. */
export async function candidatesOf(
  tx: Transaction,
  country: Country,
  { said, territory }: Draft,
): Promise<ReadonlyMap<string, CandidateRow[]>> {
  const found = new Map<string, CandidateRow[]>()
  for (const member of said.members) {
    if (member.person !== null) continue
    const asked = await findCandidates(tx, country.code, asRegistered(member, territory))
    if (!asked.ok) return found
    const likely = asked.value.filter(({ probability }) => probability * 100 >= LEAST_PERCENT).slice(0, MOST_SHOWN)
    const persons = new Map(
      (
        await personsOf(
          tx,
          likely.map(each => each.person),
        )
      ).map(row => [row.id, row]),
    )
    found.set(
      member.key,
      likely.flatMap(({ person, probability }): CandidateRow[] => {
        const row = persons.get(person)
        if (!row) return []
        const joined = (...parts: (string | null)[]) => parts.filter(Boolean).join(' ') || undefined
        return [
          {
            person,
            name: { latin: joined(row.givenName, row.familyName), arabic: joined(row.givenNameAr, row.familyNameAr) },
            birthDate: row.birthDate,
            place: placeOf(country, row.territory),
            percent: Math.round(probability * 100),
            elsewhere: row.elsewhere,
          },
        ]
      }),
    )
  }
  return found
}

function asRegistered(member: DeclaredMember, territory: string) {
  const text = (value: string) => (value.trim() === '' ? null : value.trim())
  const fact = (name: string) => {
    const value = member.answers[name]?.value
    return typeof value === 'string' ? value : null
  }
  const birthDate = fact('birth_date')
  const isDay = birthDate !== null && /^\d{4}-\d\d-\d\d$/.test(birthDate)
  return {
    id: member.key,
    territory,
    givenName: text(member.givenName),
    familyName: text(member.familyName),
    givenNameAr: text(member.givenNameAr),
    familyNameAr: text(member.familyNameAr),
    sex: fact('sex'),
    birthDate: isDay ? birthDate : null,
    birthPrecision: isDay ? ('day' as const) : null,
    phoneIndex: null,
  }
}
