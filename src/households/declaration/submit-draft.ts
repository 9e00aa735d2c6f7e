import { sql } from 'kysely'
import type { Country } from '#countries'
import type { Transaction } from '#db'
import { type DateText, err, type Id, ok, type Result } from '#kernel'
import { normalPhone } from '#population'
import { lockHouseholds } from '../changed-meanwhile.ts'
import type { Answers, Declaration, DeclaredMember, RecordedFacts } from './answers.ts'
import { auditDraft } from './begin-draft.ts'
import { type Fault, unexplained } from './check-answers.ts'
import { actorName, endDraft, loadDraft, updateDraft } from './draft.sql.ts'
import type { Draft, SubmitRefusal } from './draft.ts'
import { findFaults, keepDoubts, personOf } from './find-faults.ts'
import { type HouseholdNow, householdNow } from './household-now.sql.ts'
import { type Asked, type AskingCountry, questionsAsked, recordedFacts } from './questions-asked.ts'
import { isReached } from './reach.sql.ts'
import { declareAgain, declareNew } from './save-declaration.sql.ts'

export type Submitted = {
  readonly household: Id<'Household'>
  readonly declaration: Id<'Declaration'>
  /** True where this draft had been sent before. */
  readonly before: boolean
}

type Submission = { readonly draft: Id<'Draft'>; readonly version: number; readonly today: DateText }

/**
 * Sends a declaration, in one transaction: the household is registered, or says again what is true of it; persons, memberships,
 * audit and news with it. Sent twice, it is registered once. An actor of `household.write` who reaches the place.
 */
export async function submitDraft(
  tx: Transaction,
  country: Country,
  { draft: id, version, today }: Submission,
): Promise<Result<Submitted, SubmitRefusal>> {
  const draft = await loadDraft(tx, id, 'locked')
  if (!draft || draft.country !== country.code || !isAsking(country)) return err({ code: 'draft_unknown' })
  if (draft.state === 'sent') return ok({ household: draft.household!, declaration: draft.declaration!, before: true })
  if (draft.state === 'dropped') return err({ code: 'draft_ended' })
  if (draft.version !== version) {
    return err({ code: 'draft_changed', version: draft.version, by: draft.savedBy, at: draft.savedAt })
  }
  const now = await lockedHousehold(tx, country, draft)
  const actor = await actorName(tx)
  const faults = await findFaults(tx, country, draft, { today, actor })
  const found = await refusalOf(tx, draft, now, faults)
  if (found) return err(found)
  const asked = questionsAsked(country, draft.said, today)
  const complete = completed(country, draft, asked, now, today)
  const { household, declaration } = now
    ? await declareAgain(tx, country, now, complete)
    : await declareNew(tx, country, complete)
  await keepDoubts(tx, country, draft, { household, declaration, asked, faults, actor })
  await endDraft(tx, draft, {
    state: 'sent',
    household,
    declaration,
    territory: complete.territory,
    ...sourcesOf(draft.said, asked),
    explained: explainedIn(draft.said, faults),
  })
  return ok({ household, declaration, before: false })
}

/** What a citizen has said waits for the desk. Nothing of it counts before. */
export async function sendToDesk(
  tx: Transaction,
  country: Country,
  { draft: id, version, today }: Submission,
): Promise<Result<undefined, SubmitRefusal>> {
  const draft = await loadDraft(tx, id, 'locked')
  if (!draft || draft.country !== country.code || !isAsking(country)) return err({ code: 'draft_unknown' })
  if (draft.state === 'waiting') return ok(undefined)
  if (draft.state !== 'open') return err({ code: 'draft_ended' })
  if (draft.version !== version) {
    return err({ code: 'draft_changed', version: draft.version, by: draft.savedBy, at: draft.savedAt })
  }
  const faults = await findFaults(tx, country, draft, { today, actor: await actorName(tx) })
  const errors = faults.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return err({ code: 'draft_faulty', errors, unexplained: [] })
  const waiting = { ...draft, state: 'waiting' as const }
  await updateDraft(tx, id, waiting)
  await auditDraft(tx, waiting, 'wait')
  return ok(undefined)
}

export function isAsking(country: Country): country is Country & AskingCountry {
  return country.form !== null
}

/** What a declaration writes. */
export type Complete = {
  readonly number: string
  readonly channel: Draft['channel']
  readonly territory: string
  readonly on: DateText
  readonly facts: RecordedFacts
  readonly members: readonly (DeclaredMember & { readonly is: Id<'Person'> })[]
}

function completed(
  country: Country & AskingCountry,
  { number, channel, territory, said }: Draft,
  asked: Asked,
  now: HouseholdNow | undefined,
  today: DateText,
): Complete {
  const before = now && {
    household: now.facts,
    members: new Map(now.members.map(({ person, facts }) => [person as string, facts])),
  }
  const facts = recordedFacts(country, asked, before)
  return {
    number,
    channel,
    territory: typeof facts.household.territory === 'string' ? facts.household.territory : territory,
    on: today,
    facts,
    members: said.members.map(member => ({
      ...member,
      is: personOf(member),
      phone: normalPhone(member.phone, country.code) ?? member.phone.trim(),
    })),
  }
}

async function lockedHousehold(
  tx: Transaction,
  country: Country,
  { household }: Draft,
): Promise<HouseholdNow | undefined> {
  if (household === null) return undefined
  await lockHouseholds(tx, [household])
  return householdNow(tx, household, country.catalogue.head?.fact)
}

/** The first reason why not, in order of precedence. */
async function refusalOf(
  tx: Transaction,
  { household, base, said, territory }: Draft,
  now: HouseholdNow | undefined,
  faults: readonly Fault[],
): Promise<SubmitRefusal | undefined> {
  if (household !== null && !now) return { code: 'draft_unknown' }
  if (now?.closed) return { code: 'household_closed' }
  if (now && now.declaration !== base) return { code: 'household_changed', since: now.declaration! }
  const errors = faults.filter(({ severity }) => severity === 'error')
  const open = unexplained(faults, said)
  if (errors.length + open.length > 0) return { code: 'draft_faulty', errors, unexplained: open }
  const place = said.household.territory?.value
  if (typeof place === 'string' && place !== territory && !(await isReached(tx, place))) {
    return { code: 'place_out_of_reach', territory: place }
  }
  return standing(tx, said, now)
}

/** Those taken from the register live, and belong nowhere else. Locked, so that two families do not take one person. */
async function standing(
  tx: Transaction,
  { members }: Declaration,
  now: HouseholdNow | undefined,
): Promise<SubmitRefusal | undefined> {
  const known = members.filter(member => !now?.members.some(({ person }) => person === personOf(member)))
  const ids = known.map(personOf).sort()
  if (ids.length === 0) return undefined
  await sql`
    select pg_advisory_xact_lock(hashtextextended('households.person ' || id, 0))
    from (select id from unnest(${ids}::text[]) as named (id) order by id) as ordered`.execute(tx)
  const { rows } = await sql<{ id: string; seen: boolean; belongs: boolean; deceased: boolean }>`
    select named.id, person.id is not null as seen, coalesce(standing.belongs, false) as belongs,
      death.person_id is not null as deceased
    from unnest(${ids}::uuid[]) as named (id)
      left join population.published_person as person on person.id = named.id
      left join population.published_death as death on death.person_id = named.id
      left join households.standing_of(${ids}::uuid[]) as standing on standing.person_id = named.id`.execute(tx)
  const keys = (which: (row: (typeof rows)[number], member: DeclaredMember) => boolean) =>
    known.filter(each => rows.some(row => row.id === personOf(each) && which(row, each))).map(({ key }) => key)
  const deceased = keys(row => row.deceased)
  if (deceased.length > 0) return { code: 'person_deceased', members: deceased }
  const elsewhere = keys((row, { person }) => row.belongs || (person !== null && !row.seen))
  return elsewhere.length > 0 ? { code: 'person_elsewhere', members: elsewhere } : undefined
}

/** Where each answer recorded came from; what follows from the form comes from the form. */
function sourcesOf(said: Declaration, asked: Asked) {
  const of = (answers: Answers, standings: Asked['household']) =>
    Object.fromEntries(
      [...standings].flatMap(([name, { kind }]) => {
        const answer = kind === 'asked' ? answers[name] : undefined
        return answer ? [[name, { source: answer.source, on: answer.on, by: answer.by }]] : []
      }),
    )
  return {
    sources: of(said.household, asked.household),
    memberSources: said.members.map(member => ({
      id: personOf(member) as string,
      facts: of(member.answers, asked.members.get(member.key)!),
    })),
  }
}

/** The words that explain warnings of the form itself; those of doubts are kept with the doubts. */
function explainedIn(said: Declaration, faults: readonly Fault[]) {
  return faults
    .filter(({ doubt }) => doubt === null)
    .map(({ code, key, member }) => {
      const person = said.members.find(each => each.key === member)
      return { code, person: person ? (personOf(person) as string) : null, says: said.explained[key]?.trim() ?? '' }
    })
}
