// The run of a month, left to the workers: one is killed as it writes, two begin again, and the month is paid once.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction } from '#db'
import { type DateText, newId } from '#kernel'
import { openBudgetLine, type RunId } from '#payments'
import { askPreparation, findPreparation, prepareJob } from '#programmes'
import { actorFor, findStaffAccess, recordGrant, registerStaff, type StaffId, serveCountry } from '#security'
import { arrearsTests, country, december, november, PACK } from '../../test/arrears.ts'
import { testDatabase } from '../../test/database.ts'
import { lockWaiters } from '../../test/lock-waiters.ts'
import { maker } from '../../test/payments.ts'

const databases = await testDatabase()
const { app, owner, worker } = databases
const { asWorker, homes, decided } = await arrearsTests(databases)
await serveCountry(owner, 'ma')
const terms = { retriesMost: 3, coolingDays: 7, amountTimes: 10 }
const job = prepareJob({ databases, terms })

async function staff(name: string, role: 'payment_preparer' | 'desk_agent'): Promise<StaffId> {
  const id = newId<'staff'>() as StaffId
  await asWorker(async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId<'grant'>(), role, territory: '' })
  })
  return id
}
const nadia = await staff('Nadia', 'payment_preparer')
const zineb = await staff('Zineb', 'desk_agent')
for (const code of ['ONE', 'TWO']) {
  await transaction(app, maker, tx =>
    openBudgetLine(
      tx,
      { code, funder: 'State', label: 'Grant', currency: 'MAD' },
      { id: newId<'transfer'>(), amount: 10_000_000n },
    ),
  )
}

async function ask(change: { id?: RunId; budgetLine?: string; staff?: StaffId; month?: typeof november } = {}) {
  const asked = {
    ...{ id: newId<'payment-run'>(), country: 'ma', pack: PACK, month: november, budgetLine: 'ONE', staff: nadia },
    ...change,
    accountsOn: '2026-12-01' as DateText,
  }
  const access = (await findStaffAccess(app, asked.staff))!
  return transaction(worker, actorFor(access, 'payment_run.prepare'), tx => askPreparation(tx, country, asked))
}

const run = (request: RunId, attempt: number) =>
  job.run({ request }, { id: request, attempt, worker, signal: new AbortController().signal })
const found = (id: RunId) => asWorker(tx => findPreparation(tx, id))
async function written() {
  const { rows } = await asWorker(tx =>
    sql<{ runs: number; lines: number; staged: number; recoveries: number }>`
      select (select count(*)::int from payments.run) as runs, (select count(*)::int from payments.run_line) as lines,
        (select count(*)::int from payments.run_staging) as staged,
        (select count(*)::int from programmes.recovery) as recoveries`.execute(tx),
  )
  return rows[0]
}

// Three families are owed November; one of them less than was said first, which is kept back.
const three = await homes(3)
await decided(november, new Map(three.map(home => [home, 50_000n])))
await decided(november, new Map(three.map((home, at) => [home, at === 0 ? 40_000n : 50_000n])))

test('what cannot be left to the workers is refused at once', async () => {
  const unknown = await ask({ budgetLine: 'NONE' })
  assert.equal(unknown.ok ? '' : unknown.refusal.code, 'budget_line_unknown')
})

test('a worker killed as it writes leaves nothing; two others draft the month once, and again changes nothing', async () => {
  const asked = await ask()
  assert.ok(asked.ok)
  const id = asked.value
  assert.equal((await found(id))?.stage, null)
  const other = await ask({ budgetLine: 'TWO' })
  assert.deepEqual(other, { ok: false, refusal: { code: 'preparation_open', budgetLine: 'ONE' } })
  await transaction(owner, maker, async tx => {
    await sql`lock table payments.run_event in exclusive mode`.execute(tx)
    const child = spawn(process.execPath, ['test/prepare-once.ts', databases.urls.owner, id], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    for (let tries = 0; tries < 50_000; tries++) {
      if ((await lockWaiters(tx, { table: 'payments.run_event' })) > 0) break
    }
    // Seen by who waits, while nothing of the run is.
    assert.equal((await found(id))?.stage, 'writing')
    child.kill('SIGKILL')
    await ended
  })
  assert.deepEqual(await written(), { runs: 0, lines: 0, staged: 0, recoveries: 0 })
  assert.equal((await found(id))?.doneAt, null)

  const again = await ask()
  assert.deepEqual(again, asked)
  await Promise.all([run(id, 2), run(id, 3)])
  const done = await found(id)
  assert.ok(done?.doneAt)
  const drafted = { runs: 1, lines: 3, staged: 0, recoveries: 1 }
  assert.deepEqual(await written(), drafted)
  await run(id, 4)
  assert.deepEqual(await written(), drafted)
})

test('why no run came of it is kept for who asked', async () => {
  const asked = await ask()
  assert.ok(asked.ok)
  await run(asked.value, 1)
  const refusal = (await found(asked.value))?.refusal
  assert.ok(refusal?.code === 'nothing_to_pay')
  assert.deepEqual([refusal.offered, refusal.inRuns[0]?.lines], [3, 3])
  // Refused before anything is looked at: by then who asked may not prepare any more.
  const late = await ask({ staff: zineb, month: december })
  assert.ok(late.ok)
  await run(late.value, 1)
  assert.deepEqual((await found(late.value))?.refusal, { code: 'not_granted' })
})
