import type { Country } from '#countries'
import { enqueue, type Transaction } from '#db'
import { type DateText, err, type Id, type Month, ok, type Result } from '#kernel'
import {
  answerProposal,
  type CarryOutRefusal,
  carryOut,
  type DecisionAsked,
  findProposal,
  MOST_SAID,
  type ProposalId,
  type ProposalRefusal,
  propose,
  type StaffId,
} from '#security'
import { isOpen } from '../enrolment/change-enrolments.ts'
import { SWITCH_JOB } from './run-switch.ts'
import {
  coveredIn,
  findSwitch,
  holdMoveAlone,
  type NewSwitch,
  previewSwitch,
  type SwitchRow,
  saveSwitch,
} from './switch.sql.ts'
import { decideSwitch, type SwitchAsked, type SwitchId, type SwitchPreview, type SwitchRefusal } from './switch.ts'

/** Proposes a move as it was previewed; {@link answerSwitch} is somebody else's answer. */
export async function proposeSwitch(
  tx: Transaction,
  country: Country,
  asked: SwitchAsked,
  today: DateText,
): Promise<Result<SwitchPreview, SwitchRefusal>> {
  const early = decideSwitch(country, asked, 1, today)
  if (!early.ok) return early
  const preview = await previewSwitch(tx, country, asked)
  const decision = decideSwitch(country, asked, preview.movable, today)
  if (!decision.ok) return decision
  const { id, says, ...terms } = asked
  await propose(tx, {
    id,
    kind: 'programme_switch',
    territory: '',
    programme: asked.to,
    households: preview.movable,
    says,
    content: { ...terms, country: country.code, households: preview.movable, reverses: null },
  })
  return ok(preview)
}

export type ReverseRefusal =
  | { readonly code: 'switch_unknown' }
  /** It runs: it is stopped first. */
  | { readonly code: 'not_finished' }
  | { readonly code: 'reversal_itself' }
  | { readonly code: 'reversed_before' }
  | { readonly code: 'window_over'; readonly until: DateText; readonly today: DateText }
  /** The programme that they left takes nobody in the month of the move any more: they could not come back. */
  | { readonly code: 'programme_over'; readonly until: Month }
  | { readonly code: 'not_open_yet'; readonly opens: Month }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }

/** Proposes to take back a move that is done or stopped, within its window: a move of its own, which two persons decide as well. */
export async function proposeReversal(
  tx: Transaction,
  country: Country,
  asked: { readonly id: ProposalId; readonly reverses: SwitchId; readonly says: string },
  today: DateText,
): Promise<Result<undefined, ReverseRefusal>> {
  const moved = await findSwitch(tx, asked.reverses)
  if (!moved || moved.country !== country.code) return err({ code: 'switch_unknown' })
  if (isRunning(moved)) return err({ code: 'not_finished' })
  if (moved.reverses !== null) return err({ code: 'reversal_itself' })
  if (moved.reversedBy !== null) return err({ code: 'reversed_before' })
  if (today > moved.windowUntil) return err({ code: 'window_over', until: moved.windowUntil, today })
  const terms = moved.fromPack === null ? undefined : country.programmes.get(moved.fromPack)
  const open = terms === undefined ? ok(undefined) : isOpen(country, terms, moved.month)
  if (!open.ok) return open
  if (asked.says.trim() === '') return err({ code: 'reason_missing' })
  if (asked.says.length > MOST_SAID) return err({ code: 'reason_too_long', most: MOST_SAID })
  const { to, month, windowUntil, tells, id: reverses } = moved
  const households = moved.counts.enrolled ?? 0
  await propose(tx, {
    id: asked.id,
    kind: 'programme_switch',
    territory: '',
    programme: to,
    households,
    says: asked.says,
    content: { country: country.code, from: coveredIn(moved), to, month, windowUntil, tells, households, reverses },
  })
  return ok(undefined)
}

const isRunning = ({ finishedAt, stopped }: SwitchRow) => finishedAt === null && !stopped

export type AnswerSwitchRefusal =
  | ProposalRefusal
  | CarryOutRefusal
  | { readonly code: 'window_over'; readonly until: DateText; readonly today: DateText }
  /** The move that it takes back was stopped when this was proposed, and goes on since. */
  | { readonly code: 'not_finished' }

/** An approval records the move and leaves it to the workers, in one transaction. */
export async function answerSwitch(
  tx: Transaction,
  by: StaffId,
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null },
  today: DateText,
): Promise<Result<undefined, AnswerSwitchRefusal>> {
  const moved = await movedBefore(tx, id)
  const answered = await answerProposal<Exclude<AnswerSwitchRefusal, ProposalRefusal>>(
    tx,
    by,
    id,
    asked,
    ({ content }) => {
      const { windowUntil: until, reverses } = JSON.parse(content) as NewSwitch
      if (asked.step === 'refused' || reverses === null) return ok(undefined)
      if (today > until) return err({ code: 'window_over', until, today })
      return moved && isRunning(moved) ? err({ code: 'not_finished' }) : ok(undefined)
    },
  )
  if (!answered.ok) return answered
  if (asked.step === 'refused') return ok(undefined)
  const content = JSON.parse(answered.value.content) as Record<string, unknown>
  const made = content as never as Omit<NewSwitch, 'id' | 'says'>
  const done = await carryOut(tx, id, { kind: 'programme_switch', content }, async () => {
    await saveSwitch(tx, { ...made, id: id as Id<string> as SwitchId, says: answered.value.says })
    await enqueue(tx, SWITCH_JOB, { switch: id, country: made.country })
  })
  return done.ok ? ok(undefined) : done
}

/** The move that a proposal takes back, held so that it neither goes on nor ends meanwhile; undefined where it takes none back. */
async function movedBefore(tx: Transaction, id: ProposalId): Promise<SwitchRow | undefined> {
  const proposal = await findProposal(tx, id)
  const { reverses = null } =
    proposal?.kind === 'programme_switch' ? (JSON.parse(proposal.content) as Partial<NewSwitch>) : {}
  if (reverses === null) return undefined
  await holdMoveAlone(tx, reverses)
  return findSwitch(tx, reverses)
}
