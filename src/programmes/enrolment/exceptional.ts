import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { type Currency, err, type Id, type Month, monthsBetween, ok, type Result } from '#kernel'
import {
  answerProposal,
  carryOut,
  type DecisionAsked,
  findProposal,
  type ProposalId,
  type ProposalRefusal,
  propose,
  type StaffId,
} from '#security'

/** A decision besides the law: an amount is owed each month whatever was determined, or nothing is. */
export type ExceptionalAsked = {
  /** Made by who proposes; the proposal has the same. */
  readonly id: ProposalId
  readonly household: Id<'Household'>
  readonly pack: string
  readonly effect: 'owed' | 'not_owed'
  /** Minor units each month; null where nothing is owed. */
  readonly amountMinor: bigint | null
  readonly from: Month
  readonly to: Month
  readonly motive: string
}

export type Exceptional = ExceptionalAsked & {
  readonly currency: string | null
  readonly recordedAt: Date
  readonly recordedBy: string
}

/** Longest time for which one is taken; a longer need is for the law. Chosen. */
export const EXCEPTION_MONTHS = 12
const LONGEST_MOTIVE = 1000

/** Why one is not even proposed, in order of precedence. */
export type ExceptionalRefusal =
  | { readonly code: 'programme_without_terms'; readonly pack: string }
  | { readonly code: 'programme_pays_nothing'; readonly pack: string }
  | { readonly code: 'household_unknown' }
  | { readonly code: 'ends_before_it_begins' }
  | { readonly code: 'too_long'; readonly most: number }
  /** Months of before: what was or was not owed then is arrears or an overpayment. */
  | { readonly code: 'in_the_past'; readonly month: Month }
  | { readonly code: 'amount_missing' }
  | { readonly code: 'amount_not_expected' }
  | { readonly code: 'motive_missing' }
  | { readonly code: 'motive_too_long'; readonly most: number }

/** May this be proposed? `month`: the month of today. */
export function decideExceptional(
  country: Country,
  asked: ExceptionalAsked,
  month: Month,
): Result<{ readonly currency: Currency | null }, ExceptionalRefusal> {
  const { pack, effect, amountMinor, from, to, motive } = asked
  if (!country.programmes.has(pack)) return err({ code: 'programme_without_terms', pack })
  const law = country.book.packs.get(pack)
  if (law?.amount?.direction !== 'receives' || law.currency === null)
    return err({ code: 'programme_pays_nothing', pack })
  if (to < from) return err({ code: 'ends_before_it_begins' })
  if (monthsBetween(from, to) >= EXCEPTION_MONTHS) return err({ code: 'too_long', most: EXCEPTION_MONTHS })
  if (from < month) return err({ code: 'in_the_past', month })
  if (effect === 'owed' && (amountMinor === null || amountMinor <= 0n)) return err({ code: 'amount_missing' })
  if (effect === 'not_owed' && amountMinor !== null) return err({ code: 'amount_not_expected' })
  if (motive.trim() === '') return err({ code: 'motive_missing' })
  if (motive.length > LONGEST_MOTIVE) return err({ code: 'motive_too_long', most: LONGEST_MOTIVE })
  return ok({ currency: effect === 'owed' ? (law.currency as Currency) : null })
}

/** Writes an exceptional decision down for somebody else to approve; until then nothing is otherwise. */
export async function proposeExceptional(
  tx: Transaction,
  country: Country,
  asked: ExceptionalAsked,
  month: Month,
): Promise<Result<undefined, ExceptionalRefusal>> {
  const decided = decideExceptional(country, asked, month)
  if (!decided.ok) return decided
  const territory = await territoryOf(tx, asked.household)
  if (territory === undefined) return err({ code: 'household_unknown' })
  await propose(tx, {
    id: asked.id,
    kind: 'exceptional_decision',
    territory,
    programme: asked.pack,
    households: 1,
    amount: asked.amountMinor,
    currency: decided.value.currency,
    files: [asked.household],
    says: asked.motive,
    content: contentOf(asked, decided.value.currency),
  })
  return ok(undefined)
}

export type AnswerExceptionalRefusal = ProposalRefusal | { readonly code: 'household_unknown' }

/** Another person's yes or no; a yes records the decision in the same transaction. */
export async function answerExceptional(
  tx: Transaction,
  by: StaffId,
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null },
): Promise<Result<undefined, AnswerExceptionalRefusal>> {
  const proposal = await findProposal(tx, id)
  if (proposal?.kind !== 'exceptional_decision') return err({ code: 'proposal_unknown' })
  const content = JSON.parse(proposal.content) as ReturnType<typeof contentOf>
  const territory = await territoryOf(tx, content.household)
  if (territory === undefined) return err({ code: 'household_unknown' })
  const answered = await answerProposal(tx, by, id, asked)
  if (!answered.ok) return answered
  if (asked.step === 'refused') return ok(undefined)
  const done = await carryOut(tx, id, { kind: 'exceptional_decision', content }, () =>
    sql`
      insert into programmes.exceptional_decision
        (household_id, id, pack, territory, effect, amount_minor, currency, from_month, to_month, motive, proposal_id)
      values (${content.household}, ${content.decision}, ${content.pack}, ${territory}, ${content.effect}, ${content.amount},
        ${content.currency}, ${content.from}, ${content.to}, ${proposal.says}, ${id})`.execute(tx),
  )
  if (!done.ok) throw new Error(`an approved exceptional decision was refused: ${done.refusal.code}`)
  return ok(undefined)
}

function contentOf(asked: ExceptionalAsked, currency: string | null) {
  return {
    decision: asked.id,
    household: asked.household,
    pack: asked.pack,
    effect: asked.effect,
    amount: asked.amountMinor === null ? null : asked.amountMinor.toString(),
    currency,
    from: asked.from,
    to: asked.to,
  }
}

async function territoryOf(tx: Transaction, household: Id<'Household'>): Promise<string | undefined> {
  const { rows } = await sql<{ territory: string }>`
    select territory from households.published_household where id = ${household}`.execute(tx)
  return rows[0]?.territory
}

/** Exceptional decisions of a household, the latest first. */
export async function exceptionalOf(tx: Transaction, household: Id<'Household'>): Promise<readonly Exceptional[]> {
  const { rows } = await sql<Exceptional>`
    select id, household_id as household, pack, effect, amount_minor as "amountMinor", currency, from_month as from,
      to_month as to, motive, recorded_at as "recordedAt", recorded_by as "recordedBy"
    from programmes.exceptional_decision where household_id = ${household}
    order by recorded_at desc, id desc`.execute(tx)
  return rows
}
