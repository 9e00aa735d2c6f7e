import { sql } from 'kysely'
import type { CheckTerms } from '#countries'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { phoneIndexes } from '#population'
import type { DeclaredFacts } from '../incoming.ts'
import { type Doubt, inOrder } from './doubt.ts'
import { type RegisterFacts, registerDoubts } from './register-doubts.ts'
import type { SaidHousehold } from './said.ts'

/** A declaration about to be recorded, and who says it. */
export type Declaring = {
  readonly country: string
  /** Null: registered for the first time. */
  readonly household: Id<'Household'> | null
  readonly territory: string
  /** Address in words, where one is said. */
  readonly address: string | null
  /** As declarations keep it (`declaration.actor`). */
  readonly actor: string
  readonly said: SaidHousehold
  /** Persons of the register, by the id under which the declaration names them; who is new is not here. */
  readonly persons: ReadonlyMap<string, Id<'Person'>>
  /** Telephones said, by member. */
  readonly phones: ReadonlyMap<string, string>
}

/**
 * What is hard to believe against the rest of the register: a person who belongs elsewhere, one telephone or one address for
 * many, answers copied, a birth date that changed. Counts reach over the whole country, whatever the actor sees, and say
 * nothing but how many. A few index look-ups.
 */
export async function checkAgainstRegister(tx: Transaction, asked: Declaring, terms: CheckTerms): Promise<Doubt[]> {
  return inOrder(registerDoubts(asked.said, await factsOf(tx, asked, terms), terms))
}

async function factsOf(tx: Transaction, asked: Declaring, terms: CheckTerms): Promise<RegisterFacts> {
  const { country, household, territory, address, actor, said, persons } = asked
  const own = [...persons.values()]
  const { rows } = await sql<{ elsewhere: string[]; at: number; copies: number }>`
    select
      (select coalesce(array_agg(standing.person_id::text), '{}') from households.standing_of(${own}::uuid[]) as standing
        where standing.belongs and not exists (
          select from households.membership where person_id = standing.person_id and valid_to is null
            and household_id = ${household})) as elsewhere,
      case when ${address}::text is null then 0
        else population.count_at_address(${territory}, ${address}, ${own}::uuid[]) end as at,
      households.count_copies(${country}, ${actor}, ${JSON.stringify(said.facts)}::jsonb - 'territory',
        ${terms.copies.days}, ${household}) as copies`.execute(tx)
  const { elsewhere, at, copies } = rows[0]!
  const memberOf = new Map([...persons].map(([member, person]) => [person as string, member]))
  return {
    elsewhere: elsewhere.map(person => memberOf.get(person)!),
    phones: await sharedPhones(tx, asked),
    addressPersons: at,
    copies,
    before: household === null ? null : await saidBefore(tx, household, memberOf),
  }
}

async function sharedPhones(tx: Transaction, { phones, household }: Declaring): Promise<RegisterFacts['phones']> {
  const found: { member: string; households: number }[] = []
  for (const [member, phone] of phones) {
    const indexes = await phoneIndexes(tx, phone)
    const { rows } = await sql<{ households: number }>`
      select households.phone_in_households(${indexes}::bytea[], ${household}) as households`.execute(tx)
    found.push({ member, households: rows[0]!.households })
  }
  return found
}

async function saidBefore(
  tx: Transaction,
  household: Id<'Household'>,
  memberOf: ReadonlyMap<string, string>,
): Promise<SaidHousehold | null> {
  const { rows } = await sql<{ facts: DeclaredFacts; members: { id: string; facts: DeclaredFacts }[] }>`
    select facts, members from households.declaration where household_id = ${household}
    order by effective_on desc, recorded_at desc, id desc limit 1`.execute(tx)
  const last = rows[0]
  if (!last) return null
  return {
    facts: last.facts,
    members: last.members.map(({ id, facts }) => ({ id: memberOf.get(id) ?? id, facts })),
  }
}
