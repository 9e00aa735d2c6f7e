import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sql } from 'kysely'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { type StaffActor, transaction, workerActor } from '#db'
import { moneyText, newId } from '#kernel'
import { declareConflict, findStaffAccess, registerStaff } from '#security'
import { testDatabase } from '../../test/database.ts'
import { checker, codeOf, paymentTests, staff } from '../../test/payments.ts'
import { shared, sharedMissing } from '../../test/shared.ts'
import { approveRun, cancelRun, markRunSent } from './index.ts'

const databases = await testDatabase()
const { owner, app, worker } = databases
const { make, check, owed, drafted, fileOf, held } = await paymentTests(databases)

test('a run goes from draft to sent, and file, entitlements and ledger say the same sum', {
  skip: sharedMissing,
}, async () => {
  const lines = await owed(7)
  const total = lines.reduce((sum, line) => sum + line.amount, 0n)
  const { request, run } = await drafted(lines, total)
  assert.equal(run.totals.amount, total)
  assert.equal(run.totals.instructions, 7)
  assert.deepEqual(await check(tx => approveRun(tx, request.id)), { ok: true, value: 'take' })
  const { answer, text } = await fileOf(request.id)
  assert.ok(answer.ok)
  assert.equal(answer.value.sha256, createHash('sha256').update(text).digest('hex'))
  assert.match(
    text,
    new RegExp(`<NbOfTxs>7</NbOfTxs><CtrlSum>${moneyText({ minor: total, currency: 'MAD' })}</CtrlSum><InitgPty>`),
  )
  assert.equal(text.match(/<PmtInf>/g)?.length, 3)
  assert.deepEqual(await check(tx => markRunSent(tx, request.id)), { ok: true, value: 'take' })
  const { budget, committed, sent, confirmed } = await held(request.budgetLine)
  assert.deepEqual([budget, committed, sent, confirmed], [total, total, total, 0n])
  const schema = XmlDocument.fromBuffer(readFileSync(shared('standards/iso20022/xsd/pain.001.001.03.xsd')))
  const document = XmlDocument.fromString(text)
  XsdValidator.fromDoc(schema).validate(document)
  document.dispose()
  schema.dispose()
})

test('the file of a run is the same bytes whenever it is written again', async () => {
  const { request } = await drafted(await owed(4), 1_000_000n)
  await check(tx => approveRun(tx, request.id))
  const first = await fileOf(request.id, '12', '2026-12-20T08:00:00Z')
  const again = await fileOf(request.id, '03', '2027-01-01T00:00:00Z')
  assert.match(first.text, /pain\.001\.001\.12/)
  assert.deepEqual(again, first)
})

test('the maker is not the checker, a program approves nothing, and the line must cover', async () => {
  const { request } = await drafted(await owed(1), 49_999n)
  assert.equal(codeOf(await make(tx => approveRun(tx, request.id))), 'maker_is_checker')
  assert.equal(
    codeOf(await transaction(worker, workerActor('night'), tx => approveRun(tx, request.id))),
    'checker_not_staff',
  )
  assert.deepEqual(await check(tx => approveRun(tx, request.id)), {
    ok: false,
    refusal: {
      code: 'budget_exceeded',
      budgetLine: request.budgetLine,
      currency: 'MAD',
      available: 49_999n,
      asked: 50_000n,
      missing: 1n,
    },
  })
  assert.equal(codeOf(await check(tx => approveRun(tx, newId()))), 'run_unknown')
})

test('a step taken twice is taken once; steps out of order are refused', async () => {
  const { request } = await drafted(await owed(2), 1_000_000n)
  assert.equal(codeOf((await fileOf(request.id)).answer), 'run_not_in_state')
  assert.equal(codeOf(await check(tx => markRunSent(tx, request.id))), 'run_not_in_state')
  const answers = await Promise.all(Array.from({ length: 4 }, () => check(tx => approveRun(tx, request.id))))
  assert.deepEqual(answers.map(answer => answer.ok && answer.value).sort(), ['already', 'already', 'already', 'take'])
  assert.equal(codeOf(await transaction(app, staff('third', ''), tx => approveRun(tx, request.id))), 'run_not_in_state')
  await fileOf(request.id)
  assert.equal(codeOf(await check(tx => cancelRun(tx, request.id, 'too late'))), 'run_not_in_state')
  await check(tx => markRunSent(tx, request.id))
  assert.deepEqual(await check(tx => markRunSent(tx, request.id)), { ok: true, value: 'already' })
  assert.equal((await held(request.budgetLine)).sent, 100_001n)
})

test('a cancelled run gives its money back, and its entitlements may be paid by another', async () => {
  const lines = await owed(2)
  const { request, run } = await drafted(lines, 200_000n)
  await check(tx => approveRun(tx, request.id))
  await check(tx => cancelRun(tx, request.id, 'wrong month'))
  const { budget, committed } = await held(request.budgetLine)
  assert.deepEqual([budget, committed], [200_000n, 0n])
  const next = await drafted(lines, 200_000n)
  assert.equal(next.run.totals.amount, run.totals.amount)
  const attempts = await check(tx =>
    sql<{
      attempt: number
    }>`select attempt from payments.run_line where entitlement_id = ${lines[0]!.entitlementId} order by 1`.execute(tx),
  )
  assert.deepEqual(attempts.rows, [{ attempt: 1 }, { attempt: 2 }])
})

test('a staff member of one territory approves the whole run, not the part in sight', async () => {
  const { request, run } = await drafted(await owed(6), 1_000_000n)
  assert.deepEqual(await transaction(app, staff('seven', '07'), tx => approveRun(tx, request.id)), {
    ok: true,
    value: 'take',
  })
  assert.equal((await held(request.budgetLine)).committed, run.totals.amount)
})

test('every step leaves its line in the audit, by its actor, and its news for those above', async () => {
  const { request } = await drafted(await owed(1), 1_000_000n)
  await check(tx => approveRun(tx, request.id))
  await fileOf(request.id)
  await check(tx => markRunSent(tx, request.id))
  await check(tx => markRunSent(tx, request.id))
  const audit = await check(tx =>
    sql<{ act: string }>`select action || ' by ' || actor as act from security.audit_record
      where subject_id = ${request.id} order by position`.execute(tx),
  )
  assert.deepEqual(
    audit.rows.map(row => row.act),
    [
      'payment_run.draft by staff:maker',
      'payment_run.approve by staff:checker',
      'payment_run.make_file by staff:maker',
      'payment_run.send by staff:checker',
    ],
  )
  const news = await transaction(owner, workerActor('test'), tx =>
    sql<{ type: string; amount: string }>`select type, payload->>'amount' as amount from db.event
      where key = ${request.id} order by id`.execute(tx),
  )
  assert.deepEqual(
    news.rows.map(row => row.type),
    ['payment_run_drafted', 'payment_run_approved', 'payment_run_file_made', 'payment_run_sent'],
  )
  assert.ok(news.rows.every(row => row.amount === '500.00'))
})

test('who is close to a payee does not approve the run, in the program nor past it; a colleague does', async () => {
  const lines = await owed(3)
  const { request, run } = await drafted(lines, 1_000_000n)
  const id = newId<'staff'>()
  const payee = lines[1]!.payeeId
  await transaction(worker, workerActor('test'), async tx => {
    await registerStaff(tx, { id, name: 'Close' })
    const conflict = { relation: 'sibling', household: newId(), person: null, files: [payee], territory: '' } as const
    assert.ok((await declareConflict(tx, 'operator', { id: newId(), staff: id, ...conflict })).ok)
  })
  const access = await findStaffAccess(app, id)
  assert.ok(access)
  assert.deepEqual(access.closed, [payee])
  const close = { ...checker, staffId: id, closed: access.closed } as StaffActor
  assert.deepEqual(await transaction(app, close, tx => approveRun(tx, request.id)), {
    ok: false,
    refusal: { code: 'checker_is_close', payees: 1 },
  })
  await assert.rejects(
    transaction(app, { ...close, closed: [] }, tx => approveRun(tx, run.id)),
    /the checker is close to somebody who is paid/,
  )
  assert.deepEqual(await check(tx => approveRun(tx, request.id)), { ok: true, value: 'take' })
})
