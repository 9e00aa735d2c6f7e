import type { Country } from '#countries'
import type { Transaction } from '#db'
import { agePoints, assessedOf, type ExplainedDoubt, qualityToday, renewalOf } from '#households'
import type { Id, Words } from '#kernel'
import { type LookAgain, lookAgainOf } from '#programmes'
import type { PersonName } from '../context.ts'
import type { DoubtRow, HouseholdUpkeep, LookAgainRow } from '../upkeep-door.ts'
import { wordsOf } from './words.ts'

/** How good what a household said is, what was doubted in it, and whether it is to be renewed. */
export async function readUpkeep(
  tx: Transaction,
  country: Country,
  household: Id<'Household'>,
  names: ReadonlyMap<string, PersonName>,
): Promise<Omit<HouseholdUpkeep, 'lookAgain'>> {
  const found = await assessedOf(tx, household)
  const terms = country.upkeep.quality
  return {
    quality: found && {
      today: qualityToday(found.value, found.monthsOld, terms),
      monthsOld: found.monthsOld,
      agePoints: agePoints(found.monthsOld, terms),
      terms: found.terms,
      doubts: found.doubts.map(doubt => doubtRow(country, doubt, names)),
    },
    renewal: await renewalOf(tx, household),
  }
}

function doubtRow({ catalogue }: Country, doubt: ExplainedDoubt, names: ReadonlyMap<string, PersonName>): DoubtRow {
  const { code, severity, member, facts, says } = doubt
  const found =
    doubt.fact === null ? undefined : (member === null ? catalogue.household : catalogue.member).get(doubt.fact)
  const other = (member === null ? catalogue.household : catalogue.member).get(String(facts.other ?? ''))
  const { value, name: _name, other: _other, ...numbers } = facts
  const words: Words | undefined =
    value === undefined ? undefined : (found?.codes.get(String(value)) ?? wordsOf(String(value)))
  return {
    code,
    severity,
    member: member === null ? undefined : names.get(member),
    fact: found?.label,
    value: words,
    other: other?.label,
    numbers,
    says,
  }
}

/** What is to be looked at again for a household, the latest first; for whoever sees its decisions. */
export async function readLookAgain(
  tx: Transaction,
  country: Country,
  household: Id<'Household'>,
): Promise<readonly LookAgainRow[]> {
  return (await lookAgainOf(tx, household)).map(item => lookAgainRow(country, item))
}

function lookAgainRow({ book, catalogue }: Country, item: LookAgain): LookAgainRow {
  const { event, pack, kind, was, now, because, recordedAt, done } = item
  return {
    key: `${event} ${pack}`,
    kind,
    name: book.packs.get(pack)?.names,
    was,
    now,
    why: because.kind,
    on: because.on,
    missing: because.missing.map(text => {
      const [of, name = ''] = text.split('.')
      const fact = of === 'household' || of === 'member' ? catalogue[of].get(name) : undefined
      return fact?.label ?? wordsOf(text)
    }),
    at: recordedAt.toISOString(),
    done,
  }
}
