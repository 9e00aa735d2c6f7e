// A move that is stopped between two of its ranges, by a person, while processes carry it out: what it leaves is whole, it goes on
// where it is, or two persons take back exactly those who were moved.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { registerHouseholds } from '#households'
import { type DateText, type Month, newId } from '#kernel'
import {
  answerSwitch,
  findSwitch,
  proposeReversal,
  proposeSwitch,
  resumeSwitch,
  runSwitch,
  type SwitchAsked,
  type SwitchId,
  stopSwitch,
} from '#programmes'
import { findProposal, findStaffActor, type ProposalId, recordGrant, registerStaff, type StaffId } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { lockWaiters } from '../../../test/lock-waiters.ts'

const { app, worker, owner } = await testDatabase()
const country = openCountry('ma')
const actor = workerActor('test')
const TODAY = '2022-11-25' as DateText
const FAMILIES = 40

await transaction(worker, actor, tx =>
  registerHouseholds(
    tx,
    {
      country: 'ma',
      source: 'test',
      channel: 'import',
      actor: 'test',
      effectiveOn: '2022-01-01' as DateText,
      modelled: false,
      head: country.catalogue.head,
    },
    Array.from({ length: FAMILIES }, (_, at) => ({
      sourceId: `H${at}`,
      territory: '07.351',
      facts: { territory: '07.351', ramed_card_until: '2023-06-30' },
      recipient: '1',
      members: [
        { sourceId: '1', givenName: `G${at}`, facts: { relation: 'head', sex: 'female', birth_date: '1980-02-03' } },
      ],
    })),
  ),
)

async function staff(name: string): Promise<StaffId> {
  const id = newId<'staff'>() as StaffId
  await transaction(worker, actor, async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId(), role: 'programme_manager' } as never)
  })
  return id
}
const [one, other] = [await staff('Naima'), await staff('Omar')]
async function acting<Value>(id: StaffId, work: Parameters<typeof transaction<Value>>[2]): Promise<Value> {
  const manager = await findStaffActor(app, id, 'programme.change')
  assert.ok(manager)
  return transaction(app, manager, work)
}

async function approve(id: ProposalId) {
  const proposal = await acting(other, tx => findProposal(tx, id))
  const { contentHash } = proposal!
  const answer = { step: 'approved', contentHash, reason: '', secondFactorAt: new Date() } as const
  const done = await acting(other, tx => answerSwitch(tx, other, id, answer, TODAY))
  return done.ok ? 'ok' : done.refusal.code
}

/** A move of all of them, as two persons approved it. */
async function approvedMove(): Promise<SwitchId> {
  const id = newId<'Proposal'>()
  const terms: SwitchAsked = {
    id,
    from: { fact: 'ramed_card_until', on: '2022-11-30' as DateText },
    to: 'ma/amo-tadamon',
    month: '2022-12' as Month,
    windowUntil: '2022-12-31' as DateText,
    tells: true,
    says: 'RAMED ends.',
  }
  assert.ok((await acting(one, tx => proposeSwitch(tx, country, terms, TODAY))).ok)
  assert.equal(await approve(id), 'ok')
  return id as string as SwitchId
}

const stop = async (id: SwitchId, says = 'The list is wrong.') => {
  const done = await acting(one, tx => stopSwitch(tx, country, { id, says }))
  return done.ok ? 'ok' : done.refusal.code
}
const resume = async (id: SwitchId) => {
  const done = await acting(one, tx => resumeSwitch(tx, country, id))
  return done.ok ? 'ok' : done.refusal.code
}
const proposeBack = async (reverses: SwitchId, id = newId<'Proposal'>()) => {
  const done = await acting(one, tx => proposeReversal(tx, country, { id, reverses, says: 'Back.' }, TODAY))
  return done.ok ? id : done.refusal.code
}
const seen = async (id: SwitchId) => (await transaction(worker, actor, tx => findSwitch(tx, id)))!
const count = async (query: ReturnType<typeof sql<{ n: number }>>) =>
  (await transaction(worker, actor, tx => query.execute(tx))).rows[0]!.n
const enrolled = () =>
  count(sql`select count(*)::int as n from programmes.enrolment where pack = 'ma/amo-tadamon' and state = 'enrolled'`)
const messages = (id: SwitchId) =>
  count(sql`select count(*)::int as n from messaging.message where key like ${`programme_moved ${id} %`}`)

let first: SwitchId
test('stopped while a process is in the middle of a range: that range ends whole, and nobody is moved after it, whoever tries', async () => {
  first = await approvedMove()
  const waiting = async (tx: Transaction, on: Parameters<typeof lockWaiters>[1]) => {
    for (let tries = 0; tries < 20_000; tries++) if ((await lockWaiters(tx, on)) > 0) return
    throw new Error('nobody waits')
  }
  let moving: ReturnType<typeof runSwitch> | undefined
  let stopping: Promise<string> | undefined
  let stoppedAt = 0
  // Whoever writes a message waits here, in the middle of its range.
  await transaction(owner, actor, async tx => {
    await sql`lock table messaging.message in exclusive mode`.execute(tx)
    moving = runSwitch(worker, country, first, { size: 10 })
    await waiting(tx, { table: 'messaging.message' })
    stopping = stop(first).finally(() => {
      stoppedAt = performance.now()
    })
    await waiting(tx, 'advisory')
    assert.equal(stoppedAt, 0, 'the brake waits for the range at work')
  })
  assert.equal(await stopping, 'ok')
  const left = await moving
  assert.ok(left?.ok && left.value.finishedAt === null)
  const { rangesDone, ranges, stopped } = await seen(first)
  assert.deepEqual([rangesDone, ranges, stopped?.says], [1, 4, 'The list is wrong.'])
  assert.deepEqual([await enrolled(), await messages(first)], [10, 10])
  for (const again of await Promise.all([runSwitch(worker, country, first), runSwitch(worker, country, first)])) {
    assert.ok(again.ok && again.value.finishedAt === null)
  }
  assert.deepEqual([await enrolled(), await messages(first)], [10, 10])
  // A process that has not heard of stops.
  await assert.rejects(
    transaction(worker, actor, tx =>
      sql`update programmes.switch_range set done_at = now(), counts = '{}' where switch_id = ${first} and number = 1`.execute(
        tx,
      ),
    ),
    /is stopped/,
  )
})

test('what cannot be stopped says why', async () => {
  assert.equal(await stop(newId<'Switch'>()), 'switch_unknown')
  assert.equal(await stop(first), 'stopped_already')
  assert.equal(await resume(first), 'ok')
  assert.equal(await stop(first, ' '), 'reason_missing')
  assert.equal(await stop(first, 'x'.repeat(1001)), 'reason_too_long')
  assert.equal((await seen(first)).stopped, null)
  await assert.rejects(
    acting(one, tx => sql`update programmes.switch_stop set says = 'x'`.execute(tx)),
    /permission denied|append-only/i,
  )
})

test('stopped, two persons take back exactly those who were moved; while it goes on they do not, and taken back it never goes on', async () => {
  assert.equal(await proposeBack(first), 'not_finished')
  assert.equal(await stop(first), 'ok')
  const back = newId<'Proposal'>()
  assert.equal(await proposeBack(first, back), back)
  assert.equal(await resume(first), 'ok')
  // One range more, and the process goes away.
  const gone = new AbortController()
  await assert.rejects(runSwitch(worker, country, first, { signal: gone.signal, onRange: () => gone.abort() }))
  assert.equal(await enrolled(), 20)
  assert.equal(await approve(back), 'not_finished', 'it goes on since that was proposed')
  assert.equal(await stop(first), 'ok')
  assert.equal(await approve(back), 'ok')
  assert.equal(await resume(first), 'reversed_before')
  const reversed = await runSwitch(worker, country, back as string as SwitchId)
  assert.ok(reversed.ok && reversed.value.finishedAt !== null)
  assert.deepEqual(reversed.value.counts, { exited: 20 })
  const still = await runSwitch(worker, country, first)
  assert.ok(still.ok && still.value.finishedAt === null)
  assert.deepEqual([await enrolled(), (await seen(first)).rangesDone], [0, 2])
})

test('stopped before it began, it has no ranges and is not over; gone on with, it moves all', async () => {
  const id = await approvedMove()
  assert.equal(await stop(id), 'ok')
  const nothing = await runSwitch(worker, country, id, { size: 3 })
  assert.ok(nothing.ok && nothing.value.finishedAt === null && nothing.value.ranges === 0)
  assert.equal(await resume(id), 'ok')
  // Stopped again and again by whoever sees a range end, with two processes at it.
  let rounds = 0
  for (; (await seen(id)).finishedAt === null; rounds++) {
    let stopping: Promise<string> | undefined
    const onRange = () => {
      stopping ??= stop(id)
    }
    await Promise.all([1, 2].map(() => runSwitch(worker, country, id, { size: 3, onRange })))
    const answer = await stopping
    assert.ok(answer === undefined || answer === 'ok' || answer === 'finished_already', `${answer}`)
    if (answer !== 'ok') continue
    const [moved, told] = [await enrolled(), await messages(id)]
    await runSwitch(worker, country, id)
    assert.deepEqual([await enrolled(), await messages(id)], [moved, told])
    assert.equal(moved, told)
    const { finishedAt } = await seen(id)
    assert.equal(await resume(id), finishedAt === null ? 'ok' : 'finished_already')
  }
  assert.ok(rounds > 1, `${rounds} rounds: it was stopped in between`)
  assert.deepEqual([await enrolled(), await messages(id)], [FAMILIES, FAMILIES])
  assert.deepEqual((await seen(id)).counts, { enrolled: FAMILIES })
  assert.equal(await stop(id), 'finished_already')
  assert.equal(await resume(id), 'finished_already')
})
