import { resolve } from 'node:path'
import type { Country } from '#countries'
import { factsLacking, openSnapshot, readRows, type Snapshot, type SnapshotRows } from '#households'
import { lastDay, type Month, moneyText, monthOf } from '#kernel'
import { type CompiledPack, compilePack, type Pack, type Results, type RuleBook } from '#rules'
import { type Io, UsageError } from '../command.ts'
import { grouped, progress } from '../progress.ts'
import { snapshotRefusalText } from '../snapshot-refusal.ts'

type Versions = { readonly before: Country; readonly after: Country }

const CHANGES = ['entered', 'left', 'amount up', 'amount down', 'otherwise'] as const
type Change = (typeof CHANGES)[number]

/** Households named for each change. */
const EXAMPLES = 3

/** What two versions of one pack do to the same households. */
type Compared = {
  readonly pack: Pack
  readonly before: CompiledPack
  readonly after: CompiledPack
  readonly found: Map<Change, { households: number; readonly examples: string[] }>
  was: bigint
  is: bigint
}

/** Decides every household of a snapshot by both versions, region by region, and counts what changed. */
export async function compareOnSnapshot(
  versions: Versions,
  folder: string,
  asked: Month | undefined,
  io: Io,
): Promise<string> {
  const snapshots = [opened(folder, versions.before), opened(folder, versions.after)] as const
  const { manifest } = snapshots[1]
  const month = asked ?? monthOf(manifest.effectiveOn)
  if (manifest.effectiveOn > lastDay(month)) {
    throw new UsageError(
      `the snapshot holds facts of ${manifest.effectiveOn}, after ${month}; take that month or a later one`,
    )
  }
  const compared = changedPacks(versions, month)
  if (compared.length === 0) return `no household of the snapshot is decided otherwise: no pack changed\n`
  for (const { pack } of compared) refuseLacking(pack.id, versions, snapshots[1])
  const bar = progress(io, 'Comparing', 'households')
  let households = 0
  for (const { path } of manifest.files) {
    io.signal.throwIfAborted()
    const before = rowsOf(snapshots[0], versions.before, path, month)
    const after = rowsOf(snapshots[1], versions.after, path, month)
    for (const each of compared) compare(each, before, after)
    households += after.columns.households
    bar.update(households, manifest.households)
  }
  bar.end()
  return compared.map(each => text(each, month, households)).join('')
}

function opened(folder: string, country: Country): Snapshot {
  const snapshot = openSnapshot(resolve(folder), country)
  if (snapshot.ok) return snapshot.value
  throw new UsageError(snapshotRefusalText(snapshot.refusal))
}

function rowsOf(snapshot: Snapshot, country: Country, path: string, month: Month): SnapshotRows {
  const rows = readRows(snapshot, country, { paths: [path], month })
  if (rows.ok) return rows.value
  throw new UsageError(snapshotRefusalText(rows.refusal))
}

/** The packs of both versions that do not say the same. */
function changedPacks({ before, after }: Versions, month: Month): Compared[] {
  return [...after.book.packs.values()].flatMap(pack => {
    const old = before.book.packs.get(pack.id)
    if (old === undefined || old.version === pack.version) return []
    const [first, second] = [compilePack(before.book, pack.id, month), compilePack(after.book, pack.id, month)]
    return [{ pack, before: first, after: second, found: new Map(), was: 0n, is: 0n }]
  })
}

function refuseLacking(id: string, { before, after }: Versions, { manifest }: Snapshot): void {
  for (const [which, { book }] of [
    ['before', before],
    ['after', after],
  ] as const) {
    const lacking = factsLacking(manifest.catalogue, factsOf(book, id))
    if (lacking.length === 0) continue
    throw new UsageError(
      `${id}, as it is ${which}, reads facts that the snapshot does not hold: ${lacking.join(', ')}. Take a new snapshot`,
    )
  }
}

function factsOf(book: RuleBook, id: string): string[] {
  const pack = book.packs.get(id) as Pack
  const used = [...pack.uses.values()].flatMap(each => factsOf(book, each))
  return [...new Set([...pack.facts.map(({ of, name }) => `${of}.${name}`), ...used])]
}

function compare(compared: Compared, before: SnapshotRows, after: SnapshotRows): void {
  const old = compared.before.run(before.columns, { detail: true })
  const now = compared.after.run(after.columns, { detail: true })
  compared.was += old.total()
  compared.is += now.total()
  for (let household = 0; household < after.columns.households; household++) {
    const change = changeOf(old, now, household)
    if (change === null) continue
    const found = compared.found.get(change) ?? { households: 0, examples: [] }
    compared.found.set(change, found)
    found.households++
    const id = after.columns.ids?.household(household)
    if (found.examples.length < EXAMPLES && id !== undefined) found.examples.push(id)
  }
}

const ELIGIBLE = 0

function changeOf(old: Results, now: Results, household: number): Change | null {
  const [was, is] = [old.outcome[household], now.outcome[household]]
  if (was !== is) return is === ELIGIBLE ? 'entered' : was === ELIGIBLE ? 'left' : 'otherwise'
  const [before, after] = [old.amount?.[household] ?? Number.NaN, now.amount?.[household] ?? Number.NaN]
  if (after > before) return 'amount up'
  if (after < before) return 'amount down'
  return told(old, household) === told(now, household) ? null : 'otherwise'
}

/** What else is compared: scores, reasons, and of those eligible the lines and who is covered. */
function told(results: Results, household: number): string {
  const { pack, outcome } = results
  const reasons = pack.refusals.map(({ code }) => [code, results.refusals(code)?.[household]])
  const scores = results.scoreIds.map(id => [id, String(results.scores(id)?.[household])])
  const isDetailed = outcome[household] === ELIGIBLE && (pack.lines.length > 0 || pack.covered !== null)
  const decision = isDetailed ? results.decisionAt(household) : null
  return JSON.stringify([reasons, scores, decision?.lines, decision?.covered])
}

function text({ pack, found, was, is }: Compared, month: Month, households: number): string {
  const changed = [...found.values()].reduce((sum, each) => sum + each.households, 0)
  const lines = [
    `${pack.id} in ${month}: ${grouped(changed)} of ${grouped(households)} households are decided otherwise`,
  ]
  for (const change of CHANGES) {
    const { households: count, examples } = found.get(change) ?? { households: 0, examples: [] }
    if (count > 0)
      lines.push(`  ${change.padEnd(12)} ${grouped(count).padStart(10)}   for example ${examples.join(', ')}`)
  }
  if (pack.amount !== null) {
    const money = (minor: bigint) => `${moneyText({ minor, currency: pack.currency })} ${pack.currency}`
    const difference = is - was
    const by = `${difference > 0n ? '+' : ''}${money(difference)}`
    lines.push(`  all amounts, ${pack.amount.per}: ${money(was)} before, ${money(is)} after (${by})`)
  }
  return `${lines.join('\n')}\n`
}
