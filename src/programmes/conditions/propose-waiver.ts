import type { Country } from '#countries'
import type { Transaction } from '#db'
import { err, type Id, ok, type Result } from '#kernel'
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
import { saveWaivers, type Waiver, type WaiverId } from './waivers.ts'

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
function decideWaiver(country: Country, asked: WaiverAsked): Result<undefined, WaiverRefusal> {
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
): Promise<Result<undefined, WaiverRefusal>> {
  const decision = decideWaiver(country, asked)
  if (!decision.ok) return decision
  const { id, says, pack: programme, territory, ...terms } = asked
  const content = { country: country.code, programme, territory, ...terms }
  await propose(tx, { id, kind: 'condition_waiver', territory, programme, says, content })
  return ok(undefined)
}

/** An approval records the waiver in the same transaction, exactly as it was proposed. */
export async function answerWaiver(
  tx: Transaction,
  by: StaffId,
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null },
): Promise<Result<undefined, ProposalRefusal | CarryOutRefusal>> {
  const answered = await answerProposal(tx, by, id, asked)
  if (!answered.ok) return answered
  if (asked.step === 'refused') return ok(undefined)
  const content = JSON.parse(answered.value.content) as Record<string, unknown>
  const {
    country,
    programme: pack,
    territory,
    code,
    from,
    until,
    members,
  } = content as never as Waiver & {
    readonly country: string
    readonly programme: string
  }
  const waiver: Waiver = {
    id: id as Id<string> as WaiverId,
    pack,
    code,
    territory,
    from,
    until,
    members,
    says: answered.value.says,
    shock: null,
  }
  const done = await carryOut(tx, id, { kind: 'condition_waiver', content }, () => saveWaivers(tx, country, [waiver]))
  return done.ok ? ok(undefined) : done
}
