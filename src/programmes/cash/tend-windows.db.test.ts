import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import { approveRun, markRunSent, openCashWindow, payAtPoint, readPoints, recordPoints } from '#payments'
import { testDatabase } from '../../../test/database.ts'
import { paymentTests, staff } from '../../../test/payments.ts'
import { tendWindows } from './tend-windows.ts'

const databases = await testDatabase()
const { make, check, owed, drafted, fileOf, payBy, held } = await paymentTests(databases)
await payBy('counter')
const country = openCountry('ma')

test('payees are told before a window opens and before it closes, once; what is handed over is booked; what is over is closed', async () => {
  const lines = await owed(9)
  const { request } = await drafted(lines, 1_000_000_000n)
  await check(tx => approveRun(tx, request.id))
  await fileOf(request.id)
  await check(tx => markRunSent(tx, request.id))
  const list = readPoints('code,name,territory,opening,agents,per_day\nP1,Poste,08,,1,50', code => code)
  assert.ok(list.ok)
  await make(tx => recordPoints(tx, 'points', list.value.points))
  const window = newId<'cash-window'>()
  const [opensOn, closesOn] = ['2026-12-10', '2026-12-20'] as DateText[]
  const asked = { id: window, run: request.id, provider: 'points', opensOn: opensOn!, closesOn: closesOn! }
  assert.ok((await make(tx => openCashWindow(tx, asked))).ok)
  const tend = (day: string) => tendWindows(databases.worker, country, day as DateText)

  assert.deepEqual(await tend('2026-12-06'), { told: 0, booked: 0, closed: 0 })
  assert.deepEqual(await tend('2026-12-07'), { told: 3, booked: 0, closed: 0 })
  assert.deepEqual(await tend('2026-12-08'), { told: 0, booked: 0, closed: 0 })
  const { rows } = await transaction(databases.owner, workerActor('test'), tx =>
    sql<{ position: number; point: string }>`
      select i.position, p.id as point from payments.instruction i, payments.point p
      where i.run_id = ${request.id} and i.provider = 'points' order by 1`.execute(tx),
  )
  const paid = await transaction(databases.app, staff('agent', ''), tx =>
    payAtPoint(tx, {
      id: newId(),
      run: request.id,
      position: rows[0]!.position,
      point: rows[0]!.point,
      today: '2026-12-11' as DateText,
      proof: 'national_id',
    }),
  )
  assert.ok(paid.ok)
  assert.deepEqual(await tend('2026-12-11'), { told: 0, booked: 1, closed: 0 })
  assert.ok((await held(request.budgetLine)).confirmed > 0n)
  assert.deepEqual(await tend('2026-12-18'), { told: 2, booked: 0, closed: 0 })
  assert.deepEqual(await tend('2026-12-21'), { told: 0, booked: 0, closed: 1 })
  assert.deepEqual(await tend('2026-12-22'), { told: 0, booked: 0, closed: 0 })
  const { rows: messages } = await transaction(databases.owner, workerActor('test'), tx =>
    sql<{ kind: string; n: number }>`
      select kind, count(*)::int as n from messaging.message group by 1 order by 1`.execute(tx),
  )
  assert.deepEqual(messages, [
    { kind: 'cash_closes', n: 2 },
    { kind: 'cash_opens', n: 3 },
  ])
})
