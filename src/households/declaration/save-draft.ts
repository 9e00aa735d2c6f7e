import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { type DateText, err, type Id, ok, type Result } from '#kernel'
import type { Declaration, DeclaredMember } from './answers.ts'
import { auditDraft } from './begin-draft.ts'
import { endDraft, loadDraft, updateDraft } from './draft.sql.ts'
import { type Draft, type DraftChange, type DraftRefusal, decideSave } from './draft.ts'
import { householdNow } from './household-now.sql.ts'
import { isReached } from './reach.sql.ts'

type Saving = {
  readonly draft: Id<'Draft'>
  /** The version that the page showed. */
  readonly version: number
  readonly changes: readonly DraftChange[]
  readonly today: DateText
  /** Who writes it down. */
  readonly by: string
}

/** Saves what a page says. Two who save one draft do not overwrite each other: the second is told who and when. */
export async function saveDraft(
  tx: Transaction,
  country: Country,
  saving: Saving,
): Promise<Result<Draft, DraftRefusal>> {
  const draft = await loadDraft(tx, saving.draft, 'locked')
  if (!draft || draft.country !== country.code) return err({ code: 'draft_unknown' })
  const decided = decideSave(draft, { ...saving, on: saving.today })
  if (!decided.ok) return decided
  const { said, version } = decided.value
  if (version === draft.version) return ok(draft)
  const saved = { ...draft, said, version, territory: await placeOf(tx, country, draft, said), state: 'open' as const }
  await updateDraft(tx, draft.id, saved)
  await auditDraft(tx, saved, 'save')
  return ok(saved)
}

/** A new family's draft follows the place that it says, as far as whoever saves reaches it. */
async function placeOf(tx: Transaction, country: Country, draft: Draft, said: Declaration): Promise<string> {
  const place = said.household.territory?.value
  if (draft.household !== null || typeof place !== 'string' || place === draft.territory) return draft.territory
  return country.territories.find(place) && (await isReached(tx, place)) ? place : draft.territory
}

type Step = { readonly draft: Id<'Draft'>; readonly version: number }

/**
 * Brings a draft up to what the register learnt since it was begun: what the family said stays, what was only taken over
 * follows the register, who joined is there, who left is not.
 */
export async function updateFromRegister(
  tx: Transaction,
  country: Country,
  { draft: id, version }: Step,
): Promise<Result<Draft, DraftRefusal>> {
  const draft = await loadDraft(tx, id, 'locked')
  if (!draft || draft.country !== country.code || draft.household === null) return err({ code: 'draft_unknown' })
  if (draft.declaration !== null) return err({ code: 'draft_ended' })
  if (draft.version !== version)
    return err({ code: 'draft_changed', version: draft.version, by: draft.savedBy, at: draft.savedAt })
  const now = await householdNow(tx, draft.household, country.catalogue.head?.fact)
  if (!now) return err({ code: 'draft_unknown' })
  const updated = { ...draft, said: takenOver(draft.said, now.said), base: now.declaration, version: version + 1 }
  await updateDraft(tx, id, updated)
  await auditDraft(tx, updated, 'update')
  return ok(updated)
}

/** What was said by the family over what the register knows now. */
function takenOver(said: Declaration, now: Declaration): Declaration {
  const over = (own: DeclaredMember['answers'], known: DeclaredMember['answers']) => ({
    ...known,
    ...Object.fromEntries(Object.entries(own).filter(([, answer]) => answer.source !== 'register')),
  })
  const own = new Map(said.members.map(member => [member.key, member]))
  return {
    household: over(said.household, now.household),
    members: [
      ...now.members.map(member => {
        const before = own.get(member.key)
        return before ? { ...member, answers: over(before.answers, member.answers) } : member
      }),
      ...said.members.filter(({ key, person }) => !now.members.some(each => each.key === key) && person !== key),
    ],
    explained: said.explained,
  }
}

/** Puts a draft aside for good: its words are forgotten. */
export async function dropDraft(
  tx: Transaction,
  country: Country,
  { draft: id, version }: Step,
): Promise<Result<undefined, DraftRefusal>> {
  const draft = await loadDraft(tx, id, 'locked')
  if (!draft || draft.country !== country.code) return err({ code: 'draft_unknown' })
  if (draft.state === 'dropped') return ok(undefined)
  if (draft.state === 'sent') return err({ code: 'draft_ended' })
  if (draft.version !== version)
    return err({ code: 'draft_changed', version: draft.version, by: draft.savedBy, at: draft.savedAt })
  await endDraft(tx, draft, { state: 'dropped' })
  await auditDraft(tx, draft, 'drop')
  return ok(undefined)
}

/** Days that a draft nobody saves is kept. */
const DAYS_KEPT = 30

/** Removes drafts left alone: what a family began to say and did not send is not kept. Answers how many. As worker. */
export async function dropStaleDrafts(worker: Database, country: string, today: DateText): Promise<number> {
  return transaction(worker, workerActor('stale drafts'), async tx => {
    const { rows } = await sql<{ gone: number }>`
      select households.drop_stale_drafts(${country}, ${today}::date - ${DAYS_KEPT}::integer) as gone`.execute(tx)
    return rows[0]!.gone
  })
}
