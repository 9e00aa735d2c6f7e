import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { declarationKnown, declaredCase, type HouseholdCase } from '#households'
import type { Id } from '#kernel'
import {
  type Case,
  checkPacks,
  type Decision,
  decide,
  type PolicyFile,
  parseCase,
  parseCatalogue,
  type RuleBook,
} from '#rules'
import { findDetermination } from './determination.sql.ts'
import { type Determination, determinationOf } from './determination.ts'
import { findRun, type RunId, type RunRow } from './run.sql.ts'
import { hashStates } from './state.ts'

export type ExplainedDetermination = {
  readonly run: RunRow
  readonly territory: string
  /** The decision with its explanation, in the three languages. */
  readonly decision: Decision
  /** False where computing it again gives something else than what is stored: an auditor's business. */
  readonly agrees: boolean
}

/**
 * What stands for a household in a run, computed again from the declaration in effect in the run's snapshot and the very
 * text that decided, with every step. Undefined where the actor sees no such determination.
 */
export async function explainDetermination(
  tx: Transaction,
  country: Country,
  of: { readonly household: Id<'Household'>; readonly run: RunId },
): Promise<ExplainedDetermination | undefined> {
  const run = await findRun(tx, of.run)
  const stored = run && (await findDetermination(tx, run, of.household))
  if (!stored) return undefined
  const book = await bookOf(tx, country, run)
  let explained: ExplainedDetermination | undefined
  for (const declaration of await declarationsFor(tx, run, stored)) {
    const found = await explainBy(tx, { country, book, run, stored, declaration })
    if (found.agrees) return found
    explained ??= found
  }
  return explained
}

/**
 * The declarations that may have been read, the likeliest first. A run keeps that of a household where it wrote something;
 * later runs of the chain that had nothing new to say may have read a later one. Whatever was being recorded at the very
 * instant of the snapshot is not in it, though its time says otherwise: then it was the earlier one.
 */
async function declarationsFor(
  tx: Transaction,
  run: RunRow,
  stored: Determination & { readonly runId: RunId },
): Promise<Id<'Declaration'>[]> {
  if (stored.runId === run.id || run.asOf === null || run.effectiveOn === null) return [stored.declarationId]
  const { householdId: household } = stored
  const known = await declarationKnown(tx, { household, effectiveOn: run.effectiveOn, knownAt: run.asOf })
  return known === undefined || known === stored.declarationId ? [stored.declarationId] : [known, stored.declarationId]
}

async function explainBy(
  tx: Transaction,
  by: {
    readonly country: Country
    readonly book: RuleBook
    readonly run: RunRow
    readonly stored: Determination
    readonly declaration: Id<'Declaration'>
  },
): Promise<ExplainedDetermination> {
  const { country, book, run, stored, declaration } = by
  const { asOf: knownAt, effectiveOn: on } = run
  const asOf = knownAt === null || on === null ? {} : { asOf: { on, knownAt } }
  const found = await declaredCase(tx, { household: stored.householdId, declaration, month: run.month, ...asOf })
  if (!found) throw new Error(`household ${stored.householdId}: declaration ${declaration} is gone`)
  const origin = { source: found.channel, date: found.effectiveOn }
  const decision = decide(book, run.pack, caseOf(found, country), {
    explain: true,
    originOf: path => {
      const [of, member, fact] = path.split('.')
      const told = of === 'members' ? found.told.get(member ?? '')?.get(fact ?? '') : undefined
      return told ? { source: told.source, date: told.on } : origin
    },
  })
  const again = determinationOf({ ...stored }, decision)
  return { run, territory: stored.territory, decision, agrees: hashStates([again]) === hashStates([stored]) }
}

/** The facts as the rules take them. The register accepts only what the catalogue accepts, so a refusal here is a bug. */
function caseOf(found: HouseholdCase, country: Country): Case {
  const parsed = parseCase(found.case, country.catalogue, country.territories)
  if (parsed.ok) return parsed.value
  const { path, message } = parsed.refusal
  throw new Error(`household ${found.household}, ${path}: ${message}`)
}

/**
 * The rules that decided: those in the folder while they are the same, otherwise the text kept with the run. Its version may
 * be counted otherwise by a later Socle; that the decision comes out the same (`agrees`) is what tells it was read rightly.
 */
export async function bookOf(tx: Transaction, country: Country, run: RunRow): Promise<RuleBook> {
  if (country.book.packs.get(run.pack)?.version === run.packVersion) return country.book
  const { rows } = await sql<{ content: PolicyFile[] }>`
    select content from programmes.pack_version where version = ${run.packVersion}`.execute(tx)
  const files = rows[0]?.content ?? []
  const facts = files.find(file => file.path.endsWith('/facts.yaml'))
  const catalogue = facts && parseCatalogue(facts.text, facts.path)
  const book = catalogue?.ok
    ? checkPacks(
        files.filter(file => file !== facts),
        catalogue.value,
      )
    : undefined
  if (!book?.ok || !book.value.packs.has(run.pack)) {
    throw new Error(`run ${run.id}: the text ${run.packVersion} cannot be read again by this version of the rules`)
  }
  return book.value
}
