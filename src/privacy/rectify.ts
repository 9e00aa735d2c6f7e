import { sql } from 'kysely'
import type { Country } from '#countries'
import { appendEvent, type Transaction } from '#db'
import { correctHousehold, declarationsOf, declaredCase, type FiledMember, findHouseholdFile } from '#households'
import { err, type Id, type Month, newId, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import {
  type CheckedRectification,
  checkRectification,
  correctionOf,
  type DecisionRefusal,
  decideAnswer,
  type HeldCase,
  type RectificationAsked,
  type RectificationId,
  type RectificationRefusal,
  type RectifiedField,
} from './rectification.ts'

type Refusal = RectificationRefusal | { readonly code: 'household_unknown' }

/** Records a request to put something right. The actor (household.write) must see the household. */
export async function askRectification(
  tx: Transaction,
  country: Country,
  request: {
    readonly id: RectificationId
    readonly household: Id<'Household'>
  } & RectificationAsked,
): Promise<Result<CheckedRectification, Refusal>> {
  const held = await heldCase(tx, request.household)
  if (!held || held.country !== country.code) return err({ code: 'household_unknown' })
  const checked = checkRectification(country, held, request)
  if (!checked.ok) return checked
  const { field, person, before, asked, says } = checked.value
  await sql`
    insert into privacy.rectification (household_id, id, territory, person_id, field, value_before, value_asked, says)
    values (${request.household}, ${request.id}, ${held.territory}, ${person}, ${field}, ${before}, ${asked}, ${says})
    on conflict do nothing`.execute(tx)
  await audited(tx, 'rectification.ask', request.household, held.territory, { request: request.id, field })
  return checked
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
  },
): Promise<Result<Rectification, DecisionRefusal>> {
  await sql`select pg_advisory_xact_lock(hashtextextended('privacy.rectification ' || ${answer.id}::text, 0))`.execute(
    tx,
  )
  const request = (await rectificationsOf(tx, answer.household)).find(each => each.id === answer.id)
  const { rows } = await sql<{ by: string }>`select security.actor() as by`.execute(tx)
  const by = rows[0]!.by
  const decided = decideAnswer(request, { ...answer, by })
  if (!decided.ok) return decided
  const asked = request!
  const correction = correctionOf(country.catalogue, asked)
  const declares = Object.keys(correction.facts).length + Object.keys(correction.members).length > 0
  const declaration = answer.outcome === 'accepted' && declares ? newId<'Declaration'>() : null
  if (answer.outcome === 'accepted') {
    await correctHousehold(tx, {
      household: answer.household,
      declaration: declaration ?? newId<'Declaration'>(),
      actor: by,
      ...correction,
    })
  }
  await sql`
    insert into privacy.rectification_decision (household_id, id, outcome, motive, declaration_id)
    values (${answer.household}, ${answer.id}, ${answer.outcome}, ${decided.value.motive}, ${declaration})`.execute(tx)
  await audited(
    tx,
    `rectification.${answer.outcome === 'accepted' ? 'accept' : 'refuse'}`,
    answer.household,
    asked.territory,
    {
      request: answer.id,
      field: asked.field,
      declaration,
    },
  )
  // Whoever sends messages tells the person; the motive is read on the journey.
  await appendEvent(tx, {
    type: 'rectification_decided',
    key: answer.household,
    payload: { household: answer.household, request: answer.id, outcome: answer.outcome },
  })
  return ok((await rectificationsOf(tx, answer.household)).find(each => each.id === answer.id)!)
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
  readonly field: RectifiedField
  readonly person: string | null
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
}

/** Every request of a household that the actor may see, the latest first. */
export async function rectificationsOf(tx: Transaction, household: Id<'Household'>): Promise<Rectification[]> {
  const { rows } = await sql<Rectification>`
    select r.id, r.field, r.person_id as person, r.territory, r.value_before as before, r.value_asked as asked, r.says,
      r.asked_at as "askedAt", r.asked_by as "askedBy", r.asked_name as "askedName", d.outcome as decided, d.motive,
      d.decided_at as "decidedAt", d.decided_name as "decidedName"
    from privacy.rectification r left join privacy.rectification_decision d on d.household_id = r.household_id and d.id = r.id
    where r.household_id = ${household} order by r.asked_at desc, r.id desc`.execute(tx)
  return rows
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
