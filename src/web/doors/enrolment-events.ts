import type { Country } from '#countries'
import type { Transaction } from '#db'
import type { Id, Words } from '#kernel'
import { conditionStepsOf, type EnrolmentStep, type Exceptional, enrolmentSteps, exceptionalOf } from '#programmes'
import { namesOfActors } from '#security'
import type { FiledEvent } from '../household-events.ts'
import type { EnrolmentRow, HouseholdProgramme } from '../programme-door.ts'
import { maybeAmount } from './amount.ts'
import { refusalWords } from './run.ts'
import { wordsOf } from './words.ts'

/** What changed for a household in its programmes, what followed from conditions, and what was decided besides the law, for its journey. */
export async function enrolmentEvents(
  tx: Transaction,
  country: Country,
  household: Id<'Household'>,
): Promise<readonly FiledEvent[]> {
  const steps = await enrolmentSteps(tx, household)
  const exceptions = await exceptionalOf(tx, household)
  const names = await namesOfActors(
    tx,
    [...steps, ...exceptions].map(each => each.recordedBy),
  )
  const followed = await conditionStepsOf(tx, household)
  return [
    ...followed.map(
      ({ pack, code, month, step, at }): FiledEvent => ({
        kind: 'condition',
        at: at.toISOString(),
        name: nameOf(country, pack),
        condition: conditionLabel(country, pack, code),
        month,
        step,
      }),
    ),
    ...steps.map((step): FiledEvent => {
      const row = enrolmentRow(country, step, names)
      return { kind: 'enrolment', at: row.at, row }
    }),
    ...exceptions.map(
      (each): FiledEvent => ({
        kind: 'exception',
        at: each.recordedAt.toISOString(),
        name: nameOf(country, each.pack),
        decided: exceptionRow(each),
        by: names.get(each.recordedBy) ?? each.recordedBy,
      }),
    ),
  ]
}

/** A condition as the country names it. */
export function conditionLabel({ conditions }: Country, pack: string, code: string): Words {
  return conditions.conditions.find(each => each.programme === pack && each.code === code)?.label ?? wordsOf(code)
}

const nameOf = (country: Country, pack: string): Words => country.book.packs.get(pack)?.names ?? wordsOf(pack)

/** A change in words, as far as the law has some for its reason. */
export function enrolmentRow(country: Country, step: EnrolmentStep, names: ReadonlyMap<string, string>): EnrolmentRow {
  const law = country.book.packs.get(step.pack)
  const { pack: other, rank } = (step.detail ?? {}) as { pack?: string; rank?: number }
  return {
    at: step.recordedAt.toISOString(),
    name: nameOf(country, step.pack),
    change: step.change,
    state: step.state,
    reason: step.reason,
    why: law?.refusals.some(({ code }) => code === step.reason) ? refusalWords(law, step.reason) : null,
    other: other ? nameOf(country, other) : null,
    rank: rank ?? null,
    says: step.says,
    month: step.month,
    by: names.get(step.recordedBy) ?? null,
  }
}

/** What two persons decided, as pages show it. */
export function exceptionRow(decision: Exceptional): HouseholdProgramme['exceptions'][number] {
  const { effect, amountMinor, currency, from, to, motive } = decision
  return { effect, from, to, motive, amount: maybeAmount(amountMinor, currency) }
}
