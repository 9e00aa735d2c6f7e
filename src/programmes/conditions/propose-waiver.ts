import type { Country } from '#countries'
import type { Transaction } from '#db'
import { addMonths, err, type Id, type Month, ok, type Result } from '#kernel'
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
import type { WaiverReach } from './waiver-reach.ts'
import { findWaiver, type StandingWaiver, saveWaiverEnd, saveWaivers, type Waiver, type WaiverId } from './waivers.ts'

export type WaiverAsked = Omit<Waiver, 'id' | 'shock'> & { readonly id: ProposalId }

/** Why a waiver is not proposed, in order of precedence. */
export type WaiverRefusal =
  /** The country's conditions.yaml follows no such condition of the programme. */
  | { readonly code: 'condition_unknown'; readonly known: readonly string[] }
  | { readonly code: 'territory_unknown'; readonly territory: string }
  | { readonly code: 'months_reversed' }
  /** A group is made of facts of members, each with values that the catalogue has. */
  | { readonly code: 'group_unknown'; readonly fact: string }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }

/** May this be proposed? */
export function decideWaiver(country: Country, asked: WaiverAsked): Result<undefined, WaiverRefusal> {
  const known = country.conditions.conditions.filter(each => each.programme === asked.pack).map(each => each.code)
  if (known.length === 0 || (asked.code !== null && !known.includes(asked.code))) {
    return err({ code: 'condition_unknown', known })
  }
  if (asked.territory !== '' && country.territories.find(asked.territory) === undefined) {
    return err({ code: 'territory_unknown', territory: asked.territory })
  }
  if (asked.until < asked.from) return err({ code: 'months_reversed' })
  for (const [name, values] of Object.entries(asked.members ?? {})) {
    const fact = country.catalogue.member.get(name)
    const accepted = fact && (fact.type !== 'code' || values.every(value => fact.codes.has(String(value))))
    if (!accepted || values.length === 0) return err({ code: 'group_unknown', fact: name })
  }
  if (asked.says.trim() === '') return err({ code: 'reason_missing' })
  if (asked.says.length > MOST_SAID) return err({ code: 'reason_too_long', most: MOST_SAID })
  return ok(undefined)
}

/** Proposes that a condition does not count somewhere for a time; {@link answerWaiver} is somebody else's answer. */
export async function proposeWaiver(
  tx: Transaction,
  country: Country,
  asked: WaiverAsked,
  reach: WaiverReach | null = null,
): Promise<Result<undefined, WaiverRefusal>> {
  const decision = decideWaiver(country, asked)
  if (!decision.ok) return decision
  const { id, says, pack: programme, territory, ...terms } = asked
  const content: WaiverContent = { act: 'waive', country: country.code, programme, territory, ...terms, reach }
  await propose(tx, { id, kind: 'condition_waiver', territory, programme, says, content })
  return ok(undefined)
}

/** What a proposal about waivers says, as it is hashed. */
export type WaiverContent =
  | (Pick<Waiver, 'code' | 'territory' | 'from' | 'until' | 'members'> & {
      readonly act: 'waive'
      readonly country: string
      readonly programme: string
      /** What was shown of whom it covers; null where nothing was decided yet. */
      readonly reach: WaiverReach | null
    })
  | {
      readonly act: 'end'
      readonly country: string
      readonly programme: string
      readonly territory: string
      readonly code: string | null
      readonly waiver: WaiverId
      readonly was: Month
      readonly until: Month
    }

/** Why a waiver is not ended, in order of precedence. */
export type WaiverEndRefusal =
  | { readonly code: 'waiver_unknown' }
  /** It ends with its shock. */
  | { readonly code: 'waiver_of_shock' }
  | { readonly code: 'waiver_over'; readonly until: Month }
  | { readonly code: 'not_earlier'; readonly until: Month }
  /** Months that were followed stay as they are. */
  | { readonly code: 'month_past'; readonly first: Month }
  | { readonly code: 'reason_missing' }
  | { readonly code: 'reason_too_long'; readonly most: number }

export type WaiverEndAsked = {
  readonly id: ProposalId
  readonly waiver: WaiverId
  /** Last month from then on: the month before this one at the earliest. */
  readonly until: Month
  readonly says: string
}

/** May this waiver end then? `now` is the month it is. */
export function decideWaiverEnd(
  found: Pick<StandingWaiver, 'shock' | 'untilNow'> | undefined,
  { until, says }: Pick<WaiverEndAsked, 'until' | 'says'>,
  now: Month,
): Result<undefined, WaiverEndRefusal> {
  if (!found) return err({ code: 'waiver_unknown' })
  if (found.shock !== null) return err({ code: 'waiver_of_shock' })
  if (found.untilNow < now) return err({ code: 'waiver_over', until: found.untilNow })
  if (until >= found.untilNow) return err({ code: 'not_earlier', until: found.untilNow })
  const first = addMonths(now, -1)
  if (until < first) return err({ code: 'month_past', first })
  if (says.trim() === '') return err({ code: 'reason_missing' })
  if (says.length > MOST_SAID) return err({ code: 'reason_too_long', most: MOST_SAID })
  return ok(undefined)
}

/** Proposes that a waiver ends earlier; somebody else approves it by {@link answerWaiver}. */
export async function proposeWaiverEnd(
  tx: Transaction,
  country: Country,
  asked: WaiverEndAsked,
  now: Month,
): Promise<Result<undefined, WaiverEndRefusal>> {
  const found = await findWaiver(tx, country.code, asked.waiver)
  const decision = decideWaiverEnd(found, asked, now)
  if (!decision.ok || !found) return decision.ok ? err({ code: 'waiver_unknown' }) : decision
  const { pack: programme, territory, code, untilNow: was } = found
  const { id, waiver, until, says } = asked
  const content: WaiverContent = { act: 'end', country: country.code, programme, territory, code, waiver, was, until }
  await propose(tx, { id, kind: 'condition_waiver', territory, programme, says, content })
  return ok(undefined)
}

/** An approval records the waiver, or its end, in the same transaction, exactly as it was proposed. */
export async function answerWaiver(
  tx: Transaction,
  by: StaffId,
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null },
): Promise<Result<undefined, ProposalRefusal | CarryOutRefusal>> {
  const answered = await answerProposal(tx, by, id, asked)
  if (!answered.ok) return answered
  if (asked.step === 'refused') return ok(undefined)
  // Proposals from before waivers could be ended say no act.
  const content = { act: 'waive', ...(JSON.parse(answered.value.content) as object) } as WaiverContent
  const { says } = answered.value
  const done = await carryOut(tx, id, { kind: 'condition_waiver', content: JSON.parse(answered.value.content) }, () => {
    if (content.act === 'end') return saveWaiverEnd(tx, { id, waiver: content.waiver, until: content.until, says })
    const { country, programme: pack, territory, code, from, until, members } = content
    const waiver: Waiver = {
      id: id as Id<string> as WaiverId,
      pack,
      code,
      territory,
      from,
      until,
      members,
      says,
      shock: null,
    }
    return saveWaivers(tx, country, [waiver])
  })
  return done.ok ? ok(undefined) : done
}
