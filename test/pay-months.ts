// A process that pays months until it is killed: `pay-months.ts OWNER_URL FOLDER MONTHS`. Started again it finds what it did
// by the ids it would choose again, and goes on. Two of them may run at once.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { databasesOf, roleUrls, transaction } from '#db'
import { type DateText, type Id, parseId } from '#kernel'
import { approveRun, markRunSent, openBudgetLine, prepareRun } from '#payments'
import { writePaymentFile } from '../src/cli/payment-file.ts'
import { keepTestKeys } from './database.ts'
import { checker, maker, requestFor } from './payments.ts'

const [url = '', folder = '', months = '0'] = process.argv.slice(2)
const { app, worker, close } = databasesOf(roleUrls(url), undefined, async () => {})
keepTestKeys({ app, worker })

function idOf<Kind extends string>(kind: number, number: number): Id<Kind> {
  return parseId<Kind>(`0199c0de-000${kind}-7000-8000-${number.toString(16).padStart(12, '0')}`)!
}

for (let month = 0; month < Number(months); month++) {
  const budgetLine = `MONTH-${month}`
  const line = { code: budgetLine, funder: 'State', label: 'Grant', currency: 'MAD' } as const
  await transaction(app, maker, tx => openBudgetLine(tx, line, { id: idOf(1, month), amount: 10_000_000n }))
  const run = idOf<'payment-run'>(2, month)
  // Each month owes every payee something new; the ids are the same however often this is asked.
  const select = sql`
    select md5(payee_id || ${String(month)})::uuid as entitlement_id, payee_id, 'Fatima' as payee_name, territory,
      'x/grant' as purpose, ${`2026-${month}`} as period, 50000::bigint as amount from payments.payee_account`
  await transaction(worker, maker, tx => prepareRun(tx, requestFor(budgetLine, { id: run }), { select }))
  await transaction(app, checker, tx => approveRun(tx, run))
  const path = join(folder, `${month}.xml`)
  const executionDate = '2026-12-28' as DateText
  const request = { run, version: '03', createdAt: '2026-12-20T08:00:00Z', executionDate, ports: new Map() } as const
  if (!existsSync(path)) await writePaymentFile(worker, maker, request, path)
  await transaction(app, checker, tx => markRunSent(tx, run))
}
await close()
