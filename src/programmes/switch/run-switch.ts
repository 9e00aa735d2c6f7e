import { type Country, openCountry } from '#countries'
import { type Database, defineJob, enqueue, type JobDefinition, type Transaction, transaction, workerActor } from '#db'
import { err, ok, type Result } from '#kernel'
import { notify } from '#messaging'
import { appendAudit } from '#security'
import { changeEnrolments } from '../enrolment/change-enrolments.ts'
import {
  broughtBy,
  cutIntoRanges,
  endRange,
  endSwitch,
  enrolledBy,
  findSwitch,
  type RangeDone,
  type SwitchRange,
  type SwitchRow,
  takeSwitchRange,
  toEnrol,
} from './switch.sql.ts'
import type { SwitchId } from './switch.ts'

type SwitchJob = { readonly switch: string; readonly country: string; readonly helps?: true }
export const SWITCH_JOB: Pick<JobDefinition<SwitchJob>, 'name'> = { name: 'programme_switch' }

const actor = workerActor('programme switch')
const RANGE = 2000
/** Workers who share one move: ranges of one programme follow one another all the same, what is between them does not. */
const HELPERS = 2

export type SwitchProgress = {
  readonly onRange?: (done: number, of: number) => void
  readonly signal?: AbortSignal
  readonly size?: number
}

/**
 * Carries a move out, range by range; each is done whole or not at all, once, by whichever process takes it. Killed anywhere, it is
 * gone on with by asking again; asked again after its end, or while it is stopped, it does nothing.
 */
export async function runSwitch(
  worker: Database,
  country: Country,
  id: SwitchId,
  { onRange, signal, size = RANGE }: SwitchProgress = {},
): Promise<Result<SwitchRow, { readonly code: 'switch_unknown' }>> {
  const found = await transaction(worker, actor, tx => findSwitch(tx, id))
  if (!found || found.country !== country.code) return err({ code: 'switch_unknown' })
  if (found.finishedAt !== null || found.stopped) return ok(found)
  await transaction(worker, actor, tx => cutIntoRanges(tx, found, size))
  for (;;) {
    signal?.throwIfAborted()
    const isDone = await transaction(worker, actor, async tx => {
      const range = await takeSwitchRange(tx, id)
      if (range) await moveRange(tx, country, found, range)
      return range === undefined
    })
    if (isDone) break
    const { rangesDone, ranges } = (await transaction(worker, actor, tx => findSwitch(tx, id)))!
    onRange?.(rangesDone, ranges)
  }
  await transaction(worker, actor, tx => endSwitch(tx, id))
  return ok((await transaction(worker, actor, tx => findSwitch(tx, id)))!)
}

async function moveRange(tx: Transaction, country: Country, row: SwitchRow, range: SwitchRange): Promise<void> {
  const done =
    row.reverses === null ? await moveThere(tx, country, row, range) : await moveBack(tx, country, row, range)
  await endRange(tx, row.id, range.number, done)
  await appendAudit(tx, {
    action: row.reverses === null ? 'programme_switch.move' : 'programme_switch.take_back',
    subject: { kind: 'programme_switch', id: row.id },
    purpose: 'determination: programme switch',
    detail: { range: range.number, ...done },
  })
}

/** In first, and out only for who is in: a family that finds no place keeps what it has. */
async function moveThere(tx: Transaction, country: Country, row: SwitchRow, range: SwitchRange): Promise<RangeDone> {
  const { to, month, fromPack } = row
  const common = { country, month, says: row.says }
  const entered = await changed(tx, {
    ...common,
    id: range.enrolAct,
    pack: to,
    change: 'enrol',
    reason: 'moved_programme',
    which: { query: toEnrol(row, range) },
  })
  if (fromPack !== null) {
    await changed(tx, {
      ...common,
      id: range.exitAct,
      pack: fromPack,
      change: 'exit',
      reason: 'moved_programme',
      which: { query: broughtBy(range.enrolAct, to, ['enrolled'], row.id) },
    })
  }
  return { counts: entered, told: await tell(tx, country, row, to, range.enrolAct) }
}

/** Those whom the move brought in and who are still there go back to where they were. */
async function moveBack(tx: Transaction, country: Country, row: SwitchRow, range: SwitchRange): Promise<RangeDone> {
  const { to, month, fromPack } = row
  const before = await rangeOf(tx, row.reverses!, range.number)
  const common = { country, month, says: row.says, reason: 'move_taken_back' }
  const left = await changed(tx, {
    ...common,
    id: range.exitAct,
    pack: to,
    change: 'exit',
    which: { query: broughtBy(before.enrolAct, to, ['enrolled', 'suspended'], row.id) },
  })
  if (fromPack === null) return { counts: left, told: 0 }
  const back = await changed(tx, {
    ...common,
    id: range.enrolAct,
    pack: fromPack,
    change: 'enrol',
    which: { query: broughtBy(range.exitAct, to, ['exited'], row.id) },
  })
  return { counts: { ...left, ...back }, told: await tell(tx, country, row, fromPack, range.enrolAct) }
}

async function changed(
  tx: Transaction,
  asked: Parameters<typeof changeEnrolments>[1],
): Promise<Readonly<Record<string, number>>> {
  const done = await changeEnrolments(tx, asked)
  if (!done.ok) throw new Error(`${asked.pack}: ${done.refusal.code}`)
  return done.value.counts
}

async function rangeOf(tx: Transaction, id: SwitchId, number: number): Promise<Pick<SwitchRange, 'enrolAct'>> {
  return tx
    .selectFrom('programmes.switch_range')
    .select('enrol_act as enrolAct')
    .where('switch_id', '=', id)
    .where('number', '=', number)
    .executeTakeFirstOrThrow() as Promise<Pick<SwitchRange, 'enrolAct'>>
}

/** Tells those whom an act enrolled, where families are told; how many messages were queued. */
async function tell(tx: Transaction, country: Country, row: SwitchRow, pack: string, act: string): Promise<number> {
  if (!row.tells) return 0
  const notice = noticeOfMove(country, pack)
  const moved = await enrolledBy(tx, act, pack)
  return notify(
    tx,
    moved.map(({ household, territory, person }) => ({
      ...notice,
      key: `programme_moved ${row.id} ${household}`,
      to: { person, territory },
    })),
  )
}

/** What families are told, in the country's first language. */
export function noticeOfMove(country: Country, pack: string, language = country.languages[0]!) {
  const programme = country.book.packs.get(pack)?.names[language] ?? pack
  return { kind: 'programme_moved', values: { programme }, language } as const
}

/** Moves that were approved, for the workers; the first calls others to help. */
export const switchJob = defineJob<SwitchJob>({
  ...SWITCH_JOB,
  minutes: 240,
  async run(payload, { worker, signal }) {
    if (!payload.helps) {
      await transaction(worker, actor, async tx => {
        for (let helper = 1; helper < HELPERS; helper++) await enqueue(tx, SWITCH_JOB, { ...payload, helps: true })
      })
    }
    await runSwitch(worker, openCountry(payload.country), payload.switch as SwitchId, { signal })
  },
})
