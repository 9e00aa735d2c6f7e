import { sql } from 'kysely'
import type { ConditionTerms, Country } from '#countries'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { casesOfHouseholds } from '#households'
import { addMonths, err, type Id, type Month, newId, ok, type Result } from '#kernel'
import { notify } from '#messaging'
import { appendAuditOfRows } from '#security'
import { changeEnrolments } from '../enrolment/change-enrolments.ts'
import { findRun, inChain, type RunId, type RunRow, stateOf } from '../run.sql.ts'
import {
  foundBefore,
  inProgramme,
  recipientsOfHouseholds,
  saveFindings,
  saveSteps,
  stepsBefore,
  withdrawWarnings,
} from './condition.sql.ts'
import { findingLines } from './condition-sets.ts'
import { type ConditionNotice, type ConditionStep, decideStep, type Finding } from './ladder.ts'
import { type Waiver, waiverFor, waiversOf } from './waivers.ts'

const SLICE = 1000
const actor = workerActor('conditions')

export type AssessRefusal =
  | { readonly code: 'run_unknown'; readonly run: string }
  | { readonly code: 'run_not_finished'; readonly run: string }
  /** The country's conditions.yaml follows no condition of the programme. */
  | { readonly code: 'no_condition'; readonly pack: string }

export type Assessed = {
  readonly findings: Readonly<Record<Finding, number>>
  readonly steps: Readonly<Record<ConditionStep, number>>
}

type Row = {
  readonly household: Id<'Household'>
  readonly territory: string
  readonly outcome: string
  readonly refusals: readonly string[]
  readonly openRefusals: readonly string[]
  readonly missing: readonly string[]
  readonly lines: readonly { readonly member: string; readonly code: string }[]
}

export type NewFinding = {
  readonly household: Id<'Household'>
  readonly territory: string
  readonly person: string | null
  readonly finding: Finding
  readonly waiver: Waiver | null
}

/**
 * Follows the conditions of a programme through what a finished run decided: who does not meet one, of whom nobody can tell, who is
 * waived; and what follows: a warning to who receives, the suspension after the number of months that the programme states, the
 * return. A thousand households a transaction; asked again, it does nothing again.
 */
export async function assessConditions(
  worker: Database,
  country: Country,
  runId: RunId,
  stopping?: AbortSignal,
): Promise<Result<Assessed, AssessRefusal>> {
  const run = await transaction(worker, actor, tx => findRun(tx, runId))
  if (!run) return err({ code: 'run_unknown', run: runId })
  if (stateOf(run) !== 'finished') return err({ code: 'run_not_finished', run: runId })
  const conditions = country.conditions.conditions.filter(each => each.programme === run.pack)
  if (conditions.length === 0) return err({ code: 'no_condition', pack: run.pack })
  const done = {
    findings: { met: 0, unmet: 0, unknown: 0, waived: 0 },
    steps: { warned: 0, suspended: 0, restored: 0 },
  }
  for (const condition of conditions) {
    let after: string | null = null
    do {
      stopping?.throwIfAborted()
      const slice: { after: string | null } & Assessed = await transaction(worker, actor, tx =>
        assessSlice(tx, country, run, condition, after),
      )
      after = slice.after
      for (const key of ['met', 'unmet', 'unknown', 'waived'] as const) done.findings[key] += slice.findings[key]
      for (const key of ['warned', 'suspended', 'restored'] as const) done.steps[key] += slice.steps[key]
    } while (after !== null)
  }
  return ok(done)
}

async function assessSlice(
  tx: Transaction,
  country: Country,
  run: RunRow,
  condition: ConditionTerms,
  after: string | null,
): Promise<Assessed & { readonly after: string | null }> {
  // One worker at a time, so that each sees what the one before found.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`programmes.conditions ${run.pack}`}, 0))`.execute(tx)
  const rows = await touched(tx, run, condition, after)
  const households = rows.map(each => each.household)
  const found = await findingsOf(tx, run, condition, rows)
  const saved = await saveFindings(tx, run, condition.code, found)
  const broken = new Set(
    found.filter(({ finding }) => finding === 'unmet' || finding === 'unknown').map(each => each.household),
  )
  // A decision for another reason says nothing of the condition: only who has the right is known to meet it.
  const clear = rows.filter(({ household, outcome }) => outcome === 'eligible' && !broken.has(household))
  await takeBack(tx, country, run, condition, clear)
  const steps = await followed(tx, country, run, condition, rows, households)
  if (saved.length > 0) {
    await appendAuditOfRows(tx, {
      action: 'condition.assess',
      subject: { kind: 'condition' },
      purpose: 'determination: conditions',
      detail: { run: run.id, code: condition.code, first: households[0]!, last: households.at(-1)! },
      rows: findingLines({ run: run.id, code: condition.code, first: households[0]!, last: households.at(-1)! }),
    })
  }
  const count = (finding: Finding) => saved.filter(each => each === finding).length
  return {
    after: rows.length < SLICE ? null : households.at(-1)!,
    findings: { met: count('met'), unmet: count('unmet'), unknown: count('unknown'), waived: count('waived') },
    steps,
  }
}

/** Households whose decision says something of the condition, and those of whom something was found before. */
async function touched(
  tx: Transaction,
  run: RunRow,
  { line, refusal, facts, code }: ConditionTerms,
  after: string | null,
): Promise<Row[]> {
  const ends = facts.map(fact => `%.${fact}`)
  const { rows } = await sql<Row>`
    select * from (
      select distinct on (d.household_id) d.household_id as household, d.territory, d.outcome, d.refusals,
        d.open_refusals as "openRefusals", d.missing, d.lines
      from programmes.determination as d
      where ${inChain('d', run)} and (${after}::uuid is null or d.household_id > ${after}::uuid)
      order by d.household_id, d.sequence desc
    ) as state
    where outcome <> 'gone' and (
      ${line === null ? sql`false` : sql`lines @> ${JSON.stringify([{ code: line }])}::jsonb`}
      or ${refusal === null ? sql`false` : sql`${refusal} = any (refusals) or ${refusal} = any ("openRefusals")`}
      or exists (select from unnest(missing) as path where path like any (${ends}::text[]))
      or exists (select from programmes.condition_finding f
        where f.household_id = state.household and f.pack = ${run.pack} and f.code = ${code}))
    order by household limit ${SLICE}`.execute(tx)
  return rows
}

async function findingsOf(
  tx: Transaction,
  run: RunRow,
  condition: ConditionTerms,
  rows: readonly Row[],
): Promise<NewFinding[]> {
  const waivers = await waiversOf(tx, run.pack, run.month)
  const open = rows.flatMap(row => rawFindings(row, condition).map(each => ({ row, ...each })))
  const facts = waivers.some(each => each.members !== null)
    ? await membersOf(tx, run.month, [...new Set(open.map(each => each.row.household))])
    : new Map<string, readonly Readonly<Record<string, unknown>>[]>()
  const before = await foundBefore(
    tx,
    run,
    condition.code,
    rows.map(each => each.household),
  )
  const last = new Map(before.map(each => [`${each.household} ${each.of ?? ''}`, each.finding]))
  return [
    ...open.map(({ row, person, finding }): NewFinding => {
      const members = (facts.get(row.household) ?? []).filter(each => person === null || each.id === person)
      const asked = { code: condition.code, territory: row.territory, month: run.month, members }
      const waiver = waiverFor(waivers, asked) ?? null
      const { household, territory } = row
      return { household, territory, person, finding: waiver === null ? finding : 'waived', waiver }
    }),
    ...metAgain(rows, open, last),
  ]
}

/** Of whom something else was found last, and nothing now: the condition is met again. */
function metAgain(
  rows: readonly Row[],
  open: readonly { readonly row: Row; readonly person: string | null }[],
  last: ReadonlyMap<string, Finding>,
): NewFinding[] {
  const now = new Set(open.map(({ row, person }) => `${row.household} ${person ?? ''}`))
  const places = new Map<string, string>(rows.map(each => [each.household, each.territory]))
  return [...last].flatMap(([key, finding]) => {
    if (finding === 'met' || now.has(key)) return []
    const [household, person] = key.split(' ') as [Id<'Household'>, string]
    const territory = places.get(household)
    return territory === undefined
      ? []
      : [{ household, territory, person: person === '' ? null : person, finding: 'met' as const, waiver: null }]
  })
}

/** What a decision says of the condition. A decision that refuses for another reason lists no line: then nothing is said. */
export function rawFindings(
  row: Pick<Row, 'refusals' | 'openRefusals' | 'missing' | 'lines'>,
  { line, refusal, facts }: Pick<ConditionTerms, 'line' | 'refusal' | 'facts'>,
): { readonly person: string | null; readonly finding: 'unmet' | 'unknown' }[] {
  if (refusal !== null) {
    if (row.refusals.includes(refusal)) return [{ person: null, finding: 'unmet' }]
    return row.openRefusals.includes(refusal) ? [{ person: null, finding: 'unknown' }] : []
  }
  const unmet = row.lines.filter(each => each.code === line).map(each => each.member)
  const unknown = row.missing
    .filter(path => facts.some(fact => path.endsWith(`.${fact}`)))
    .map(path => path.split('.')[1] ?? '')
  return [
    ...[...new Set(unmet)].map(person => ({ person, finding: 'unmet' as const })),
    ...[...new Set(unknown)]
      .filter(person => !unmet.includes(person))
      .map(person => ({ person, finding: 'unknown' as const })),
  ]
}

async function membersOf(tx: Transaction, month: Month, households: readonly Id<'Household'>[]) {
  const cases = await casesOfHouseholds(tx, { households, month })
  return new Map<string, readonly Readonly<Record<string, unknown>>[]>(
    cases.map(each => [each.household, each.case.members]),
  )
}

async function followed(
  tx: Transaction,
  country: Country,
  run: RunRow,
  condition: ConditionTerms,
  rows: readonly Row[],
  households: readonly Id<'Household'>[],
): Promise<Assessed['steps']> {
  const before = await stepsBefore(tx, run, condition.code, households)
  const found = Map.groupBy(await foundBefore(tx, run, condition.code, households, true), each => each.household)
  const states = await inProgramme(tx, run.pack, households)
  const decided = rows.flatMap(({ household, territory }) => {
    const asked = {
      // Who is not in the programme cannot be suspended from it.
      suspendAfter: states.has(household) ? condition.suspendAfter : null,
      before: before.get(household) ?? null,
      next: (month: Month) => addMonths(month, 1),
    }
    const step = decideStep(found.get(household) ?? [], run.month, asked)
    return step ? [{ household, territory, ...step }] : []
  })
  const saved = await saveSteps(tx, run, condition.code, decided)
  const fresh = decided.filter(each => saved.has(each.household))
  const of = (step: ConditionStep) => fresh.filter(each => each.step === step).map(each => each.household)
  await changeStates(tx, country, run, condition, { suspended: of('suspended'), restored: of('restored') })
  await tell(tx, country, run, condition, fresh)
  return { warned: of('warned').length, suspended: of('suspended').length, restored: of('restored').length }
}

/** The month was decided again, and what the family was warned for is not found any more: the warning is taken back. */
async function takeBack(
  tx: Transaction,
  country: Country,
  run: RunRow,
  condition: ConditionTerms,
  clear: readonly Pick<Row, 'household'>[],
): Promise<void> {
  const households = clear.map(each => each.household)
  const taken = await withdrawWarnings(tx, run, condition.code, households)
  await tell(
    tx,
    country,
    run,
    condition,
    taken.map(each => ({ ...each, step: 'withdrawn' as const })),
  )
}

/** From the month after: what was decided of this one stands. Arrears are another module's. */
async function changeStates(
  tx: Transaction,
  country: Country,
  run: RunRow,
  condition: ConditionTerms,
  changed: { readonly suspended: readonly Id<'Household'>[]; readonly restored: readonly Id<'Household'>[] },
): Promise<void> {
  const acts = [
    { change: 'suspend', reason: 'condition_not_met', households: changed.suspended },
    { change: 'restore', reason: 'condition_met', households: changed.restored },
  ] as const
  for (const { change, reason, households } of acts) {
    if (households.length === 0) continue
    const done = await changeEnrolments(tx, {
      id: newId<'EnrolmentAct'>(),
      country,
      pack: run.pack,
      change,
      month: addMonths(run.month, 1),
      reason,
      which: { households, detail: { condition: condition.code, month: run.month } },
    })
    if (!done.ok) throw new Error(`${run.pack}: ${done.refusal.code}`)
  }
}

const MESSAGES = {
  warned: 'condition_warning',
  suspended: 'condition_suspended',
  restored: 'condition_restored',
  withdrawn: 'condition_warning_withdrawn',
} as const

async function tell(
  tx: Transaction,
  country: Country,
  run: RunRow,
  condition: ConditionTerms,
  steps: readonly { readonly household: Id<'Household'>; readonly step: ConditionNotice; readonly territory: string }[],
): Promise<void> {
  const language = country.languages[0]!
  const name = country.book.packs.get(run.pack)?.names[language] ?? run.pack
  const recipients = await recipientsOfHouseholds(
    tx,
    steps.map(each => each.household),
  )
  await notify(
    tx,
    steps.flatMap(({ household, step, territory }) => {
      const person = recipients.get(household)
      if (person === undefined) return []
      const key = `${MESSAGES[step]} ${household} ${run.pack} ${condition.code} ${run.month}`
      return [{ key, to: { person, territory }, kind: MESSAGES[step], values: { programme: name }, language }]
    }),
  )
}
