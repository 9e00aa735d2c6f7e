import { type RawBuilder, sql } from 'kysely'
import type { Country } from '#countries'
import { appendEvent, type Transaction } from '#db'
import { correctHousehold, declarationsOf, declaredCase, type FiledMember, findHouseholdFile } from '#households'
import { err, type Id, type Language, type Month, newId, ok, type Result } from '#kernel'
import { notify } from '#messaging'
import { documentsOf, phonesOf, recordDocument, type Shown, statesOf, withdrawDocument } from '#population'
import { appendAudit, type ColumnRef, openColumn, sealColumn } from '#security'
import {
  type CheckedRectification,
  checkRectification,
  correctionOf,
  type DecisionRefusal,
  decideAnswer,
  documentOf,
  type HeldCase,
  type HeldContact,
  isSealedField,
  type RectificationAsked,
  type RectificationId,
  type RectificationRefusal,
  type RectifiedField,
} from './rectification.ts'

type Refusal = RectificationRefusal | { readonly code: 'household_unknown' }

export const ASKED: ColumnRef = { table: 'privacy.rectification', column: 'asked' }
/** Requests of one household that wait at once, where a citizen asks: enough for a family, too few for a machine. */
const MOST_WAITING = 20

export type RectificationRequest = RectificationAsked & {
  readonly id: RectificationId
  readonly household: Id<'Household'>
  /** Left out where an agent writes down what somebody said; else who asks on the own page, and is told of the answer. */
  readonly citizen?: { readonly person: Id<'Person'>; readonly language: Language }
}

/**
 * Records a request to put something right. The actor (household.write, or whoever belongs to it) must see the household.
 * Sent twice under one id, it is one request.
 */
export async function askRectification(
  tx: Transaction,
  country: Country,
  request: RectificationRequest,
): Promise<Result<CheckedRectification, Refusal>> {
  const held = await heldCase(tx, request.household)
  if (!held || held.country !== country.code) return err({ code: 'household_unknown' })
  const contact = await contactOf(tx, held, request)
  const checked = checkRectification(country, held, request, contact)
  if (!checked.ok) return checked
  const { field, person, before, asked, says } = checked.value
  const { citizen, id } = request
  const crowded = citizen && (await waitsAlready(tx, request, checked.value))
  if (crowded) return err(crowded)
  const isSealed = isSealedField(field) && asked !== null
  const [sealed] = isSealed ? await sealColumn(tx, ASKED, [{ row: id, text: asked }]) : []
  const told = citizen?.person ?? person ?? held.filed[0]?.person ?? null
  const { numAffectedRows } = await sql`
    insert into privacy.rectification (household_id, id, territory, person_id, field, value_before, value_asked, asked_sealed,
      says, channel, asker_id, language)
    values (${request.household}, ${id}, ${held.territory}, ${person}, ${field}, ${before}, ${isSealed ? null : asked},
      ${sealed ?? null}, ${says}, ${citizen ? 'web' : 'desk'}, ${told}, ${citizen?.language ?? country.languages[0]!})
    on conflict do nothing`.execute(tx)
  if (numAffectedRows !== 1n) return checked
  await audited(tx, 'rectification.ask', request.household, held.territory, { request: id, field })
  if (citizen) await tell(tx, 'correction_received', { id, territory: held.territory, ...citizen })
  return checked
}

/** What the register knows of whom a request about a telephone, an address or a document names; nothing is opened for others. */
async function contactOf(
  tx: Transaction,
  held: Held,
  { field, person }: RectificationAsked,
): Promise<HeldContact | undefined> {
  const member = held.filed.find(each => each.person === person)?.person
  if (!member || !['person.phone', 'person.address', 'person.document'].includes(field)) return undefined
  const documents = field === 'person.document' ? await documentsOf(tx, member) : []
  const [state] = await statesOf(tx, member)
  return {
    phone: state?.phone ?? null,
    address: state?.address ?? null,
    documents: documents.filter(({ endedAt }) => endedAt === null).map(({ type, number }) => `${type} ${number}`),
  }
}

/** Asked by citizens, one request a field waits at a time, and not more of a household than anybody would answer. */
async function waitsAlready(
  tx: Transaction,
  { household, id }: RectificationRequest,
  { field, person }: CheckedRectification,
): Promise<RectificationRefusal | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended('privacy.rectification ' || ${household}::text, 0))`.execute(
    tx,
  )
  const waiting = (await rectificationsOf(tx, household)).filter(each => each.decided === null && each.id !== id)
  if (waiting.some(each => each.field === field && each.person === person)) return { code: 'asked_already', field }
  return waiting.length >= MOST_WAITING ? { code: 'too_many_waiting', most: MOST_WAITING } : undefined
}

type Told = {
  readonly id: string
  readonly person: Id<'Person'>
  readonly territory: string
  readonly language: Language
}

async function tell(
  tx: Transaction,
  kind: 'correction_received' | 'correction_decided',
  { id, person, territory, language }: Told,
): Promise<void> {
  await notify(tx, [{ key: `${kind} ${id}`, to: { person, territory }, kind, values: {}, language }])
}

/** Answers a request: what is accepted is put right in the same transaction, as another declaration. As personal_data.correct. */
export async function answerRectification(
  tx: Transaction,
  country: Country,
  answer: {
    readonly household: Id<'Household'>
    readonly id: RectificationId
    readonly outcome: 'accepted' | 'refused'
    readonly motive: string
    /** What was shown for it, in words. */
    readonly shown?: string
  },
): Promise<Result<Rectification, DecisionRefusal>> {
  await sql`select pg_advisory_xact_lock(hashtextextended('privacy.rectification ' || ${answer.id}::text, 0))`.execute(
    tx,
  )
  const request = (await rectificationsOf(tx, answer.household)).find(each => each.id === answer.id)
  const { rows } = await sql<{ by: string }>`select security.actor() as by`.execute(tx)
  const by = rows[0]!.by
  const decided = decideAnswer(request, { ...answer, shown: answer.shown ?? '', by })
  if (!decided.ok) return decided
  const { motive, shown } = decided.value
  const asked = request!
  const declaration = answer.outcome === 'accepted' ? await putRight(tx, country, answer, asked, { by, shown }) : null
  await sql`
    insert into privacy.rectification_decision (household_id, id, outcome, motive, shown, declaration_id)
    values (${answer.household}, ${answer.id}, ${answer.outcome}, ${motive}, ${shown}, ${declaration})`.execute(tx)
  await audited(
    tx,
    `rectification.${answer.outcome === 'accepted' ? 'accept' : 'refuse'}`,
    answer.household,
    asked.territory,
    { request: answer.id, field: asked.field, declaration },
  )
  // The answer is read on the own page, or at the desk: a telephone is shared.
  if (asked.asker) {
    const told = { id: answer.id, person: asked.asker, territory: asked.territory }
    await tell(tx, 'correction_decided', { ...told, language: asked.language ?? country.languages[0]! })
  }
  await appendEvent(tx, {
    type: 'rectification_decided',
    key: answer.household,
    payload: { household: answer.household, request: answer.id, outcome: answer.outcome },
  })
  return ok((await rectificationsOf(tx, answer.household)).find(each => each.id === answer.id)!)
}

/** Carries out an accepted request: another declaration, another state of the person, or another document. Answers the declaration. */
async function putRight(
  tx: Transaction,
  country: Country,
  { household, id }: { readonly household: Id<'Household'>; readonly id: RectificationId },
  asked: Rectification,
  { by, shown }: { readonly by: string; readonly shown: string | null },
): Promise<Id<'Declaration'> | null> {
  const source = { source: 'rectification', evidence: `${shown ?? asked.says} [${id}]`.slice(-300) }
  const { field, person } = asked
  if (person && field === 'person.phone') await warnPhone(tx, country, person, asked)
  if (person && field === 'person.document') await replaceDocument(tx, person, asked, source)
  const correction = correctionOf(country.catalogue, asked)
  const declares = Object.keys(correction.facts).length + Object.keys(correction.members).length > 0
  const declaration = newId<'Declaration'>()
  await correctHousehold(tx, {
    household,
    declaration,
    actor: by,
    channel: asked.channel,
    shown: source,
    ...correction,
  })
  return declares ? declaration : null
}

/** The document asked for is recorded; one of the same kind that stood until now is withdrawn. */
async function replaceDocument(tx: Transaction, person: Id<'Person'>, { id, asked }: Rectification, source: Shown) {
  const document = documentOf(asked ?? '')
  if (!document) throw new Error(`the request ${id} asks for no document`)
  const stands = (await documentsOf(tx, person)).filter(each => each.endedAt === null && each.type === document.type)
  for (const each of stands) await withdrawDocument(tx, each.id, `rectification [${id}]`)
  const said = { id: newId<'PersonDocument'>(), ...document, issuer: null, issuedOn: null, expiresOn: null }
  await recordDocument(tx, person, said, source)
}

/** Whoever held the telephone so far is told there as well: somebody else may have asked. */
async function warnPhone(tx: Transaction, country: Country, person: Id<'Person'>, request: Rectification) {
  const { id, territory, language } = request
  const phone = (await phonesOf(tx, [person])).get(person)
  if (phone === undefined) return
  await notify(tx, [
    {
      key: `correction_decided ${id} before`,
      to: { person, territory, phone },
      kind: 'correction_decided',
      values: {},
      language: language ?? country.languages[0]!,
    },
  ])
}

function audited(
  tx: Transaction,
  action: string,
  household: string,
  territory: string,
  detail: Record<string, unknown>,
) {
  return appendAudit(tx, {
    action,
    subject: { kind: 'household', id: household },
    territory,
    purpose: 'data_rights: rectification',
    detail,
  })
}

export type Rectification = {
  readonly id: RectificationId
  readonly household: Id<'Household'>
  readonly field: RectifiedField
  readonly person: Id<'Person'> | null
  readonly territory: string
  readonly before: string | null
  readonly asked: string | null
  readonly says: string
  readonly askedAt: Date
  readonly askedBy: string
  readonly askedName: string
  readonly decided: 'accepted' | 'refused' | null
  readonly motive: string | null
  readonly decidedAt: Date | null
  readonly decidedName: string | null
  readonly channel: 'desk' | 'web'
  /** Who is told of the answer, and in which language. */
  readonly asker: Id<'Person'> | null
  readonly language: Language | null
  /** What was shown for it. */
  readonly shown: string | null
}

/** Every request of a household that the actor may see, the latest first. */
export async function rectificationsOf(tx: Transaction, household: Id<'Household'>): Promise<Rectification[]> {
  return openedRequests(tx, sql`r.household_id = ${household}`)
}

/** Requests with what they ask in clear. */
export async function openedRequests(tx: Transaction, which: RawBuilder<unknown>): Promise<Rectification[]> {
  const { rows } = await sql<Rectification & { sealed: Buffer | null }>`
    select r.id, r.household_id as household, r.field, r.person_id as person, r.territory, r.value_before as before, r.value_asked as asked, r.says,
      r.asked_at as "askedAt", r.asked_by as "askedBy", r.asked_name as "askedName", d.outcome as decided, d.motive,
      d.decided_at as "decidedAt", d.decided_name as "decidedName", r.channel, r.asker_id as asker, r.language, d.shown,
      r.asked_sealed as sealed
    from privacy.rectification r left join privacy.rectification_decision d on d.household_id = r.household_id and d.id = r.id
    where ${which} order by r.asked_at desc, r.id desc`.execute(tx)
  const cells = rows.flatMap(({ id, sealed }) => (sealed ? [{ row: id, sealed }] : []))
  const texts = await openColumn(tx, ASKED, cells)
  const opened = new Map(cells.map(({ row }, at) => [row as string, texts[at]!]))
  return rows.map(({ sealed: _bytes, ...row }) => ({ ...row, asked: opened.get(row.id) ?? row.asked }))
}

type Held = HeldCase & {
  readonly country: string
  readonly territory: string
  readonly filed: readonly FiledMember[]
}

/** What a household said last, as a case, with the names of its members; undefined where the actor may not see it. */
export async function heldCase(tx: Transaction, household: Id<'Household'>): Promise<Held | undefined> {
  const file = await findHouseholdFile(tx, household)
  const [last] = await declarationsOf(tx, household)
  const { rows } = await sql<{ month: Month }>`select to_char(now(), 'YYYY-MM') as month`.execute(tx)
  const { month } = rows[0]!
  const declared = last && (await declaredCase(tx, { household, declaration: last.id, month }))
  if (!file || !declared) return undefined
  const names = file.members.map(member => {
    const { givenName, familyName, givenNameAr, familyNameAr } = member
    const own = {
      given_name: givenName,
      family_name: familyName,
      given_name_ar: givenNameAr,
      family_name_ar: familyNameAr,
    }
    return [member.person as string, own] as const
  })
  const { at, members } = declared.case
  return {
    country: file.country,
    territory: file.territory,
    filed: file.members,
    at,
    household: declared.case.household,
    members,
    names: new Map(names),
  }
}
