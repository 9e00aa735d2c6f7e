import type { Country } from '#countries'
import { enqueue, type Transaction } from '#db'
import { type DateText, err, type Id, type Month, ok, type Result } from '#kernel'
import {
  answerProposal,
  type CarryOutRefusal,
  carryOut,
  type DecisionAsked,
  MOST_SAID,
  type ProposalId,
  type ProposalRefusal,
  propose,
  type StaffId,
} from '#security'
import { isOpen } from '../enrolment/change-enrolments.ts'
import { SWITCH_JOB } from './run-switch.ts'
import { coveredIn, findSwitch, type NewSwitch, previewSwitch, saveSwitch } from './switch.sql.ts'
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
  | { readonly code: 'not_finished' }
  | { readonly code: 'reversal_itself' }
  | { readonly code: 'reversed_before' }
  | { readonly code: 'window_over'; readonly until: DateText; readonly today: DateText }
  /** The programme that they left takes nobody in the month of the move any more: they could not come back. */
  | { readonly code: 'programme_over'; readonly until: Month }
  | { readonly code: 'not_open_yet'; readonly opens: Month }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }

/** Proposes to take a move back, within its window: a move of its own, which two persons decide as well. */
export async function proposeReversal(
  tx: Transaction,
  country: Country,
  asked: { readonly id: ProposalId; readonly reverses: SwitchId; readonly says: string },
  today: DateText,
): Promise<Result<undefined, ReverseRefusal>> {
  const moved = await findSwitch(tx, asked.reverses)
  if (!moved || moved.country !== country.code) return err({ code: 'switch_unknown' })
  if (moved.finishedAt === null) return err({ code: 'not_finished' })
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

export type AnswerSwitchRefusal =
  | ProposalRefusal
  | CarryOutRefusal
  | { readonly code: 'window_over'; readonly until: DateText; readonly today: DateText }

/** An approval records the move and leaves it to the workers, in one transaction. */
export async function answerSwitch(
  tx: Transaction,
  by: StaffId,
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null },
  today: DateText,
): Promise<Result<undefined, AnswerSwitchRefusal>> {
  const answered = await answerProposal(tx, by, id, asked, ({ content }) => {
    const { windowUntil: until, reverses } = JSON.parse(content) as NewSwitch
    return asked.step === 'approved' && reverses !== null && today > until
      ? err({ code: 'window_over' as const, until, today })
      : ok(undefined)
  })
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
