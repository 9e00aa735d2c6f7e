import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { codeOf, day, paymentTests, requestFor, staff } from '../../../test/payments.ts'
import {
  approveRun,
  assignPayees,
  bookCashPayments,
  type CashPaymentId,
  type CashWindowId,
  cashDue,
  cashPayees,
  choosePoint,
  closeCashWindow,
  importAnswers,
  listCashWindows,
  listPoints,
  markRunSent,
  openCashWindow,
  payAtPoint,
  payeeAccountsOf,
  payeeOfPayment,
  pointsOfPayees,
  prepareRun,
  type RunId,
  readPoints,
  recordPayeeAccounts,
  recordPoints,
} from '../index.ts'

const databases = await testDatabase()
const { owner, app, worker } = databases
const { make, check, owed, openLine, drafted, fileOf, payBy, held } = await paymentTests(databases)
await payBy('counter')
const agent = staff('agent', '')
const pay = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(app, agent, work)
const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(owner, workerActor('test'), work)
const night = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('night'), work)

const list = `code,name,territory,opening,agents,per_day,longitude,latitude,closed
EST,Poste Est,08,lun-ven 9h-16h,2,50,-5.5,32.5,
SUD,Poste Sud,07.351,lun-ven 9h-16h,2,50,-8.0,31.6,
LOIN,Poste Loin,01,lun-ven 9h-16h,2,50,,,`
const read = readPoints(list, code => code)
assert.ok(read.ok)
assert.ok((await make(tx => recordPoints(tx, 'points', read.value.points))).ok)
const points = await check(tx => listPoints(tx))
const at = (code: string) => points.find(point => point.code === code)!.id

const [first, last, after] = ['2026-12-28', '2027-01-10', '2027-01-11'] as DateText[]
const open = (run: RunId, id = newId<'cash-window'>()) =>
  make(tx => openCashWindow(tx, { id, run, provider: 'points', opensOn: first!, closesOn: last! }))

/** A run that has left, of payees who all collect cash, with its window. */
async function collected(count: number, wide = true) {
  const lines = await owed(count)
  await make(tx =>
    recordPayeeAccounts(
      tx,
      lines.map(({ payeeId, territory }) => ({
        id: newId(),
        payeeId,
        territory,
        kind: 'cash',
        provider: 'points',
        number: '',
        validFrom: '2026-02-01' as DateText,
      })),
    ),
  )
  const { request, run } = await drafted(lines, 1_000_000_000n)
  await check(tx => approveRun(tx, request.id))
  await fileOf(request.id)
  await check(tx => markRunSent(tx, request.id))
  const window = newId<'cash-window'>()
  if (wide) assert.equal(codeOf(await open(request.id, window)), 'ok')
  const { rows } = await asOwner(tx =>
    sql<{ position: number; payee: string; amount: bigint; entitlement: string }>`
      select i.position, i.payee_id as payee, i.amount, l.entitlement_id as entitlement
      from payments.instruction i join payments.run_line l on l.run_id = i.run_id and l.position = i.position
      where i.run_id = ${request.id} order by 1`.execute(tx),
  )
  return { lines, request, run, window, payments: rows }
}

const press = (run: RunId, position: number, more: { id?: CashPaymentId; point?: string; today?: DateText } = {}) =>
  pay(tx =>
    payAtPoint(tx, {
      id: more.id ?? newId<'cash-payment'>(),
      point: more.point ?? at('EST'),
      run,
      position,
      today: more.today ?? first!,
      proof: 'national_id',
    }),
  )

async function balanced(): Promise<void> {
  const { rows } = await asOwner(tx =>
    sql`select account from payments.ledger_fault
      union all select 0 from payments.account a join payments.account_balance b on b.account = a.id
        group by a.budget_line having sum(b.debits) <> sum(b.credits)`.execute(tx),
  )
  assert.deepEqual(rows, [])
}

test('the same list of points again changes nothing, another hour is recorded beside the former, and a network that is none is refused', async () => {
  const again = await make(tx => recordPoints(tx, 'points', read.value.points))
  assert.deepEqual(again, { ok: true, value: { fresh: 0, changed: 0, same: 3 } })
  const later = read.value.points.map(point => (point.code === 'LOIN' ? { ...point, opening: 'lun 9h-12h' } : point))
  assert.deepEqual(await make(tx => recordPoints(tx, 'points', later)), {
    ok: true,
    value: { fresh: 0, changed: 1, same: 2 },
  })
  assert.equal(codeOf(await make(tx => recordPoints(tx, 'tresor', []))), 'provider_not_cash')
  assert.equal(codeOf(await make(tx => recordPoints(tx, 'nobody', []))), 'provider_unknown')
})

test('a window waits for a run that pays cash, and is announced once', async () => {
  const { request } = await drafted(await owed(6), 1_000_000_000n)
  assert.equal(codeOf(await open(request.id)), 'run_not_in_state')
  assert.equal(codeOf(await open(newId())), 'run_unknown')
  const { request: sent } = await collected(3)
  assert.deepEqual(await open(sent.id), { ok: true, value: 'already' })
  const terms = { id: newId<'cash-window'>(), run: sent.id, provider: 'points', opensOn: first!, closesOn: last! }
  const refused = async (more: Partial<typeof terms>) =>
    codeOf(await make(tx => openCashWindow(tx, { ...terms, ...more })))
  assert.equal(await refused({ closesOn: after! }), 'window_exists')
  assert.equal(await refused({ provider: 'tresor' }), 'nothing_in_cash')
  assert.equal(await refused({ closesOn: '2026-12-01' as DateText }), 'days_reversed')
  assert.equal(await refused({ closesOn: '2027-12-01' as DateText }), 'window_too_long')
})

test('payees go to the nearest point with room, keep what they chose, and move where a point closes', async () => {
  const { payments } = await collected(9)
  const payees = payments.map(one => one.payee)
  const request = { provider: 'points', day, days: 10, again: false, regions: new Map() }
  const assigned = await night(tx => assignPayees(tx, request))
  assert.ok(assigned.ok && assigned.value.left === 0)
  const where = async () =>
    new Map((await check(tx => pointsOfPayees(tx, payees))).map(one => [one.payee, `${one.point} ${one.how}`]))
  const before = await where()
  assert.equal(before.size, 9)
  assert.deepEqual(new Set(before.values()), new Set([`${at('EST')} nearest`, `${at('SUD')} nearest`]))
  assert.ok(await check(tx => choosePoint(tx, { payee: payees[0]!, territory: '08.', point: at('LOIN') })))
  assert.deepEqual(await check(tx => choosePoint(tx, { payee: payees[0]!, territory: '08.', point: at('LOIN') })), {
    ok: true,
    value: 'already',
  })
  assert.equal(
    codeOf(await check(tx => choosePoint(tx, { payee: payees[0]!, territory: '08.', point: newId() }))),
    'point_unknown',
  )
  const again = await night(tx => assignPayees(tx, { ...request, again: true }))
  assert.ok(again.ok && again.value.changed === 0)
  assert.equal((await where()).get(payees[0]!), `${at('LOIN')} chosen`)
  const closing = read.value.points.map(point => (point.code === 'LOIN' ? { ...point, closed: true } : point))
  await make(tx => recordPoints(tx, 'points', closing))
  const moved = await night(tx => assignPayees(tx, request))
  assert.ok(moved.ok && moved.value.changed === 1)
  assert.notEqual((await where()).get(payees[0]!), `${at('LOIN')} chosen`)
  assert.equal(
    codeOf(await check(tx => choosePoint(tx, { payee: payees[0]!, territory: '08.', point: at('LOIN') }))),
    'point_closed',
  )
})

test('cash is handed over once: the same press again, another press, another point', async () => {
  const { request, run, payments, window } = await collected(3)
  const [a, b] = payments
  const id = newId<'cash-payment'>()
  const due = await pay(tx => cashDue(tx, at('EST'), [a!.payee], first!))
  assert.deepEqual([due.length, due[0]!.fault, due[0]!.amount], [1, null, a!.amount])
  assert.equal(await pay(tx => payeeOfPayment(tx, `${run.reference}-${a!.position}`)), a!.payee)
  assert.deepEqual(await press(request.id, a!.position, { id }), { ok: true, value: 'paid' })
  assert.deepEqual(await press(request.id, a!.position, { id }), { ok: true, value: 'already' })
  const other = await press(request.id, a!.position, { point: at('SUD') })
  assert.ok(!other.ok && other.refusal.code === 'paid_already' && other.refusal.payment === id)
  assert.equal((await pay(tx => cashDue(tx, at('SUD'), [a!.payee], first!)))[0]!.paid?.point, 'Poste Est')
  const refused = async (more: Parameters<typeof press>[2]) => codeOf(await press(request.id, b!.position, more))
  assert.equal(await refused({ today: '2026-12-27' as DateText }), 'window_not_open')
  assert.equal(await refused({ today: after! }), 'window_closed')
  assert.equal(await refused({ point: at('LOIN') }), 'point_closed')
  assert.equal(await refused({ point: newId() }), 'point_of_another_network')
  assert.equal(codeOf(await press(request.id, 999)), 'not_the_instruction')
  assert.equal(
    codeOf(
      await pay(tx =>
        payAtPoint(tx, {
          id: newId(),
          point: at('EST'),
          run: request.id,
          position: b!.position,
          today: first!,
          proof: null,
        }),
      ),
    ),
    'proof_missing',
  )
  assert.equal(await night(tx => bookCashPayments(tx, window)), 1)
  assert.equal(await night(tx => bookCashPayments(tx, window)), 0)
  assert.equal((await held(request.budgetLine)).confirmed, a!.amount)
  await balanced()
})

test('an agent of another territory neither sees nor pays', async () => {
  const { request, payments } = await collected(1)
  const far = staff('far', '01')
  const seen = await transaction(app, far, tx => cashDue(tx, at('EST'), [payments[0]!.payee], first!))
  assert.deepEqual(seen, [])
  const asked = {
    id: newId<'cash-payment'>(),
    point: at('EST'),
    run: request.id,
    position: 1,
    today: first!,
    proof: 'passport' as const,
  }
  assert.equal(codeOf(await transaction(app, far, tx => payAtPoint(tx, asked))), 'not_the_instruction')
})

test('closing confirms what was handed over, brings the rest back to the budget line, and another run pays it again', async () => {
  const { request, window, payments, lines } = await collected(5)
  const total = payments.reduce((sum, one) => sum + one.amount, 0n)
  await press(request.id, 1)
  await press(request.id, 2)
  assert.deepEqual((await night(tx => cashPayees(tx, window))).length, 3)
  const early = await night(tx => closeCashWindow(tx, window, last!))
  assert.equal(codeOf(early), 'window_still_open')
  const closed = await night(tx => closeCashWindow(tx, window, after!))
  const paid = payments[0]!.amount + payments[1]!.amount
  assert.deepEqual(closed, { ok: true, value: { paid: 2, unclaimed: 3, unclaimedAmount: total - paid } })
  assert.deepEqual(await night(tx => closeCashWindow(tx, window, after!)), { ok: true, value: 'already' })
  assert.equal(codeOf(await press(request.id, 3)), 'window_closed')
  const state = await held(request.budgetLine)
  assert.deepEqual([state.confirmed, state.committed, state.returned], [paid, paid, 0n])
  const [view] = await check(tx => listCashWindows(tx, after!, { most: 5, run: request.id }))
  assert.deepEqual([view!.state, view!.paid, view!.unclaimed], ['closed', 2, 3])
  const again = { ...requestFor(request.budgetLine), id: newId<'payment-run'>(), period: '2027-01' }
  const second = await make(tx => prepareRun(tx, again, { lines }))
  assert.ok(second.ok, codeOf(second))
  assert.deepEqual([second.value.again, second.value.run.totals.amount], [3, total - paid])
  assert.equal(codeOf(await check(tx => approveRun(tx, again.id))), 'ok')
  await balanced()
})

test('an answer that says that cash came back moves nothing and waits for a person', async () => {
  const { request, run, window, payments } = await collected(2)
  await press(request.id, 1)
  const report = (status: string) =>
    new TextEncoder().encode(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
    <GrpHdr><MsgId>P${newId()}</MsgId><CreDtTm>2026-12-29T08:00:00Z</CreDtTm></GrpHdr><OrgnlPmtInfAndSts><TxInfAndSts>
    <OrgnlEndToEndId>${run.reference}-00000001</OrgnlEndToEndId><TxSts>${status}</TxSts></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`)
  const taken = await make(tx => importAnswers(tx, 'points', report('RJCT')))
  assert.ok(taken.ok && taken.value.returned === 0 && taken.value.exceptions === 1)
  // The network was ordered nothing: what it says of being paid is for a person too.
  const paid = await make(tx => importAnswers(tx, 'points', report('ACSC')))
  assert.ok(paid.ok && paid.value.confirmed === 0 && paid.value.exceptions === 1)
  assert.equal(await night(tx => bookCashPayments(tx, window)), 1)
  assert.equal((await held(request.budgetLine)).confirmed, payments[0]!.amount)
  await balanced()
})

test('tables hold what the functions promise, whoever writes', async () => {
  const { request, payments } = await collected(2)
  const insert = (change: { amount?: bigint; on?: string }) =>
    pay(tx =>
      sql`insert into payments.cash_payment (run_id, position, id, point, payee_id, territory, amount, paid_on, proof)
        select run_id, position, ${newId()}, ${at('EST')}, payee_id, territory, ${change.amount ?? payments[0]!.amount},
          ${change.on ?? first!}, 'other' from payments.instruction where run_id = ${request.id} and position = 1`.execute(
        tx,
      ),
    )
  await assert.rejects(insert({ amount: 1n }), /not_the_instruction/)
  await assert.rejects(insert({ on: after! }), /window_closed/)
  await insert({})
  await assert.rejects(insert({}), /paid_already/)
  await assert.rejects(
    asOwner(tx => sql`delete from payments.cash_payment`.execute(tx)),
    /cash_payment/,
  )
  await assert.rejects(
    night(tx =>
      sql`insert into payments.cash_restore (window_id, purpose, transfer)
      select w.id, 'x', t.id from payments.cash_window w, payments.transfer t where t.kind = 'give' limit 1`.execute(
        tx,
      ),
    ),
    /cash_restore|closes it/,
  )
})

/** Random histories: presses at two points, some twice, books, a closing, all at once in an order that the database chooses. */
test('whatever is pressed, wherever, at once with the closing of the window: everything is paid once or came back, and the books balance', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          {
            weight: 6,
            arbitrary: fc.record({ position: fc.integer({ min: 1, max: 4 }), point: fc.constantFrom('EST', 'SUD') }),
          },
          { weight: 1, arbitrary: fc.constant('book' as const) },
        ),
        { minLength: 1, maxLength: 9 },
      ),
      fc.integer({ min: 0, max: 9 }),
      async (steps, closeAt) => {
        const { request, window, payments } = await collected(4)
        const ids = steps.map(() => newId<'cash-payment'>())
        const works: (() => Promise<unknown>)[] = steps.map(
          (step, index) => () =>
            step === 'book'
              ? night(tx => bookCashPayments(tx, window))
              : press(request.id, step.position, { id: ids[index]!, point: at(step.point) }),
        )
        works.splice(Math.min(closeAt, works.length), 0, () => night(tx => closeCashWindow(tx, window, after!)))
        await Promise.all(works.map(work => work()))
        const { rows } = await asOwner(tx =>
          sql<{ position: number; paid: boolean; kinds: string[] }>`
            select i.position, exists (select from payments.cash_payment c where c.run_id = i.run_id and c.position = i.position) as paid,
              array(select kind from payments.instruction_outcome o where o.run_id = i.run_id and o.position = i.position) as kinds
            from payments.instruction i where i.run_id = ${request.id} order by 1`.execute(tx),
        )
        for (const row of rows) assert.deepEqual(row.kinds, [row.paid ? 'confirm' : 'return'], JSON.stringify(row))
        const paid = rows.filter(row => row.paid).reduce((sum, row) => sum + payments[row.position - 1]!.amount, 0n)
        const state = await held(request.budgetLine)
        assert.deepEqual([state.confirmed, state.committed, state.returned], [paid, paid, 0n])
        await balanced()
      },
    ),
    { numRuns: 12 },
  )
})

test('accounts of kind cash stand in the history of payees', async () => {
  const { payments } = await collected(1)
  const accounts = await make(tx => payeeAccountsOf(tx, [payments[0]!.payee], day))
  assert.ok(accounts.some(account => account.kind === 'cash' && account.inForce))
  assert.ok((await openLine(1n)).length > 0)
  assert.ok((payments[0]!.payee as CashWindowId).length > 0)
})
