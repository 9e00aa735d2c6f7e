import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { type Country, opensIn, type ProgrammeTerms } from '#countries'
import { jsonb, type Transaction } from '#db'
import { err, type Id, type Month, ok, type Result } from '#kernel'
import { appendAuditOfRows } from '#security'
import { askedOf, changing, enrolmentLines, turned, writeAsked } from './asked.sql.ts'
import type { EnrolmentChange } from './enrolment.ts'
import { heldToQuotas } from './places.ts'

export type EnrolmentActId = Id<'EnrolmentAct'>

/** Whom it is about: some households, or a query of (household_id uuid, detail jsonb), for sets of any size. */
export type WhichHouseholds =
  | { readonly households: readonly Id<'Household'>[]; readonly detail?: Readonly<Record<string, unknown>> }
  | { readonly query: RawBuilder<unknown> }

export type EnrolmentsChange = {
  /** Made by the caller and kept for retries: the same again changes nothing and answers the same. */
  readonly id: EnrolmentActId
  readonly country: Country
  readonly pack: string
  readonly change: Extract<EnrolmentChange, 'enrol' | 'suspend' | 'restore' | 'exit'>
  /** First month for which it counts. */
  readonly month: Month
  /** A code in snake_case: `condition_not_met`, `moved_programme`. Words for it are `console:programme.reason.CODE`. */
  readonly reason: string
  /** In the words of who does it. */
  readonly says?: string
  readonly which: WhichHouseholds
}

export type EnrolmentsChanged = {
  /** True where this very act was done before. */
  readonly exists: boolean
  /**
   * Households by what became of them: a state (`enrolled`, `waiting` for want of a place, `eligible` where another programme
   * keeps them out …), `already` so, or `not_from_here`: it cannot be done from where they stand.
   */
  readonly counts: Readonly<Record<string, number>>
}

export type EnrolmentsRefusal =
  /** The programme has no `programme.yaml`: nobody is enrolled in it. */
  | { readonly code: 'programme_without_terms'; readonly pack: string }
  | { readonly code: 'not_open_yet'; readonly opens: Month }
  | { readonly code: 'programme_over'; readonly until: Month }
  | { readonly code: 'exists_with_different_terms'; readonly id: string }

/**
 * Changes the enrolment of many households at once, in the caller's transaction: each change is an event with its reason and
 * month, the set is one act with its record in the audit. Quotas hold and nobody comes to be in two programmes that exclude
 * each other; households of which nothing changes have no row. Writers of one programme follow one another until they commit.
 */
export async function changeEnrolments(
  tx: Transaction,
  asked: EnrolmentsChange,
): Promise<Result<EnrolmentsChanged, EnrolmentsRefusal>> {
  const { country, pack, month, change, reason, says = null } = asked
  const terms = country.programmes.get(pack)
  if (terms === undefined) return err({ code: 'programme_without_terms', pack })
  const open = change === 'enrol' ? isOpen(country, terms, month) : ok(undefined)
  if (!open.ok) return open
  const which =
    'query' in asked.which
      ? asked.which.query
      : sql`select unnest(${asked.which.households}::uuid[]) as household_id, ${asked.which.detail ? jsonb(asked.which.detail) : sql`null::jsonb`} as detail`
  return performAct(tx, {
    id: asked.id,
    country,
    terms,
    kind: 'change',
    month,
    says,
    digested: [change, reason],
    rows: sql`select household_id, ${change}::text as change, ${reason}::text as reason, detail, false as by_run, null::date as asked_on
      from (${which}) as which`,
  })
}

/** May anybody be enrolled from a month on? */
export function isOpen(
  country: Country,
  terms: ProgrammeTerms,
  month: Month,
): Result<undefined, Extract<EnrolmentsRefusal, { code: 'not_open_yet' | 'programme_over' }>> {
  const opens = opensIn(terms, country.book)
  if (opens !== null && month < opens) return err({ code: 'not_open_yet', opens })
  const until = country.book.packs.get(terms.pack)?.life.to ?? null
  return until !== null && month > until ? err({ code: 'programme_over', until: until as Month }) : ok(undefined)
}

export type Act = {
  readonly id: EnrolmentActId
  readonly country: Country
  readonly terms: ProgrammeTerms
  readonly kind: 'run' | 'application' | 'change'
  readonly month: Month
  readonly says: string | null
  /** What, with the programme and the month, makes it this act and no other. */
  readonly digested: readonly string[]
  /** (household_id, change, reason, detail, by_run, asked_on): one row a household. */
  readonly rows: RawBuilder<unknown>
  readonly run?: { readonly id: string; readonly sequence: number }
}

/** One set of changes, once: asked, held to what excludes it and to the places, written, recorded. */
export async function performAct(
  tx: Transaction,
  act: Act,
): Promise<Result<EnrolmentsChanged, Extract<EnrolmentsRefusal, { code: 'exists_with_different_terms' }>>> {
  const { id, country, terms, month } = act
  const { pack } = terms
  await lockProgrammes(tx, country, pack)
  const digest = createHash('sha256')
    .update([pack, act.kind, month, ...act.digested].join('\n'))
    .digest()
  const before = await findAct(tx, id)
  if (before) {
    if (!before.digest.equals(digest)) return err({ code: 'exists_with_different_terms', id })
    return ok({ exists: true, counts: before.counts })
  }
  await askedOf(tx, pack, month, act.rows)
  const { keptOut, givingWay } = exclusions(country, pack)
  await keptOutOf(tx, keptOut, givingWay)
  await heldToQuotas(tx, country, terms, month)
  await keepTerms(tx, terms)
  const counts = await writeAsked(tx, { id, pack, says: act.says })
  await sql`
    insert into programmes.enrolment_act (id, pack, kind, digest, month, run_id, sequence, terms_version, counts)
    values (${id}, ${pack}, ${act.kind}, ${digest}, ${month}, ${act.run?.id ?? null}, ${act.run?.sequence ?? null},
      ${terms.version}, ${jsonb(counts)})`.execute(tx)
  await recordAct(tx, act, pack, counts)
  for (const other of givingWay) {
    const { rows } = await sql<{ left: number }>`
      select programmes.yield_enrolments(${other}, ${pack}, ${id}) as left`.execute(tx)
    if (rows[0]!.left > 0) await recordAct(tx, act, other, { yielded: rows[0]!.left })
  }
  return ok({ exists: false, counts })
}

async function findAct(tx: Transaction, id: EnrolmentActId) {
  const { rows } = await sql<{ digest: Buffer; counts: Readonly<Record<string, number>> }>`
    select digest, counts from programmes.enrolment_act where id = ${id}`.execute(tx)
  return rows[0]
}

async function keepTerms(tx: Transaction, terms: ProgrammeTerms): Promise<void> {
  await sql`
    insert into programmes.terms_version (version, pack, content) values (${terms.version}, ${terms.pack}, ${terms.text})
    on conflict do nothing`.execute(tx)
}

async function recordAct(tx: Transaction, act: Act, pack: string, counts: EnrolmentsChanged['counts']): Promise<void> {
  await appendAuditOfRows(tx, {
    action: 'enrolment.change',
    subject: { kind: 'enrolment' },
    purpose: 'determination: enrolments',
    detail: { act: act.id, kind: act.kind, pack, month: act.month, counts, ...(act.run && { run: act.run.id }) },
    rows: enrolmentLines({ id: act.id, pack }),
  })
}

/** Programmes that cannot be had beside one: those to which it gives way, and those that give way to it. Both say it. */
export function exclusions(
  country: Country,
  pack: string,
): { readonly keptOut: readonly string[]; readonly givingWay: readonly string[] } {
  const own = country.programmes.get(pack)?.notWith ?? []
  const keptOut = own.filter(({ yields }) => yields === 'this').map(other => other.pack)
  const givingWay = own.filter(({ yields }) => yields === 'other').map(other => other.pack)
  for (const [other, { notWith }] of country.programmes) {
    const said = notWith.find(each => each.pack === pack)
    if (said === undefined || own.some(each => each.pack === other)) continue
    if (said.yields === 'this') givingWay.push(other)
    else keptOut.push(other)
  }
  return { keptOut: keptOut.toSorted(), givingWay: givingWay.toSorted() }
}

/** Until the transaction ends nobody else changes this programme, or one that excludes it. In order, so that nobody waits in a circle. */
export async function lockProgrammes(tx: Transaction, country: Country, pack: string): Promise<void> {
  const { keptOut, givingWay } = exclusions(country, pack)
  for (const each of [pack, ...keptOut, ...givingWay].toSorted()) {
    await sql`select pg_advisory_xact_lock(hashtextextended('programmes.enrolment ' || ${each}, 0))`.execute(tx)
  }
}

/**
 * Who is in a programme that goes before is not enrolled: it stands as eligible, with the reason. Who was in one until a later
 * month comes in from that month.
 */
async function keptOutOf(tx: Transaction, keptOut: readonly string[], givingWay: readonly string[]): Promise<void> {
  const packs = [...keptOut, ...givingWay]
  if (packs.length === 0) return
  const entering = sql`change in ('enrol', 'restore') and ${changing} and outcome = 'enrolled'`
  await sql`drop table if exists pg_temp.enrolment_elsewhere`.execute(tx)
  await sql`
    create temp table enrolment_elsewhere on commit drop as
    select * from programmes.enrolled_elsewhere(
      array(select household_id from pg_temp.enrolment_asked where ${entering}), ${packs}::text[])`.execute(tx)
  const within = sql`from pg_temp.enrolment_elsewhere as other where other.household_id = asked.household_id`
  await turned(
    tx,
    sql`change = 'enrol' and ${changing} and exists (select ${within} and is_in and pack = any (${keptOut}::text[]))`,
    {
      change: 'find_eligible',
      reason: 'not_cumulable',
      detail: sql`jsonb_build_object('pack', (select min(pack) ${within} and is_in and pack = any (${keptOut}::text[])))`,
    },
  )
  await sql`
    update pg_temp.enrolment_asked as asked set month = later.month
    from (select household_id, max(effective_month) as month from pg_temp.enrolment_elsewhere where not is_in group by household_id) as later
    where later.household_id = asked.household_id and later.month > asked.month and asked.change = 'enrol' and ${changing}`.execute(
    tx,
  )
}
