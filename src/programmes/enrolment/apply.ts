import { sql } from 'kysely'
import type { Country } from '#countries'
import { jsonText, type Transaction } from '#db'
import { casesOfHouseholds, type HouseholdCase } from '#households'
import { err, type Id, type Month, monthOf, newId, ok, type Result, type Words } from '#kernel'
import { type Decision, decide, parseCase } from '#rules'
import { appendAudit } from '#security'
import { amountMinor } from '../determination.ts'
import { type ApplicationAsked, type ApplicationRefusal, decideApplication } from './application.ts'
import { campaignsOf } from './campaigns.ts'
import { lockProgrammes, performAct } from './change-enrolments.ts'
import type { EnrolmentNow, EnrolmentState } from './enrolment.ts'

/** An application as it stands recorded. */
export type Application = {
  readonly id: Id<'Application'>
  readonly household: Id<'Household'>
  readonly pack: string
  readonly channel: ApplicationAsked['channel']
  readonly on: string
  readonly month: Month
  readonly campaign: string | null
  readonly outcome: 'eligible' | 'not_eligible' | 'undetermined'
  readonly amountMinor: bigint | null
  readonly currency: string | null
  readonly refusals: readonly string[]
  readonly missing: readonly string[]
  /** What followed: enrolled, waiting for a place, eligible with something that keeps it out, refused, or applied: facts are missing. */
  readonly state: EnrolmentState
  readonly declaration: Id<'Declaration'>
  readonly packVersion: string
  readonly recordedAt: Date
  readonly recordedBy: string
}

/**
 * Takes an application: the law decides on the spot on what the household last said, and what follows is recorded as changes with
 * their reasons. The same id again answers what was recorded.
 */
export async function applyFor(
  tx: Transaction,
  country: Country,
  asked: ApplicationAsked,
): Promise<Result<Application, ApplicationRefusal>> {
  const { household, pack, on } = asked
  const month = monthOf(on)
  await lockProgrammes(tx, country, pack)
  const before = (await applicationsOf(tx, { household })).find(({ id }) => id === asked.id)
  if (before) return ok(before)
  const standing = await standingOf(tx, household, pack)
  if (standing === undefined) return err({ code: 'household_unknown' })
  const campaigns = await campaignsOf(tx, country, pack)
  const may = decideApplication(country, asked, { ...standing, campaigns })
  if (!may.ok) return may
  const [found] = await casesOfHouseholds(tx, { households: [household], month })
  if (found === undefined) return err({ code: 'nothing_declared' })
  const decision = decide(country.book, pack, caseOf(country, found), { explain: false })
  const { terms, campaign } = may.value
  const act = { country, terms, kind: 'application', month, says: null, digested: [household, pack] } as const
  const row = (change: string, reason: string) => sql`
    select ${household}::uuid as household_id, ${change}::text as change, ${reason}::text as reason,
      null::jsonb as detail, false as by_run, ${on}::date as asked_on`
  const entered = await performAct(tx, { ...act, id: asked.id as never, rows: row('apply', asked.channel) })
  if (!entered.ok) throw new Error(`application ${asked.id}: ${entered.refusal.code}`)
  const then = followsFrom(decision)
  if (then) await performAct(tx, { ...act, id: newId(), rows: row(...then) })
  const state = (await standingOf(tx, household, pack))?.now?.state ?? 'applied'
  await keep(tx, country, asked, { month, campaign, state, found, decision })
  return ok((await applicationsOf(tx, { household })).find(({ id }) => id === asked.id) as Application)
}

/** What the law says becomes a change; where facts are missing the application waits as it is. */
function followsFrom(decision: Decision): [change: string, reason: string] | undefined {
  if (decision.outcome === 'eligible') return ['enrol', 'eligible']
  const holds = decision.reasons.find(reason => reason.holds === true)
  return decision.outcome === 'not_eligible' ? ['refuse', holds?.code ?? 'not_eligible'] : undefined
}

async function standingOf(tx: Transaction, household: Id<'Household'>, pack: string) {
  const { rows } = await sql<{ territory: string } & (EnrolmentNow | { state: null })>`
    select household.territory, now.state, now.sequence, now.effective_month as "effectiveMonth", now.since_month as since
    from households.published_household as household
      left join programmes.enrolment as now on now.household_id = household.id and now.pack = ${pack}
    where household.id = ${household}`.execute(tx)
  const row = rows[0]
  return row && { territory: row.territory, now: row.state === null ? undefined : row }
}

async function keep(
  tx: Transaction,
  country: Country,
  asked: ApplicationAsked,
  {
    month,
    campaign,
    state,
    found,
    decision,
  }: {
    readonly month: Month
    readonly campaign: string | null
    readonly state: EnrolmentState
    readonly found: HouseholdCase
    readonly decision: Decision
  },
): Promise<void> {
  const version = country.book.packs.get(asked.pack)?.version as string
  await sql`
    insert into programmes.pack_version (version, country, pack, content)
    values (${version}, ${country.code}, ${asked.pack}, ${jsonText(country.policy)}::jsonb) on conflict do nothing`.execute(
    tx,
  )
  const refusals = decision.reasons.filter(({ holds }) => holds === true).map(({ code }) => code)
  await sql`
    insert into programmes.application (household_id, id, pack, territory, channel, applied_on, campaign, month, declaration_id,
      pack_version, outcome, amount_minor, currency, refusals, missing, state)
    values (${asked.household}, ${asked.id}, ${asked.pack}, ${found.territory}, ${asked.channel}, ${asked.on}, ${campaign},
      ${month}, ${found.declaration}, ${version}, ${decision.outcome}, ${amountMinor(decision)}, ${decision.amount?.currency ?? null},
      ${refusals}, ${decision.missing}, ${state})`.execute(tx)
  await appendAudit(tx, {
    action: 'application.record',
    subject: { kind: 'household', id: asked.household },
    territory: found.territory,
    purpose: 'determination: application',
    detail: { application: asked.id, pack: asked.pack, channel: asked.channel, outcome: decision.outcome, state },
  })
}

function caseOf(country: Country, found: HouseholdCase) {
  const parsed = parseCase(found.case, country.catalogue, country.territories)
  if (parsed.ok) return parsed.value
  throw new Error(`household ${found.household}, ${parsed.refusal.path}: ${parsed.refusal.message}`)
}

/**
 * What refused an application, with the figures of the household; undefined where the law or what the household said is not the
 * same any more.
 */
export async function explainApplication(
  tx: Transaction,
  country: Country,
  { household, pack, month, declaration, packVersion, refusals }: Application,
): Promise<readonly Words[] | undefined> {
  if (country.book.packs.get(pack)?.version !== packVersion) return undefined
  const [found] = await casesOfHouseholds(tx, { households: [household], month })
  if (found?.declaration !== declaration) return undefined
  const { explanation } = decide(country.book, pack, caseOf(country, found), { explain: true })
  const holding = (explanation?.reasons ?? []).filter(reason => reason.holds === true && refusals.includes(reason.code))
  return holding.length === refusals.length ? holding.map(reason => reason.words) : undefined
}

/** Applications of a household, or of a programme, the latest first, as far as the actor sees. */
export async function applicationsOf(
  tx: Transaction,
  of: { readonly household: Id<'Household'> } | { readonly pack: string; readonly limit: number },
): Promise<readonly Application[]> {
  const where = 'household' in of ? sql`household_id = ${of.household}` : sql`pack = ${of.pack}`
  const { rows } = await sql<Application>`
    select id, household_id as household, pack, channel, applied_on as on, month, campaign, outcome, amount_minor as "amountMinor",
      currency, refusals, missing, state, declaration_id as declaration, pack_version as "packVersion",
      recorded_at as "recordedAt", recorded_by as "recordedBy"
    from programmes.application where ${where}
    order by recorded_at desc, id desc limit ${'limit' in of ? of.limit : 100}`.execute(tx)
  return rows
}

/** How many applications led where, as far as the actor sees them. */
export async function applicationFigures(
  tx: Transaction,
  pack: string,
): Promise<readonly { readonly state: EnrolmentState; readonly count: number }[]> {
  const { rows } = await sql<{ state: EnrolmentState; count: number }>`
    select state, count(*)::int as count from programmes.application where pack = ${pack} group by state order by state`.execute(
    tx,
  )
  return rows
}
