import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { testDatabase } from '../../test/database.ts'
import { paymentTests } from '../../test/payments.ts'

const databases = await testDatabase()
const { check, owed } = await paymentTests(databases)
const folder = mkdtempSync(join(tmpdir(), 'socle killed '))
after(() => rmSync(folder, { recursive: true, force: true }))

const MONTHS = 60
const PAYEES = 40

/** Pays until it is done or `milliseconds` have passed: then it is killed as by a power cut. */
function payMonths(milliseconds: number): Promise<'done' | 'killed'> {
  const args = ['test/pay-months.ts', databases.urls.owner, folder, String(MONTHS)]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { timeout: milliseconds, killSignal: 'SIGKILL' }, (error, _, text) => {
      if (!error) resolve('done')
      else if (error.killed) resolve('killed')
      else reject(new Error(text))
    })
  })
}

test('killed at any moment, two at a time, and started again: everybody is paid once and the books agree', async () => {
  const lines = await owed(PAYEES)
  let kills = 0
  // The first second goes into starting; the moments of death spread over the work that follows.
  for (const moment of [900, 1130, 1370, 1010, 1490, 1250]) {
    const ends = await Promise.all([payMonths(moment), payMonths(moment + 70)])
    kills += ends.filter(end => end === 'killed').length
  }
  assert.ok(kills > 0, 'somebody was killed')
  assert.equal(await payMonths(60_000), 'done')

  const { rows } = await check(tx =>
    sql<{ run: string; state: string; instructions: number; sent: bigint; sha256: string; month: string }>`
      select r.id as run, r.budget_line as month, f.sha256,
        (select count(*)::int from payments.instruction i where i.run_id = r.id) as instructions,
        (select sum(b.credits - b.debits)::bigint from payments.account a join payments.account_balance b on b.account = a.id
          where a.budget_line = r.budget_line and a.kind = 'provider') as sent
      from payments.run r
        join payments.run_event e on e.run_id = r.id and e.state = 'sent'
        join payments.run_file f on f.run_id = r.id`.execute(tx),
  )
  assert.equal(rows.length, MONTHS)
  for (const { instructions, sent, month, sha256 } of rows) {
    assert.deepEqual({ instructions, sent }, { instructions: PAYEES, sent: 50_000n * BigInt(PAYEES) })
    const file = readFileSync(join(folder, `${month.replace('MONTH-', '')}.xml`))
    assert.equal(createHash('sha256').update(file).digest('hex'), sha256)
  }
  const paid = await check(tx =>
    sql<{ lines: number; attempts: number; faults: number }>`
      select count(*)::int as lines, max(attempt)::int as attempts,
        (select count(*)::int from payments.ledger_fault) as faults from payments.run_line`.execute(tx),
  )
  assert.deepEqual(paid.rows, [{ lines: MONTHS * lines.length, attempts: 1, faults: 0 }])
})
