// Files of answers given on a page and left to the workers: what each comes to, and what is left of its bytes.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { eraseWaiting, keepWaiting, newSeal, waitingBytes } from '#security'
import { testDatabase } from '../../../test/database.ts'
import { givenAnswersTests, report } from '../../../test/given-answers.ts'
import { codeOf, maker } from '../../../test/payments.ts'
import {
  type GivenAnswersId,
  lookAtAnswers,
  readProviderSettings,
  resumeGivenAnswers,
  withdrawGivenAnswers,
} from '../index.ts'
import { readAnswerPieces } from '../iso20022/answers.ts'
import { GIVEN_PIECES } from './given-answers.sql.ts'

const databases = await testDatabase()
const { owner, worker } = databases
const { make, staff, sentRun, give, run, find, ended, standing } = await givenAnswersTests(databases)
const nadia = await staff('Nadia', 'payment_preparer')
const zineb = await staff('Zineb', 'desk_agent')

async function given(text: string, by = nadia): Promise<GivenAnswersId> {
  const answer = await give(text, by)
  assert.ok(answer.ok, codeOf(answer))
  return answer.value
}

const asked = (id: GivenAnswersId) =>
  transaction(owner, maker, async tx => {
    const { rows } = await sql<{ jobs: number }>`
      select count(*)::int as jobs from db.event where type = 'job.take_answers' and payload ->> 'given' = ${id}`.execute(
      tx,
    )
    return rows[0]!.jobs
  })

test('a file is left to the workers with who gave it, and what it brought stands with its end', async () => {
  const { payments } = await sentRun(12)
  const [back, ...paid] = payments
  const text = report([{ id: back!.id, status: 'RJCT' }, ...paid, { id: 'UNKNOWN-1' }])
  const id = await given(text)
  const waiting = await find(id)
  assert.deepEqual(
    [waiting?.givenBy, waiting?.name, waiting?.size, waiting?.stage, waiting?.endedAt, await asked(id)],
    ['Nadia', 'answers.xml', Buffer.byteLength(text), null, null, 1],
  )
  await run(id)
  const done = await ended(id)
  assert.deepEqual(done.figures, {
    ...{ lines: payments.length + 1, confirmed: paid.length, returned: 1, reversed: 0, exceptions: 1 },
  })
  assert.deepEqual([done.taken, done.lines, done.bytesRead], ['now', payments.length + 1, done.size])
  assert.equal((await standing()).pieces, 0)
})

const MANY = Array.from({ length: 5_000 }, (_, index) => ({ id: `X-${index}` }))
const REFUSED: readonly [name: string, text: (id: string) => string, refusal: object][] = [
  ['damaged after five thousand lines', id => report([{ id }, ...MANY], '<a></b>'), { code: 'malformed', line: 5_003 }],
  [
    'with an amount that is none',
    id =>
      report(
        [{ id }, ...MANY],
        '<TxInfAndSts><OrgnlEndToEndId>N</OrgnlEndToEndId><OrgnlTxRef><Amt><InstdAmt Ccy="MAD">much</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>',
      ),
    { code: 'amount_unreadable', text: 'much', currency: 'MAD', endToEndId: 'N' },
  ],
]
for (const [name, text, refusal] of REFUSED) {
  test(`a file ${name} is refused with its place, and nothing of it is taken or kept`, async () => {
    const { payments } = await sentRun(3)
    const before = await standing()
    const id = await given(text(payments[0]!.id))
    await run(id)
    const done = await ended(id)
    const { message: _message, ...told } = { message: '', ...done.refusal }
    assert.deepEqual([told, done.taken, done.figures], [refusal, null, null])
    assert.deepEqual(await standing(), before)
    // The right one is taken after it, and the same wrong one may be given again.
    const right = await given(report([payments[0]!]))
    await run(right)
    assert.equal((await ended(right)).figures?.confirmed, 1)
    assert.notEqual(await given(text(payments[0]!.id)), id)
  })
}

test('of a run that has not left nothing is taken; an unknown provider is refused at once', async () => {
  const { payments, reference } = await sentRun(3, false)
  const id = await given(report(payments))
  await run(id)
  assert.deepEqual((await ended(id)).refusal, { code: 'runs_not_sent', references: [reference] })
  assert.equal(codeOf(await give(report(payments), nadia, 'nobody')), 'provider_unknown')
})

test('it is taken in the name of who gave it, with the grants of that moment', async () => {
  const { payments } = await sentRun(3)
  const id = await given(report(payments), zineb)
  const before = await standing()
  await run(id)
  assert.deepEqual((await ended(id)).refusal, { code: 'not_granted' })
  assert.equal((await standing()).files, before.files)
  const other = await given(report(payments))
  await run(other)
  const { rows } = await make(tx =>
    sql<{ by: string }>`select recorded_by as by from payments.answer_file order by recorded_at desc limit 1`.execute(
      tx,
    ),
  )
  assert.equal(rows[0]!.by, `staff:${nadia}`)
})

test('the same bytes wait once, and are said to have been taken where they were, by whichever way', async () => {
  const { payments } = await sentRun(6)
  const [first, second] = await Promise.all([given(report(payments)), given(report(payments))])
  assert.equal(first, second)
  assert.equal(await given(report(payments)), first)
  assert.ok((await asked(first)) >= 2, 'asked again it is left to them again')
  await run(first)
  const after = await standing()
  await run(first, 2)
  const again = await given(report(payments))
  assert.deepEqual([(await ended(again)).taken, await asked(again)], ['again', 0])
  assert.deepEqual((await ended(again)).figures, (await ended(first)).figures)
  assert.deepEqual(await standing(), after)
})

test('a file that waits may be taken back, by a worker half way too; one that has ended may not', async () => {
  const { payments } = await sentRun(3)
  const before = await standing()
  const id = await given(report(payments))
  const withdraw = () => make(tx => withdrawGivenAnswers(tx, id, 'Nadia'))
  const working = await transaction(owner, maker, async tx => {
    // The worker has read all of it and waits to write; then its file is taken back.
    await sql`lock table payments.instruction_outcome in exclusive mode`.execute(tx)
    const worker = run(id)
    for (let tries = 0; tries < 50_000 && (await find(id))?.stage !== 'recording'; tries++);
    assert.ok((await withdraw()).ok)
    return { worker }
  })
  await working.worker
  assert.deepEqual((await ended(id)).refusal, { code: 'withdrawn', by: 'Nadia' })
  assert.deepEqual(await standing(), before)
  assert.equal(codeOf(await withdraw()), 'ended_already')
  assert.equal(codeOf(await make(tx => resumeGivenAnswers(tx, id))), 'ended_already')
  assert.equal(codeOf(await make(tx => resumeGivenAnswers(tx, newId<'GivenAnswers'>()))), 'ended_already')
  await run(id, 2)
  assert.deepEqual(await standing(), before)
})

test('a worker that speaks to the provider in another way leaves the file to others', async () => {
  const { payments } = await sentRun(3)
  const id = await given(report(payments))
  const settings = readProviderSettings(`
tresor:
  adapter: csv
  mapping:
    orders: { columns: [{ header: ref, value: end_to_end_id }, { header: amount, value: amount }] }
    answers: { columns: { end_to_end_id: ref, status: state }, settled: [PAID], returned: [REFUSED] }
`)
  assert.ok(settings.ok)
  await assert.rejects(run(id, 1, settings.value), /SOCLE_PROVIDERS/)
  assert.equal((await find(id))?.endedAt, null)
  await run(id, 2)
  assert.equal((await ended(id)).taken, 'now')
})

test('bytes come back as they went, packed and sealed between, whatever their length', async () => {
  const clear = 'IBAN MA64011519000001205000534921 Fatima-Zahra '
  for (const bytes of [
    Buffer.from('a'),
    Buffer.from(clear.repeat(200_000)),
    randomBytes(5_000_001),
    Buffer.alloc(8 * 2 ** 20),
  ]) {
    const id = await given(`<x>${randomBytes(8).toString('hex')}</x>`)
    const [read, kept] = await make(async tx => {
      await eraseWaiting(tx, GIVEN_PIECES, id)
      const sealing = await newSeal()
      async function* coming() {
        for (let at = 0; at < bytes.length; at += 70_001) yield bytes.subarray(at, at + 70_001)
      }
      await keepWaiting(tx, GIVEN_PIECES, id, sealing, coming())
      const pieces: Buffer[] = []
      for await (const piece of waitingBytes(tx, GIVEN_PIECES, id, sealing.fileKey)) pieces.push(piece)
      const { rows } = await sql<{ bytes: Buffer }>`
        select bytes from payments.given_answers_piece where given_id = ${id} order by number`.execute(tx)
      return [Buffer.concat(pieces), rows.map(row => row.bytes)] as const
    })
    assert.ok(read.equals(bytes))
    const stored = Buffer.concat(kept)
    assert.ok(!stored.includes('Fatima') && kept.every(piece => piece.length <= 512 * 1024))
    if (bytes.includes(clear)) assert.ok(stored.length < bytes.length / 10, `${stored.length} bytes`)
  }
})

test('the database keeps no bytes of a file that has ended, and lets nobody change how it ended', async () => {
  const { payments } = await sentRun(3)
  const id = await given(report(payments))
  const asWorker = (change: ReturnType<typeof sql>) =>
    transaction(worker, workerActor('test'), tx => change.execute(tx))
  await assert.rejects(
    asWorker(sql`
      update payments.given_answers set ended_at = now(), key_sealed = null, refusal = '{"code":"withdrawn"}' where id = ${id}`),
    /given_answers_erased|bytes still wait/,
  )
  await run(id)
  for (const change of [
    sql`update payments.given_answers set ended_at = null, taken = null, figures = null where id = ${id}`,
    sql`update payments.given_answers set figures = '{}' where id = ${id}`,
    sql`update payments.given_answers set size = 1 where id = ${id}`,
    sql`delete from payments.given_answers where id = ${id}`,
  ]) {
    await assert.rejects(asWorker(change), /have ended|permission denied/)
  }
})

test('what a refusal quotes of a file leaves after thirty days; where and why stay', async () => {
  const { payments } = await sentRun(3)
  const [, text, refusal] = REFUSED[1]!
  const id = await given(text(payments[0]!.id))
  await run(id)
  for (const step of [
    sql`alter table payments.given_answers disable trigger given_answers_ended`,
    sql`update payments.given_answers set ended_at = now() - interval '31 days' where id = ${id}`,
    sql`alter table payments.given_answers enable trigger given_answers_ended`,
  ]) {
    await transaction(owner, maker, tx => step.execute(tx))
  }
  assert.deepEqual((await ended(id)).refusal, refusal)
  await given(report(payments))
  assert.deepEqual((await ended(id)).refusal, { code: 'amount_unreadable', currency: 'MAD' })
})

const LOOKED: readonly [name: string, text: string, code: string][] = [
  ['nothing at all', '', 'file_missing'],
  [
    'another message',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><a/></Document>',
    'not_an_answer',
  ],
  ['no XML', 'ref;state', 'malformed'],
  ['a small file with a fault', report([{ id: 'X' }], '<a></b>'), 'malformed'],
  ['a large file whose end nobody has seen yet', report(MANY, '<a></b>'), 'ok'],
]
for (const [name, text, code] of LOOKED) {
  test(`looked at before it is left to the workers: ${name}: ${code}`, async () => {
    async function* open() {
      for (let at = 0; at < text.length; at += 50_000) yield Buffer.from(text.slice(at, at + 50_000))
    }
    assert.equal(codeOf(await lookAtAnswers({ size: text.length, open }, readAnswerPieces)), code)
  })
}

test('what is larger than any file of answers is refused before it is read', async () => {
  const open = () => assert.fail('it was read')
  assert.equal(codeOf(await lookAtAnswers({ size: 1_000_000_001, open }, readAnswerPieces)), 'too_large')
})
