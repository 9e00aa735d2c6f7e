import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, transaction } from '#db'
import { newId } from '#kernel'
import { testDatabase } from '../../test/database.ts'
import { checker, maker, paymentTests } from '../../test/payments.ts'
import { approveRun, findRun, postTransfers, stateOf } from './index.ts'

const databases = await testDatabase()
const { owner, app, worker } = databases
const { check, owed, drafted, openLine } = await paymentTests(databases)

for (const [name, database] of Object.entries({ owner, app, worker })) {
  test(`${name} cannot rewrite a run, nor add to it, nor forge a step`, async () => {
    const [line] = await owed(1)
    const { request, run } = await drafted([line!], 1_000_000n)
    for (const table of [
      'run',
      'instruction',
      'run_line',
      'left_out',
      'run_group',
      'run_total',
      'run_posting',
      'run_file',
      'run_part',
      'provider_file',
      'run_event',
      'payee_account',
    ]) {
      for (const statement of [
        sql`update ${sql.table(`payments.${table}`)} set ${sql.ref(table === 'run' ? 'label' : table === 'payee_account' ? 'number' : 'run_id')} = null`,
        sql`delete from ${sql.table(`payments.${table}`)}`,
        sql`truncate ${sql.table(`payments.${table}`)} cascade`,
      ]) {
        await assert.rejects(
          transaction(database, maker, tx => statement.execute(tx)),
          /append-only|permission denied/,
          table,
        )
      }
    }
    const forge = (statement: ReturnType<typeof sql>, who: Actor = checker) =>
      transaction(database, who, tx => statement.execute(tx))
    const event = (state: string, who = checker, amount = run.totals.amount) =>
      forge(
        sql`insert into payments.run_event (run_id, state, instructions, amount, content_hash)
          values (${request.id}, ${state}, ${state === 'approved' ? 1 : null}, ${state === 'approved' ? amount : null},
            ${state === 'approved' ? run.totals.contentHash : null})`,
        who,
      )
    await assert.rejects(event('approved'), /approved without its postings/)
    await assert.rejects(event('approved', maker), /other than the maker/)
    await assert.rejects(event('approved', checker, 1n), /what was drafted/)
    await assert.rejects(event('sent'), /no way from/)
    await assert.rejects(
      forge(sql`insert into payments.run_line values (${newId()}, 1, ${request.id}, 1, '08.', 'x', 'x', 1)`),
      /nothing is added|permission denied/,
    )
    await assert.rejects(
      forge(sql`insert into payments.run_line values (${line!.entitlementId}, 1, ${newId()}, 1, '08.', 'x', 'x', 1)`),
      /duplicate key|permission denied/,
    )
    await assert.rejects(
      forge(sql`insert into payments.run_line values (${line!.entitlementId}, 2, ${newId()}, 1, '08.', 'x', 'x', 1)`),
      /attempt before is not over|permission denied/,
    )
    await assert.rejects(
      forge(sql`insert into payments.run (id, reference, budget_line, label, period)
        values (${newId()}, 'ABCDEFGHJK', ${request.budgetLine}, 'x', 'x')`),
      /begun but not drafted|permission denied/,
    )
    assert.equal(stateOf((await check(tx => findRun(tx, request.id)))!.facts), 'drafted')
  })
}

test('a program cannot write another name beside a fact, nor another hour', async () => {
  const { request } = await drafted(await owed(1), 1_000_000n)
  for (const database of [app, worker]) {
    for (const column of [sql`recorded_by`, sql`recorded_at`, sql`recorded_name`]) {
      const forged = sql`insert into payments.run_event (run_id, state, reason, ${column})
        values (${request.id}, 'cancelled', 'x', null)`
      await assert.rejects(
        transaction(database, checker, tx => forged.execute(tx)),
        /permission denied/,
      )
    }
  }
})

test('a run is not approved by postings in another book, of another amount, or of another run', async () => {
  const { request, run } = await drafted(await owed(1), 1_000_000n)
  const { amount, contentHash } = run.totals
  const approveWith = async (budgetLine: string, minor: bigint) =>
    transaction(app, checker, async tx => {
      const id = newId<'transfer'>()
      const posted = await postTransfers(tx, [{ id, kind: 'commit', budgetLine, purpose: 'ma/asd', amount: minor }])
      assert.ok(posted.ok)
      await sql`insert into payments.run_posting (run_id, provider, purpose, kind, transfer)
        values (${request.id}, 'tresor', 'ma/asd', 'commit', ${id})`.execute(tx)
      await sql`insert into payments.run_event (run_id, state, instructions, amount, content_hash)
        values (${request.id}, 'approved', 1, ${amount}, ${contentHash})`.execute(tx)
    })
  await assert.rejects(approveWith(await openLine(1_000_000n), amount), /approved without its postings/)
  await assert.rejects(approveWith(request.budgetLine, amount - 1n), /approved without its postings/)
  const other = await drafted(await owed(1), 1_000_000n)
  await check(tx => approveRun(tx, other.request.id))
  await assert.rejects(
    transaction(app, checker, tx =>
      sql`insert into payments.run_posting (run_id, provider, purpose, kind, transfer)
        select ${request.id}, provider, purpose, kind, transfer from payments.run_posting where run_id = ${other.request.id}`.execute(
        tx,
      ),
    ),
    /duplicate key/,
  )
  await approveWith(request.budgetLine, amount)
})
