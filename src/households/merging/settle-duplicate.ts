import type { Transaction } from '#db'
import { err, type Id, ok, type Result } from '#kernel'
import {
  checkSettling,
  type SettlePairRefusal,
  type Settling,
  settlePair,
  sharedTerritory,
  statesOf,
} from '#population'
import {
  answerProposal,
  type CarryOutRefusal,
  carryOut,
  type DecisionAsked,
  findProposal,
  MOST_SAID,
  type ProposalId,
  type ProposalRefusal,
  type PurposeText,
  propose,
  type StaffId,
} from '#security'
import { lockForMerge, type MergeSituation, mergeSituation } from './merge-situation.ts'

/** What somebody says of two persons, having been shown both. */
export type SettleDuplicate = {
  /** Made before it is sent, and kept for sending it again. */
  readonly id: Id<'MatchDecision'>
  readonly persons: readonly [string, string]
  readonly decision: Settling
  /** Who stands for both, where they are the same. */
  readonly kept?: string | undefined
  readonly reason: string
  /** {@link MergeSituation.seen} of what was shown. */
  readonly seen: string
  readonly by: string
  readonly purpose: PurposeText
}

export type SettleDuplicateRefusal =
  | SettlePairRefusal
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }
  /** Something that was shown is no longer so: look again. */
  | { readonly code: 'changed_meanwhile' }

export type SettleDuplicateOutcome = 'settled' | 'exists' | 'proposed'

/**
 * Settles two persons in the name of who looked at both. Where two households, or two who are paid, are touched, `same` is
 * a proposal that another member of staff answers ({@link answerMerge}); all else is done at once. Nothing of a household
 * changes by it. As an actor of `duplicate.settle`.
 */
export async function settleDuplicate(
  tx: Transaction,
  asked: SettleDuplicate,
): Promise<Result<SettleDuplicateOutcome, SettleDuplicateRefusal>> {
  const [one, other] = asked.persons
  const reason = asked.reason.trim()
  if (reason === '') return err({ code: 'reason_missing' })
  if (reason.length > MOST_SAID) return err({ code: 'reason_too_long', most: MOST_SAID })
  await lockForMerge(tx, one, other)
  const checked = await checkSettling(tx, asked)
  // Sent twice, the second finds what the first has done.
  if (!checked.ok || checked.value === 'exists') return checked
  const situation = await mergeSituation(tx, one, other)
  if (!situation) return err({ code: 'unknown_person' })
  if (situation.seen !== asked.seen) return err({ code: 'changed_meanwhile' })
  if (asked.decision === 'same' && situation.takesTwo) return proposeMerge(tx, asked, reason, situation)
  const { id, persons, decision, kept, by, purpose } = asked
  const told = { id, persons, decision, reason, decidedBy: by, purpose }
  return settlePair(tx, decision === 'same' ? { ...told, kept: kept ?? '' } : told)
}

async function proposeMerge(
  tx: Transaction,
  { id, persons: [one, other], kept, seen }: SettleDuplicate,
  says: string,
  { households }: MergeSituation,
): Promise<Result<'proposed', never>> {
  const territories = (await Promise.all([one, other].map(each => statesOf(tx, each as Id<'Person'>)))).map(
    states => states[0]!.territory,
  )
  await propose(tx, {
    id: id as string as ProposalId,
    kind: 'person_merge',
    territory: sharedTerritory(territories[0]!, territories[1]!),
    households: households.length,
    files: [one, other, ...new Set(households.map(household => household.id))],
    content: { decision: id, kept, merged: kept === one ? other : one, seen },
    says,
  })
  return ok('proposed')
}

export type AnswerMergeRefusal = ProposalRefusal | CarryOutRefusal | { readonly code: 'changed_meanwhile' }

/** Another person's answer to a proposed merge; an approval does it in the same transaction, if all is as it was proposed. */
export async function answerMerge(
  tx: Transaction,
  by: { readonly id: StaffId; readonly name: string },
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null },
): Promise<Result<undefined, AnswerMergeRefusal>> {
  const proposal = await findProposal(tx, id)
  if (proposal?.kind !== 'person_merge') return err({ code: 'proposal_unknown' })
  const content = JSON.parse(proposal.content) as MergeContent
  const { kept, merged } = content
  await lockForMerge(tx, kept, merged)
  const pair = { id: content.decision, persons: [kept, merged], decision: 'same', kept } as const
  const possible = (await checkSettling(tx, pair)).ok && (await mergeSituation(tx, kept, merged))?.seen === content.seen
  const answered = await answerProposal(tx, by.id, id, asked, () =>
    possible || asked.step === 'refused' ? ok(undefined) : err({ code: 'changed_meanwhile' } as const),
  )
  if (!answered.ok) return answered
  if (asked.step === 'refused') return ok(undefined)
  const purpose = 'data_quality: duplicates' as const
  const decidedBy = `${proposal.byName} · ${by.name}`
  const work = () => settlePair(tx, { ...pair, reason: proposal.says, decidedBy, purpose })
  const done = await carryOut(tx, id, { kind: 'person_merge', content }, work)
  if (!done.ok) return done
  // Locked and checked above: a refusal here is a mistake of ours, and takes the approval back with it.
  if (!done.value.ok) throw new Error(`an approved merge was refused: ${done.value.refusal.code}`)
  return ok(undefined)
}

type MergeContent = {
  readonly decision: Id<'MatchDecision'>
  readonly kept: string
  readonly merged: string
  readonly seen: string
}
