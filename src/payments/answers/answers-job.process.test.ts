// A file of answers left to the workers: one is killed as it reads, another as it writes, two begin again, and it is taken once.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction } from '#db'
import { testDatabase } from '../../../test/database.ts'
import { givenAnswersTests, report } from '../../../test/given-answers.ts'
import { lockWaiters } from '../../../test/lock-waiters.ts'
import { maker } from '../../../test/payments.ts'

const databases = await testDatabase()
const { staff, sentRun, give, run, find, ended, standing, held } = await givenAnswersTests(databases)
const nadia = await staff('Nadia', 'payment_preparer')

/** A worker that stops where it wants this table, and is killed there; what who waits sees meanwhile. */
async function killedAt(table: string, id: string, attempt: number) {
  return transaction(databases.owner, maker, async tx => {
    await sql`lock table ${sql.raw(table)} in access exclusive mode`.execute(tx)
    const child = spawn(process.execPath, ['test/answers-once.ts', databases.urls.owner, id, String(attempt)], {
      stdio: 'ignore',
    })
    const gone = once(child, 'exit')
    for (let tries = 0; tries < 50_000; tries++) {
      if ((await lockWaiters(tx, { table })) > 0) break
    }
    const seen = await find(id as Parameters<typeof find>[0])
    child.kill('SIGKILL')
    await gone
    return seen
  })
}

test('workers killed as they read and as they write leave nothing; two others take the file once, and again changes nothing', async () => {
  const { request, payments } = await sentRun(30)
  const lines = payments.map(({ id }, index) => ({ id, status: index % 5 === 0 ? 'RJCT' : 'ACSC' }))
  const before = await standing()
  const given = await give(report(lines), nadia)
  assert.ok(given.ok)
  const id = given.value

  const read = await killedAt('payments.given_answers_piece', id, 1)
  assert.deepEqual([read?.stage, read?.attempt, read?.lines], ['reading', 1, 0])
  const wrote = await killedAt('payments.instruction_outcome', id, 2)
  assert.deepEqual([wrote?.stage, wrote?.attempt, wrote?.lines], ['recording', 2, payments.length])
  assert.equal(wrote?.bytesRead, wrote?.size)
  assert.deepEqual(await standing(), { ...before, pieces: 1 })
  assert.equal((await find(id))?.endedAt, null)

  // Given again while it waits, it is the same one.
  assert.deepEqual(await give(report(lines), nadia), given)
  await Promise.all([run(id, 3), run(id, 4)])
  const done = await ended(id)
  const returned = lines.filter(line => line.status === 'RJCT').length
  const figures = {
    ...{ lines: lines.length, confirmed: lines.length - returned, returned },
    ...{ reversed: 0, exceptions: 0 },
  }
  assert.deepEqual([done.taken, done.figures, done.refusal], ['now', figures, null])
  const after = await standing()
  assert.deepEqual([after.files - before.files, after.lines - before.lines, after.pieces], [1, lines.length, 0])
  assert.equal(after.faults, 0)
  const paid = payments.filter((_, index) => index % 5 > 0).reduce((sum, one) => sum + one.amount, 0n)
  assert.equal((await held(request.budgetLine)).confirmed, paid)

  await run(id, 5)
  assert.deepEqual(await standing(), after)
  const again = await give(report(lines), nadia)
  assert.ok(again.ok)
  assert.notEqual(again.value, id)
  assert.deepEqual([(await ended(again.value)).taken, (await ended(again.value)).figures], ['again', figures])
  assert.deepEqual(await standing(), after)
})
