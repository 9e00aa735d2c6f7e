// Files of answers of any length: read as they come, whole or not at all, and the same as those that are there whole.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction } from '#db'
import { testDatabase } from '../../../test/database.ts'
import { codeOf, maker, paymentTests } from '../../../test/payments.ts'
import {
  answerPiecesOf,
  approveRun,
  endToEndId,
  importAnswers,
  importAnswersFrom,
  markRunSent,
  readProviderSettings,
} from '../index.ts'

const databases = await testDatabase()
const { make, check, owed, drafted, fileOf, held } = await paymentTests(databases)

async function sentRun(count: number, leaves = true) {
  const { request, run } = await drafted(await owed(count), 1_000_000_000n)
  await check(tx => approveRun(tx, request.id))
  await fileOf(request.id)
  if (leaves) await check(tx => markRunSent(tx, request.id))
  const { rows } = await transaction(databases.worker, maker, tx =>
    sql<{ position: number; amount: bigint }>`
      select position, amount from payments.instruction where run_id = ${request.id} and provider = 'tresor' order by position`.execute(
      tx,
    ),
  )
  return {
    request,
    payments: rows.map(({ position, amount }) => ({ id: endToEndId(run.reference, position), amount })),
  }
}

const HEAD = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>M</MsgId></GrpHdr>
  <OrgnlPmtInfAndSts>`
const END = '</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>'
const said = (id: string, status = 'ACSC') =>
  `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId><TxSts>${status}</TxSts></TxInfAndSts>\n`

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}
const stream = (...texts: readonly string[]) =>
  make(tx => importAnswersFrom(tx, 'tresor', { open: () => pieces(...texts) }))

async function nothingStands(): Promise<object> {
  const { rows } = await make(tx =>
    sql<object>`select (select count(*)::int from payments.answer_file) as files, (select count(*)::int from payments.answer_line) as lines,
      (select count(*)::int from payments.instruction_outcome) as outcomes, (select count(*)::int from payments.transfer) as transfers`.execute(
      tx,
    ),
  )
  return rows[0]!
}

test('read as it comes, a file does what it does whole; delivered twice, by either way, it does nothing', async () => {
  const { request, payments } = await sentRun(30)
  const lines = payments.map(({ id }, index) => said(id, index % 3 === 0 ? 'RJCT' : 'ACSC'))
  const taken = await stream(HEAD, ...lines, lines[1]!, END)
  assert.ok(taken.ok)
  const { taken: when, ...counts } = taken.value
  assert.deepEqual([when, counts], ['now', { lines: 11, confirmed: 6, returned: 4, reversed: 0, exceptions: 1 }])
  const whole = [HEAD, ...lines, lines[1]!, END].join('')
  const before = await nothingStands()
  assert.deepEqual(await stream(whole.slice(0, 700), whole.slice(700)), {
    ok: true,
    value: { ...counts, taken: 'again' },
  })
  assert.deepEqual(await make(tx => importAnswers(tx, 'tresor', Buffer.from(whole))), {
    ok: true,
    value: { ...counts, taken: 'again' },
  })
  assert.deepEqual(await nothingStands(), before)
  const paid = payments.filter((_, index) => index % 3 > 0).reduce((sum, one) => sum + one.amount, 0n)
  assert.equal((await held(request.budgetLine)).confirmed, paid)
})

const MANY = said('X').repeat(5_000)
const REFUSED: readonly [name: string, texts: (id: string) => readonly string[], code: string][] = [
  ['cut off in the middle', id => [HEAD, said(id), MANY, said(id).slice(0, 30)], 'malformed'],
  ['cut off between two payments', id => [HEAD, said(id), MANY], 'malformed'],
  ['damaged at its last line', id => [HEAD, said(id), MANY, '<a></b>', END], 'malformed'],
  [
    'with an amount that is none',
    id => [
      HEAD,
      said(id),
      MANY,
      said(id).replace('<TxSts>', '<OrgnlTxRef><Amt><InstdAmt Ccy="MAD">x</InstdAmt></Amt></OrgnlTxRef><TxSts>'),
      END,
    ],
    'amount_unreadable',
  ],
  ['empty', () => [], 'malformed'],
]
for (const [name, texts, code] of REFUSED) {
  test(`a file that is ${name} is refused, and nothing of it stands`, async () => {
    const { payments } = await sentRun(3)
    const before = await nothingStands()
    assert.equal(codeOf(await stream(...texts(payments[0]!.id))), code)
    assert.deepEqual(await nothingStands(), before)
    assert.ok((await stream(HEAD, said(payments[0]!.id), END)).ok, 'the right one is taken after it')
  })
}

test('of a run that has not left nothing is taken, and an unknown provider is named', async () => {
  const { payments } = await sentRun(3, false)
  assert.equal(codeOf(await stream(HEAD, said(payments[0]!.id), END)), 'runs_not_sent')
  const unknown = await make(tx => importAnswersFrom(tx, 'nobody', { open: () => pieces(HEAD) }))
  assert.equal(codeOf(unknown), 'provider_unknown')
})

const settings = readProviderSettings(`
tresor:
  adapter: csv
  mapping:
    orders: { columns: [{ header: ref, value: end_to_end_id }, { header: amount, value: amount }] }
    answers: { columns: { end_to_end_id: ref, status: state, name: name }, settled: [PAID], returned: [REFUSED] }
`)
assert.ok(settings.ok)
const csv = answerPiecesOf(settings.value.get('tresor'))
const LINES = 200_000

for (const [kind, read, texts] of [
  [
    'pain.002',
    undefined,
    function* (ids: readonly string[]) {
      yield HEAD
      for (let line = 0; line < LINES; line++) {
        const name = `<OrgnlTxRef><Cdtr><Nm>Fatima-Zahra El Amrani ${line}</Nm></Cdtr><RmtInf><Ustrd>${'x'.repeat(140)}</Ustrd></RmtInf></OrgnlTxRef>`
        yield said(ids[line] ?? `OTHER-${line}`).replace('</TxInfAndSts>', `${name}</TxInfAndSts>`)
      }
      yield END
    },
  ],
  [
    'CSV',
    csv,
    function* (ids: readonly string[]) {
      yield 'ref;state;name\n'
      for (let line = 0; line < LINES; line++) yield `${ids[line] ?? `OTHER-${line}`};PAID;${'x'.repeat(140)}\n`
    },
  ],
] as const) {
  test(`${kind}: 200,000 lines in bounded memory, and dead half way nothing of them stands`, async () => {
    const { payments } = await sentRun(90)
    const ids = payments.map(one => one.id)
    async function* bytes(dies = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
      let held = ''
      let sent = 0
      for (const text of texts(ids)) {
        held += text
        if (held.length < 65_536) continue
        yield Buffer.from(held)
        held = ''
        if (++sent > dies) throw new Error('dead')
      }
      yield Buffer.from(held)
    }
    const before = await nothingStands()
    await assert.rejects(
      make(tx => importAnswersFrom(tx, 'tresor', { open: () => bytes(20), read })),
      /dead/,
    )
    assert.deepEqual(await nothingStands(), before)
    const base = process.memoryUsage.rss()
    let most = base
    let told = 0
    const taken = await make(tx =>
      importAnswersFrom(tx, 'tresor', {
        open: () => bytes(),
        read,
        onProgress(lines) {
          told = lines
          most = Math.max(most, process.memoryUsage.rss())
        },
      }),
    )
    assert.ok(taken.ok, codeOf(taken))
    assert.deepEqual([taken.value.lines, taken.value.confirmed, told], [LINES, ids.length, LINES])
    const grown = (most - base) / 2 ** 20
    assert.ok(grown < 200, `${Math.round(grown)} MiB more than before`)
  })
}
