import { sql } from 'kysely'
import type { Transaction } from '#db'
import { partsByCounter } from './points/cash-way.ts'
import type { ProviderPort, ProviderPorts } from './providers/provider-port.ts'
import type { Run, RunId } from './run.ts'

/**
 * The ways by which a provider's part of a run leaves: in the run's pain.001, in a file of the provider's own form, in batches; or
 * nowhere, where agents of ours hand it over at payment points.
 */
export const partWays = ['run_file', 'own_file', 'wire', 'counter'] as const
export type PartWay = (typeof partWays)[number]

/** What a run orders of one provider, and the one way by which it leaves. */
export type RunPart = {
  readonly provider: string
  readonly leavesBy: PartWay
  readonly instructions: number
  /** Minor units. */
  readonly amount: bigint
}

/** A part with its stretch of the run: the positions above `after`, as many as there are instructions. */
export type PlacedPart = RunPart & { readonly after: number }

/** How a provider is served: who is not named in the settings is in the run's file, and nobody who is. */
export function wayOf(port: Pick<ProviderPort, 'adapter'> | undefined): Exclude<PartWay, 'counter'> {
  if (port === undefined) return 'run_file'
  return port.adapter === 'http' ? 'wire' : 'own_file'
}

/** The parts of a run in the order of its positions, as its file settled them; undefined before it is made. */
export async function settledParts(tx: Transaction, run: RunId): Promise<readonly PlacedPart[] | undefined> {
  const groups = await findGroups(tx, run)
  return groups.every(isSettled) ? groups : undefined
}

/** The parts as these ports, and the ways of networks of cash (ADR 0080), would have them leave. Throws where they are not what was approved. */
export async function planParts(
  tx: Transaction,
  run: Pick<Run, 'id' | 'reference' | 'totals'>,
  ports: ProviderPorts,
): Promise<readonly PlacedPart[]> {
  const groups = await findGroups(tx, run.id)
  const byCounter = await partsByCounter(tx, run.id)
  const parts = groups.map(group => ({
    ...group,
    leavesBy: byCounter.has(group.provider) ? ('counter' as const) : wayOf(ports.get(group.provider)),
  }))
  const sums = sumsOf(parts)
  if (sums.instructions !== run.totals.instructions || sums.amount !== run.totals.amount) {
    throw new Error(`run ${run.reference}: its parts are not what was approved`)
  }
  return parts
}

/** How much parts are together. */
export function sumsOf(parts: readonly RunPart[]): { readonly instructions: number; readonly amount: bigint } {
  return {
    instructions: parts.reduce((sum, part) => sum + part.instructions, 0),
    amount: parts.reduce((sum, part) => sum + part.amount, 0n),
  }
}

type Group = Omit<PlacedPart, 'leavesBy'> & { readonly leavesBy: PartWay | null }

const isSettled = (group: Group): group is Group & PlacedPart => group.leavesBy !== null

async function findGroups(tx: Transaction, run: RunId): Promise<readonly Group[]> {
  // Positions follow the order of the providers, so each group is the next stretch of them.
  const { rows } = await sql<Group>`
    select g.provider, g.instructions, g.amount, p.leaves_by as "leavesBy",
      (sum(g.instructions) over (order by g.provider collate "C") - g.instructions)::integer as after
    from payments.run_group g left join payments.run_part p using (run_id, provider)
    where g.run_id = ${run} order by g.provider collate "C"`.execute(tx)
  return rows
}

export async function insertParts(tx: Transaction, run: RunId, parts: readonly RunPart[]): Promise<void> {
  await sql`
    insert into payments.run_part (run_id, provider, leaves_by, instructions, amount)
    select ${run}::uuid, provider, leaves_by, instructions, amount from unnest(
      ${parts.map(one => one.provider)}::text[], ${parts.map(one => one.leavesBy)}::text[],
      ${parts.map(one => one.instructions)}::integer[], ${parts.map(one => one.amount)}::bigint[])
      as part (provider, leaves_by, instructions, amount)`.execute(tx)
}

/** Providers whose part leaves by a file of their own that nobody has written. */
export async function unwrittenParts(tx: Transaction, run: RunId): Promise<readonly string[]> {
  const { rows } = await sql<{ provider: string }>`
    select p.provider from payments.run_part p
    where p.run_id = ${run} and p.leaves_by = 'own_file'
      and not exists (select from payments.provider_file f where f.run_id = p.run_id and f.provider = p.provider)
    order by 1`.execute(tx)
  return rows.map(row => row.provider)
}
