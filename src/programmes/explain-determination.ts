import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { declaredCase } from '#households'
import type { Id } from '#kernel'
import { checkPacks, type Decision, decide, type PolicyFile, parseCatalogue, type RuleBook } from '#rules'
import { findDetermination, findRun, type RunId, type RunRow } from './determination.sql.ts'
import { determinationOf, hashDeterminations } from './determination.ts'
import { caseOf } from './determine.ts'

export type ExplainedDetermination = {
  readonly run: RunRow
  readonly territory: string
  /** The decision with its explanation, in the three languages. */
  readonly decision: Decision
  /** False where computing it again gives something else than what is stored: an auditor's business. */
  readonly agrees: boolean
}

/**
 * A stored determination, computed again from the declaration it read and the very text that decided, with every step.
 * Undefined where the actor sees no such determination.
 */
export async function explainDetermination(
  tx: Transaction,
  country: Country,
  of: { readonly household: Id<'Household'>; readonly run: RunId },
): Promise<ExplainedDetermination | undefined> {
  const run = await findRun(tx, of.run)
  const stored = run && (await findDetermination(tx, of.run, of.household))
  if (!stored) return undefined
  const found = await declaredCase(tx, { household: of.household, declaration: stored.declarationId, month: run.month })
  if (!found) throw new Error(`household ${of.household}: declaration ${stored.declarationId} is gone`)
  const origin = { source: found.channel, date: found.effectiveOn }
  const book = await bookOf(tx, country, run)
  const decision = decide(book, run.pack, caseOf(found, country), { explain: true, originOf: () => origin })
  const again = determinationOf({ ...stored }, decision)
  return {
    run,
    territory: stored.territory,
    decision,
    agrees: hashDeterminations([again]) === hashDeterminations([stored]),
  }
}

/**
 * The rules that decided: those in the folder while they are the same, otherwise the text kept with the run. Its version may
 * be counted otherwise by a later Socle; that the decision comes out the same (`agrees`) is what tells it was read rightly.
 */
async function bookOf(tx: Transaction, country: Country, run: RunRow): Promise<RuleBook> {
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
