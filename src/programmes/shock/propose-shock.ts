import { sql } from 'kysely'
import type { Country } from '#countries'
import { enqueue, type JobDefinition, type Transaction } from '#db'
import { listSnapshots, registerIdentity, type Snapshot, type SnapshotRefusal } from '#households'
import { addMonths, err, type Id, type Month, newId, ok, type Result } from '#kernel'
import {
  answerProposal,
  type CarryOutRefusal,
  carryOut,
  type DecisionAsked,
  findProposal,
  type ProposalId,
  type ProposalRefusal,
  propose,
  type StaffId,
} from '#security'
import { saveWaivers } from '../conditions/waivers.ts'
import { lawOfShock } from './law-of-shock.ts'
import { type ReachShown, reachOf, shownOf } from './reach.ts'
import { findShock, listShocks, lockShocks, saveShock, saveShockEnd } from './shock.sql.ts'
import {
  decideShock,
  decideShockEnd,
  holding,
  type Shock,
  type ShockAsked,
  type ShockEndRefusal,
  type ShockId,
  type ShockRefusal,
  type ShockTerms,
} from './shock.ts'
import { coveredIn, scopeOfShocks } from './shock-run.ts'

/** What each pack of a shock would reach and cost in its first month, on the facts of a snapshot. */
export type ShockReach = {
  /** Day whose facts were looked at. */
  readonly on: string
  readonly packs: readonly ({ readonly pack: string } & ReachShown)[]
}

export type PreviewRefusal = ShockRefusal | { readonly code: 'snapshot_refused'; readonly refusal: SnapshotRefusal }

/** The latest snapshot of this very register; undefined where none was taken. */
export async function latestOwnSnapshot(
  tx: Transaction,
  country: Country,
  folder: string | undefined,
): Promise<Snapshot | undefined> {
  if (folder === undefined) return undefined
  const register = await registerIdentity(tx)
  return listSnapshots(folder, country).find(
    ({ manifest: { origin } }) => origin?.kind === 'register' && origin.register === register,
  )
}

/**
 * Whether a shock may be declared, and whom it would reach; nothing is written. In the worker's role: figures of places are of
 * everybody who lives there. Null: no snapshot was taken of this register.
 */
export async function previewShock(
  tx: Transaction,
  country: Country,
  asked: ShockAsked,
  { now, snapshot }: { readonly now: Month; readonly snapshot: Snapshot | undefined },
): Promise<Result<ShockReach | null, PreviewRefusal>> {
  const decided = decideShock(country, asked, await listShocks(tx, country.code, { since: asked.from }), now)
  if (!decided.ok) return decided
  if (snapshot === undefined) return ok(null)
  const packs: ShockReach['packs'][number][] = []
  for (const { pack } of asked.expansions) {
    const expansion = country.shocks.find(each => each.pack === pack)!
    const scope = scopeOfShocks(expansion, [{ id: asked.id as Id<string> as ShockId, territories: asked.territories }])
    const { rows } = await sql<{ household: string }>`
      select household_id as household from (${coveredIn(scope, asked.from)}) as covered`.execute(tx)
    const covered = new Set(rows.map(each => each.household))
    const law = lawOfShock(country, pack, asked.from, asked)
    const reach = reachOf(law, { pack, month: asked.from, snapshot, scope: { ...scope, covered } })
    if (!reach.ok) return err({ code: 'snapshot_refused', refusal: reach.refusal })
    packs.push({ pack, ...shownOf(reach.value) })
  }
  return ok({ on: snapshot.manifest.effectiveOn, packs })
}

type Declared = { readonly act: 'declare'; readonly country: string; readonly reach: ShockReach | null } & ShockTerms
type Ended = {
  readonly act: 'move_end'
  readonly country: string
  readonly shock: ShockId
  readonly name: string
  readonly was: Month
  readonly until: Month
}
export type ShockContent = Declared | Ended

/** Proposes a shock with what was shown of its reach; {@link answerShock} is somebody else's answer. */
export async function proposeShock(
  tx: Transaction,
  country: Country,
  asked: ShockAsked,
  { now, reach }: { readonly now: Month; readonly reach: ShockReach | null },
): Promise<Result<undefined, ShockRefusal>> {
  await lockShocks(tx, country.code)
  const decided = decideShock(country, asked, await listShocks(tx, country.code, { since: asked.from }), now)
  if (!decided.ok) return decided
  const { id, says, ...terms } = asked
  const totals = reach?.packs.flatMap(({ total }) => (total === null ? [] : [total])) ?? []
  await propose(tx, {
    id,
    kind: 'shock',
    territory: holding(asked.territories),
    households: reach === null ? null : totals.reduce((sum, each) => sum + each.households, 0),
    amount: reach === null ? null : totals.reduce((sum, each) => sum + each.amountMinor, 0n),
    currency: reach === null ? null : country.currency,
    says,
    content: { act: 'declare', country: country.code, ...terms, reach },
  })
  return ok(undefined)
}

/** Proposes another last month for a shock: earlier, or later. */
export async function proposeShockEnd(
  tx: Transaction,
  country: Country,
  asked: { readonly id: ProposalId; readonly shock: ShockId; readonly until: Month; readonly says: string },
  now: Month,
): Promise<Result<undefined, ShockEndRefusal>> {
  await lockShocks(tx, country.code)
  const found = await decideEnd(tx, country, asked, now)
  if (!found.ok) return found
  const { name, until: was, territories } = found.value
  await propose(tx, {
    id: asked.id,
    kind: 'shock',
    territory: holding(territories),
    says: asked.says,
    content: { act: 'move_end', country: country.code, shock: asked.shock, name, was, until: asked.until },
  })
  return ok(undefined)
}

async function decideEnd(
  tx: Transaction,
  country: Country,
  asked: { readonly shock: ShockId; readonly until: Month; readonly says: string },
  now: Month,
): Promise<Result<Shock, ShockEndRefusal>> {
  const shock = await findShock(tx, country.code, asked.shock)
  const standing = await listShocks(tx, country.code, shock ? { since: shock.from } : {})
  const decided = decideShockEnd(shock, asked, standing, now)
  return decided.ok ? ok(shock as Shock) : decided
}

export type AnswerShockRefusal =
  | ProposalRefusal
  | CarryOutRefusal
  /** What was declared, or the months that went by, since it was proposed do not allow it any more. */
  | { readonly code: 'no_longer_possible'; readonly why: (ShockRefusal | ShockEndRefusal)['code'] }

/** The name by which the workers are told to ask for the runs of shocks. */
export const SHOCK_JOB: Pick<JobDefinition<{ readonly country: string }>, 'name'> = { name: 'shock_runs' }

/**
 * An approval records what was proposed in the same transaction, held again against what was declared meanwhile; waivers follow where
 * it says so, and the workers are told to ask for the runs.
 */
export async function answerShock(
  tx: Transaction,
  by: StaffId,
  country: Country,
  id: ProposalId,
  asked: DecisionAsked & { readonly secondFactorAt: Date | null },
  now: Month,
): Promise<Result<undefined, AnswerShockRefusal>> {
  await lockShocks(tx, country.code)
  const proposal = await findProposal(tx, id)
  if (proposal?.kind !== 'shock') return err({ code: 'proposal_unknown' })
  const content = JSON.parse(proposal.content) as ShockContent
  const { says } = proposal
  const work = content.act === 'declare' ? declaring(country, id, content, says) : moving(country, id, content, says)
  const still = asked.step === 'approved' ? await work.decide(tx, now) : ok(undefined)
  const answered = await answerProposal(tx, by, id, asked, () =>
    still.ok ? still : err({ code: 'no_longer_possible' as const, why: still.refusal.code }),
  )
  if (!answered.ok) return answered
  if (asked.step === 'refused') return ok(undefined)
  const kept = JSON.parse(answered.value.content) as Record<string, unknown>
  const done = await carryOut(tx, id, { kind: 'shock', content: kept }, async () => {
    await work.save(tx)
    await enqueue(tx, SHOCK_JOB, { country: country.code })
  })
  return done.ok ? ok(undefined) : done
}

type Work = {
  readonly decide: (tx: Transaction, now: Month) => Promise<Result<unknown, ShockRefusal | ShockEndRefusal>>
  readonly save: (tx: Transaction) => Promise<void>
}

function declaring(country: Country, proposal: ProposalId, content: Declared, says: string): Work {
  const { act: _, country: __, reach: ___, ...terms } = content
  const id = proposal as Id<string> as ShockId
  return {
    decide: async (tx, now) =>
      decideShock(
        country,
        { ...terms, says, id: proposal },
        await listShocks(tx, country.code, { since: terms.from }),
        now,
      ),
    async save(tx) {
      await saveShock(tx, country.code, id, { ...terms, says })
      if (terms.waives) await waive(tx, country, { id, says, ...terms }, terms.from, terms.until)
    },
  }
}

function moving(country: Country, id: ProposalId, { shock, until }: Ended, says: string): Work {
  return {
    decide: (tx, now) => decideEnd(tx, country, { shock, until, says }, now),
    async save(tx) {
      const standing = (await findShock(tx, country.code, shock)) as Shock
      await saveShockEnd(tx, { id, shock, until, says })
      if (standing.waives && until > standing.until) {
        await waive(tx, country, { ...standing, says }, addMonths(standing.until, 1), until)
      }
    },
  }
}

/** Every condition that the country follows, in each place of the shock: its waivers end with it. */
async function waive(
  tx: Transaction,
  country: Country,
  { id, territories, says }: Pick<Shock, 'id' | 'territories' | 'says'>,
  from: Month,
  until: Month,
): Promise<void> {
  const programmes = [...new Set(country.conditions.conditions.map(each => each.programme))]
  const waivers = programmes.flatMap(pack =>
    territories.map(territory => ({
      id: newId<'ConditionWaiver'>(),
      pack,
      code: null,
      territory,
      from,
      until,
      members: null,
      says,
      shock: id,
    })),
  )
  await saveWaivers(tx, country.code, waivers)
}
