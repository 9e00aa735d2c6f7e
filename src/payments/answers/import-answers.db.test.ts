import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { type Booked, statement } from '../../../test/bank-statement.ts'
import { testDatabase } from '../../../test/database.ts'
import { codeOf, maker, paymentTests } from '../../../test/payments.ts'
import {
  answerExceptions,
  approveRun,
  closeException,
  endToEndId,
  type ImportedAnswers,
  importAnswers,
  markRunSent,
} from '../index.ts'

const databases = await testDatabase()
const { owner, app, worker } = databases
const { make, check, owed, drafted, fileOf, held } = await paymentTests(databases)

/** A run whose file has left, with every payee at the same provider. */
async function sentRun(count: number) {
  const lines = await owed(count)
  const { request, run } = await drafted(lines, 1_000_000_000n)
  await check(tx => approveRun(tx, request.id))
  await fileOf(request.id)
  await check(tx => markRunSent(tx, request.id))
  const { rows } = await transaction(worker, maker, tx =>
    sql<{ position: number; amount: bigint }>`
      select position, amount from payments.instruction where run_id = ${request.id} and provider = 'tresor' order by position`.execute(
      tx,
    ),
  )
  const payments = rows.map(({ position, amount }) => ({ id: endToEndId(run.reference, position), amount }))
  return { request, run, payments }
}

type Said = { readonly id: string; readonly status?: string; readonly reason?: string }
let messages = 0

function statusReport(said: readonly Said[]): Uint8Array {
  const lines = said.map(
    ({ id, status = 'ACSC', reason }) =>
      `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId><TxSts>${status}</TxSts>${
        reason ? `<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></StsRsnInf>` : ''
      }</TxInfAndSts>`,
  )
  return new TextEncoder().encode(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
    <GrpHdr><MsgId>S${++messages}</MsgId><CreDtTm>2026-12-29T08:00:00Z</CreDtTm></GrpHdr>
    <OrgnlPmtInfAndSts>${lines.join('')}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`)
}

async function take(bytes: Uint8Array, provider = 'tresor'): Promise<ImportedAnswers> {
  const answer = await make(tx => importAnswers(tx, provider, bytes))
  assert.ok(answer.ok, codeOf(answer))
  return answer.value
}

const brief = ({ taken, confirmed, returned, reversed, exceptions }: ImportedAnswers) =>
  `${taken}: ${confirmed} confirmed, ${returned} returned, ${reversed} reversed, ${exceptions} exceptions`

const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(owner, workerActor('test'), work)

async function balanced(): Promise<void> {
  const { rows } = await asOwner(tx => sql`select * from payments.ledger_fault`.execute(tx))
  assert.deepEqual(rows, [])
}

test('answers confirm and return what was sent, and the same file again changes nothing', async () => {
  const { request, payments } = await sentRun(9)
  const [a, b, c] = payments as [Booked, Booked, Booked]
  const file = statusReport([{ id: a.id }, { id: b.id }, { id: c.id, status: 'RJCT', reason: 'AC04' }])
  assert.equal(brief(await take(file)), 'now: 2 confirmed, 1 returned, 0 reversed, 0 exceptions')
  const before = await held(request.budgetLine)
  assert.equal(before.confirmed, a.amount + b.amount)
  assert.equal(brief(await take(file)), 'again: 2 confirmed, 1 returned, 0 reversed, 0 exceptions')
  assert.deepEqual(await held(request.budgetLine), before)
  await balanced()
})

test('a status report, then the statement that books the same: said twice by two kinds of message, paid once', async () => {
  const { request, payments } = await sentRun(3)
  const [a] = payments as [Booked]
  await take(statusReport([a]))
  assert.equal(brief(await take(statement([a]))), 'now: 0 confirmed, 0 returned, 0 reversed, 0 exceptions')
  assert.equal((await held(request.budgetLine)).confirmed, a.amount)
})

test('each class of exception is kept on the work list, and moves no money that is in doubt', async () => {
  const { request, payments } = await sentRun(18)
  const [a, b, c, d, e] = payments as [Booked, Booked, Booked, Booked, Booked]
  const file = statement([
    a,
    a,
    { ...b, amount: b.amount - 100n },
    { ...c, day: '2027-02-01' },
    d,
    { ...d, back: true, day: '2026-12-31' },
    { id: 'NOBODY-KNOWS', amount: 500n },
    { ...e, id: e.id.replace(/.$/, '9').replace(/-0/, '-9') },
  ])
  assert.equal(brief(await take(file)), 'now: 3 confirmed, 0 returned, 1 reversed, 6 exceptions')
  const open = await transaction(worker, maker, tx => answerExceptions(tx))
  const own = open.filter(one => one.provider === 'tresor').slice(-6)
  assert.deepEqual(
    own.map(one => one.class),
    ['duplicate', 'wrong_amount', 'late', 'reversed', 'unknown', 'unknown'],
  )
  assert.deepEqual([own[1]!.amount, own[1]!.asked], [b.amount - 100n, b.amount])
  assert.equal((await held(request.budgetLine)).confirmed, a.amount + c.amount)
  assert.equal(brief(await take(statement([a]))), 'now: 0 confirmed, 0 returned, 0 reversed, 1 exceptions')
  await balanced()
})

test('an exception is closed by a person, for a reason, once', async () => {
  const unknown = { id: `X${newId().slice(0, 8)}`, amount: 700n }
  await take(statement([unknown]))
  const [open] = (await transaction(worker, maker, tx => answerExceptions(tx))).filter(
    one => one.endToEndId === unknown.id,
  )
  const asked = { file: open!.file, line: open!.line, reason: 'Returned to the bank on 3 January' }
  const program = await transaction(worker, workerActor('night'), tx => closeException(tx, asked))
  assert.equal(codeOf(program), 'closer_not_staff')
  assert.equal(codeOf(await make(tx => closeException(tx, { ...asked, reason: ' ' }))), 'reason_missing')
  assert.equal(codeOf(await make(tx => closeException(tx, { ...asked, line: 99 }))), 'exception_unknown')
  assert.ok((await make(tx => closeException(tx, asked))).ok)
  assert.equal(codeOf(await make(tx => closeException(tx, asked))), 'closed_already')
  const still = await transaction(worker, maker, tx => answerExceptions(tx))
  assert.ok(still.every(one => one.endToEndId !== unknown.id))
  await assert.rejects(
    () =>
      transaction(worker, workerActor('night'), tx =>
        sql`insert into payments.exception_closing (file_id, line, reason) values (${open!.file}, ${open!.line}, 'x')`.execute(
          tx,
        ),
      ),
    /exception_closing/,
  )
  await assert.rejects(() => asOwner(tx => sql`delete from payments.answer_line`.execute(tx)), /answer_line/)
})

test('a payment refused, then said to be paid: nobody decides but a person; older news than the return changes nothing', async () => {
  const { request, payments } = await sentRun(6)
  const [a, b] = payments as [Booked, Booked]
  await take(
    statement([
      { ...a, back: true },
      { ...b, back: true, day: '2027-01-02' },
    ]),
  )
  assert.equal(
    brief(await take(statement([{ ...a, day: '2026-12-30' }]))),
    'now: 0 confirmed, 0 returned, 0 reversed, 1 exceptions',
  )
  assert.equal(
    brief(await take(statement([{ ...b, day: '2026-12-29' }]))),
    'now: 0 confirmed, 0 returned, 0 reversed, 0 exceptions',
  )
  assert.equal((await held(request.budgetLine)).confirmed, 0n)
  await balanced()
})

test('a whole batch refused returns all that the provider held', async () => {
  const { request, run, payments } = await sentRun(9)
  const bytes =
    new TextEncoder().encode(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>
    <GrpHdr><MsgId>B1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>${run.reference}</OrgnlMsgId></OrgnlGrpInfAndSts>
    <OrgnlPmtInfAndSts><OrgnlPmtInfId>${run.reference}-tresor</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`)
  assert.equal(brief(await take(bytes)), `now: 0 confirmed, ${payments.length} returned, 0 reversed, 0 exceptions`)
  assert.equal((await held(request.budgetLine)).confirmed, 0n)
  await balanced()
})

test('answers of a run that has not left, of a provider that nobody knows, and what is no answer are refused whole', async () => {
  const { request, run } = await drafted(await owed(3), 1_000_000n)
  await check(tx => approveRun(tx, request.id))
  const early = statusReport([{ id: endToEndId(run.reference, 1) }])
  const refused = await make(tx => importAnswers(tx, 'tresor', early))
  assert.deepEqual(refused, { ok: false, refusal: { code: 'runs_not_sent', references: [run.reference] } })
  assert.equal(codeOf(await make(tx => importAnswers(tx, 'nobody', statusReport([])))), 'provider_unknown')
  assert.equal(codeOf(await make(tx => importAnswers(tx, 'tresor', new TextEncoder().encode('<a/>')))), 'not_an_answer')
})

test('the same answers by two at once, and another in any order, move each payment once', async () => {
  const { request, payments } = await sentRun(12)
  const [a, b, c, d] = payments as [Booked, Booked, Booked, Booked]
  const files = [
    statusReport([a, b]),
    statement([a, b, c]),
    statement([{ ...c, back: true, day: '2026-12-30' }, d]),
    statusReport([d, { id: c.id, status: 'ACSP' }]),
  ]
  await Promise.all([...files, ...files].map(bytes => take(bytes)))
  const { confirmed } = await held(request.budgetLine)
  const { rows } = await asOwner(tx =>
    sql`select position from payments.instruction_outcome where run_id = ${request.id} group by position`.execute(tx),
  )
  // C came back: confirmed first and reversed, or returned at once, as the files happened to come.
  assert.equal(confirmed, a.amount + b.amount + d.amount)
  assert.equal(rows.length, 4)
  await balanced()
})

test('the application itself reaches none of it', async () => {
  await assert.rejects(() => transaction(app, maker, tx => answerExceptions(tx)), /permission denied/)
})
