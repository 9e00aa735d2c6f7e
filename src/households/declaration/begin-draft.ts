import type { Country } from '#countries'
import type { Transaction } from '#db'
import { type DateText, err, type Id, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import type { Declaration } from './answers.ts'
import { draftOfHousehold, insertDraft, loadDraft } from './draft.sql.ts'
import type { Draft, DraftChannel } from './draft.ts'
import { householdNow } from './household-now.sql.ts'
import { isReached } from './reach.sql.ts'

export type BeginRefusal =
  | { readonly code: 'no_form' }
  | { readonly code: 'household_unknown' }
  | { readonly code: 'household_closed' }
  | { readonly code: 'place_unknown' }
  | { readonly code: 'place_out_of_reach'; readonly territory: string }

type Begun = Result<Draft, BeginRefusal>

/**
 * Begins the declaration of a household that the register does not know, in a place that the actor reaches. The caller makes
 * the id: begun twice, it is one draft.
 */
export async function beginDraft(
  tx: Transaction,
  country: Country,
  asked: {
    readonly id: Id<'Draft'>
    readonly territory: string
    readonly channel: DraftChannel
    readonly today: DateText
  },
): Promise<Begun> {
  const { id, territory, channel } = asked
  if (!country.form) return err({ code: 'no_form' })
  if (!country.territories.find(territory)) return err({ code: 'place_unknown' })
  if (!(await isReached(tx, territory))) return err({ code: 'place_out_of_reach', territory })
  const place = country.catalogue.household.has('territory')
    ? { territory: { value: territory, source: 'said' as const, on: asked.today, by: '' } }
    : {}
  const said: Declaration = { household: place, members: [], explained: {} }
  const added = await insertDraft(tx, {
    id,
    country: country.code,
    territory,
    household: null,
    channel,
    base: null,
    said,
  })
  return found(tx, await loadDraft(tx, id), added)
}

/** Begins to declare a household again, from what the register knows of it; the draft under way where there is one. */
export async function beginAgain(
  tx: Transaction,
  country: Country,
  {
    id,
    household,
    channel,
  }: { readonly id: Id<'Draft'>; readonly household: Id<'Household'>; readonly channel: DraftChannel },
): Promise<Begun> {
  if (!country.form) return err({ code: 'no_form' })
  const now = await householdNow(tx, household, country.catalogue.head?.fact)
  if (!now || now.country !== country.code) return err({ code: 'household_unknown' })
  if (now.closed) return err({ code: 'household_closed' })
  const { territory, declaration: base, said } = now
  const added = await insertDraft(tx, { id, country: country.code, territory, household, channel, base, said })
  return found(tx, await draftOfHousehold(tx, household), added)
}

async function found(tx: Transaction, draft: Draft | undefined, added: boolean): Promise<Begun> {
  if (!draft) return err({ code: 'household_unknown' })
  if (added) await auditDraft(tx, draft, 'begin')
  return ok(draft)
}

/** Records a step of a draft: which one, never what it says. */
export async function auditDraft(
  tx: Transaction,
  { id, number, territory, household, version, channel }: Draft,
  step: 'begin' | 'save' | 'wait' | 'drop' | 'update',
): Promise<void> {
  await appendAudit(tx, {
    action: `declaration.${step}`,
    subject: household ? { kind: 'household', id: household } : { kind: 'draft', id },
    territory,
    purpose: 'registration: declaration',
    detail: { draft: id, number, version, channel },
  })
}
