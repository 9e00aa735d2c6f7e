import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import { type Transaction, transaction } from '#db'
import { moneyText } from '#kernel'
import { testDatabase } from '../../test/database.ts'
import { checker, codeOf, maker, paymentTests } from '../../test/payments.ts'
import {
  approveRun,
  handOverBatches,
  importAnswers,
  markRunSent,
  type ProviderPort,
  type ProviderPorts,
  type RunId,
  readProviderSettings,
  writeProviderFile,
} from './index.ts'
import { iso20022Port } from './providers/iso20022-port.ts'
import { type PartWay, wayOf } from './run-parts.ts'

const databases = await testDatabase()
const { app, worker } = databases
const { make, check, owed, drafted, fileOf } = await paymentTests(databases)

const read = readProviderSettings(`
points:
  adapter: csv
  mapping:
    orders: { columns: [{ header: ref, value: end_to_end_id }, { header: amount, value: amount }] }
    answers: { columns: { end_to_end_id: ref, status: state }, settled: [PAID], returned: [REFUSED] }
wallet: { adapter: http, url: "http://127.0.0.1:1", secret: "a secret of the tests, long enough", batch: 4 }
`)
assert.ok(read.ok)
const [points, wallet] = ['points', 'wallet'].map(code => [code, read.value.get(code)!] as const)
const bank = ['tresor', iso20022Port('12')] as const

/** Nine payees, three at each provider, approved. */
async function approvedRun() {
  const { request, run } = await drafted(await owed(9), 1_000_000_000n)
  await check(tx => approveRun(tx, request.id))
  return { id: request.id, reference: run.reference, totals: run.totals, budgetLine: request.budgetLine }
}

async function madeRun(ports: ProviderPorts) {
  const run = await approvedRun()
  const { answer, text } = await fileOf(run.id, '03', '2026-12-20T08:00:00Z', ports)
  assert.ok(answer.ok, codeOf(answer))
  return { ...run, file: answer.value, text }
}

async function ownFile(run: RunId, provider: string, port: ProviderPort | undefined) {
  let text = ''
  const answer = await make(tx => {
    text = ''
    return writeProviderFile(tx, { run, provider, port }, async piece => {
      text += piece
    })
  })
  return { answer, text }
}

const sent = (run: RunId) => check(tx => markRunSent(tx, run))

/** How many orders reach a provider by each way there is. */
async function ordersOf(run: { id: RunId; reference: string; text: string }, provider: string, ports: ProviderPorts) {
  const own = await ownFile(run.id, provider, ports.get(provider))
  const { rows } = await make(tx =>
    sql<{ n: number }>`select coalesce(sum(last - first + 1), 0)::int as n from payments.provider_batch
      where run_id = ${run.id} and provider = ${provider}`.execute(tx),
  )
  const [, group = ''] = run.text.split(`<PmtInfId>${run.reference}-${provider}</PmtInfId>`)
  return {
    run_file: group.split('</PmtInf>')[0]!.match(/<EndToEndId>/g)?.length ?? 0,
    own_file: new Set(own.text.match(/[0-9A-Z]{10}-\d{8}/g)).size,
    wire: rows[0]!.n,
  }
}

const CASES: readonly { name: string; ports: ProviderPorts; format: string; ways: Record<string, PartWay> }[] = [
  {
    name: 'nobody has a port: everybody is in the file of the run',
    ports: new Map(),
    format: 'pain.001.001.03',
    ways: { points: 'run_file', tresor: 'run_file', wallet: 'run_file' },
  },
  {
    name: 'the wallet has an interface: it is not in the file',
    ports: new Map([wallet!]),
    format: 'pain.001.001.03',
    ways: { points: 'run_file', tresor: 'run_file', wallet: 'wire' },
  },
  {
    name: 'payment points take a file of their own: they are not in that of the run',
    ports: new Map([points!]),
    format: 'pain.001.001.03',
    ways: { points: 'own_file', tresor: 'run_file', wallet: 'run_file' },
  },
  {
    name: 'a bank with a version of its own takes its own file',
    ports: new Map([bank, wallet!]),
    format: 'pain.001.001.03',
    ways: { points: 'run_file', tresor: 'own_file', wallet: 'wire' },
  },
  {
    name: 'everybody leaves elsewhere: there is no file of the run, and the step is taken all the same',
    ports: new Map<string, ProviderPort>([points!, bank, wallet!]),
    format: 'none',
    ways: { points: 'own_file', tresor: 'own_file', wallet: 'wire' },
  },
]

for (const { name, ports, format, ways } of CASES) {
  test(name, async () => {
    const run = await madeRun(ports)
    assert.equal(run.file.format, format)
    assert.deepEqual(Object.fromEntries(run.file.parts.map(part => [part.provider, part.leavesBy])), ways)
    for (const provider of Object.keys(ways)) await ownFile(run.id, provider, ports.get(provider))
    assert.deepEqual(await sent(run.id), { ok: true, value: 'take' })
    await handOverBatches({ worker, ports, clock: Date.now })
    for (const [provider, way] of Object.entries(ways)) {
      const nothing = { run_file: 0, own_file: 0, wire: 0 }
      assert.deepEqual(await ordersOf(run, provider, ports), { ...nothing, [way]: 3 }, provider)
    }
    const inFile = run.file.parts.filter(part => part.leavesBy === 'run_file')
    const total = inFile.reduce((sum, part) => sum + part.amount, 0n)
    assert.equal(
      /<NbOfTxs>(\d+)<\/NbOfTxs><CtrlSum>([\d.]+)</.exec(run.text)?.slice(1, 3).join() ?? 'none',
      inFile.length === 0 ? 'none' : `${inFile.length * 3},${moneyText({ minor: total, currency: 'MAD' })}`,
    )
    assert.equal(
      run.file.parts.reduce((sum, part) => sum + part.amount, 0n),
      run.totals.amount,
    )
  })
}

test('how a port makes its part leave', () => {
  assert.deepEqual([undefined, bank[1], points![1], wallet![1]].map(wayOf), [
    'run_file',
    'own_file',
    'own_file',
    'wire',
  ])
})

test('what the settings say later changes nothing for a run whose file is made', async () => {
  const run = await madeRun(new Map([points!]))
  const other: ProviderPorts = new Map([bank, wallet!])
  const again = await fileOf(run.id, '12', '2027-01-01T00:00:00Z', other)
  assert.equal(again.text, run.text)
  assert.ok(again.answer.ok)
  assert.deepEqual(again.answer.value, run.file)
  const refusals: readonly [provider: string, port: ProviderPort | undefined, code: string][] = [
    ['tresor', bank[1], 'part_in_run_file'],
    ['wallet', wallet![1], 'part_in_run_file'],
    ['points', undefined, 'form_unknown'],
    ['points', wallet![1], 'form_unknown'],
    ['nobody', bank[1], 'nothing_ordered'],
  ]
  for (const [provider, port, code] of refusals) {
    assert.equal(codeOf((await ownFile(run.id, provider, port)).answer), code, provider)
  }
  assert.deepEqual(await sent(run.id), {
    ok: false,
    refusal: { code: 'part_not_written', reference: run.reference, providers: ['points'] },
  })
  assert.ok((await ownFile(run.id, 'points', points![1])).answer.ok)
  assert.deepEqual(await sent(run.id), { ok: true, value: 'take' })
  // The wallet is in the file: naming it now hands nothing over.
  await handOverBatches({ worker, ports: other, clock: Date.now })
  assert.equal((await ordersOf(run, 'wallet', other)).wire, 0)
})

test('over the wire there is no file, and a part of its own is the same bytes each time', async () => {
  const run = await madeRun(new Map([points!, wallet!]))
  assert.equal(codeOf((await ownFile(run.id, 'wallet', bank[1])).answer), 'provider_takes_no_file')
  const [first, second] = [await ownFile(run.id, 'points', points![1]), await ownFile(run.id, 'points', points![1])]
  assert.deepEqual(first, second)
  const { rows } = await check(tx =>
    sql<{
      n: number
      amount: bigint
    }>`select count(*)::int as n, sum(amount)::bigint as amount from payments.provider_file
      where run_id = ${run.id}`.execute(tx),
  )
  const amount = run.file.parts.find(part => part.provider === 'points')!.amount
  assert.deepEqual(rows, [{ n: 1, amount }])
})

test('the answer about the whole of a file of one’s own is of that part alone', async () => {
  const run = await madeRun(new Map([bank]))
  assert.ok((await ownFile(run.id, 'tresor', bank[1])).answer.ok)
  await sent(run.id)
  const refusedWhole = (message: string) =>
    Buffer.from(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>${message}</MsgId></GrpHdr>
      <OrgnlGrpInfAndSts><OrgnlMsgId>${run.reference}${message}</OrgnlMsgId><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>`)
  const take = (message: string) => make(tx => importAnswers(tx, 'tresor', refusedWhole(message)))
  const others = await take('-points')
  assert.ok(others.ok)
  assert.deepEqual([others.value.returned, others.value.exceptions], [0, 1])
  const own = await take('-tresor')
  assert.ok(own.ok)
  assert.deepEqual([own.value.returned, own.value.exceptions], [3, 0])
})

test('the database refuses what would leave by two ways, and any part of which the sums are not those approved', async () => {
  const run = await madeRun(new Map([points!, wallet!]))
  const asMaker = (statement: RawBuilder<unknown>) => make(tx => statement.execute(tx))
  const batch = (provider: string) => sql`
    insert into payments.provider_batch (run_id, provider, number, first, last, amount)
    select run_id, provider, 1, min(position), max(position), sum(amount) from payments.instruction
    where run_id = ${run.id} and provider = ${provider} group by 1, 2`
  const ownPart = (provider: string, more = 0) => sql`
    insert into payments.provider_file (run_id, provider, instructions, amount, format, bytes, sha256)
    select run_id, provider, instructions, amount + ${more}::bigint, 'csv', 1, repeat('0', 64) from payments.run_group
    where run_id = ${run.id} and provider = ${provider}`
  await assert.rejects(asMaker(ownPart('tresor')), /foreign key/)
  await assert.rejects(asMaker(ownPart('wallet')), /foreign key/)
  await assert.rejects(asMaker(ownPart('points', 1)), /foreign key/)
  await assert.rejects(
    asMaker(sql`insert into payments.run_part (run_id, provider, leaves_by, instructions, amount)
      values (${run.id}, 'tresor', 'wire', 3, 1)`),
    /duplicate key|nothing is added/,
  )
  const asChecker = (work: (tx: Transaction) => Promise<unknown>) => transaction(app, checker, work)
  await assert.rejects(
    asChecker(tx => sql`insert into payments.run_event (run_id, state) values (${run.id}, 'sent')`.execute(tx)),
    /was not written/,
  )
  await asMaker(ownPart('points'))
  await sent(run.id)
  for (const provider of ['tresor', 'points']) await assert.rejects(asMaker(batch(provider)), /foreign key/)
  await asMaker(batch('wallet'))
})

test('the database refuses a file whose parts are not what was approved, and parts without a file', async () => {
  const run = await approvedRun()
  const begin = (format: string, only: string, more: bigint, file: boolean, wire = '') =>
    transaction(worker, maker, async tx => {
      await sql`
        insert into payments.run_part (run_id, provider, leaves_by, instructions, amount)
        select run_id, provider, case when provider = ${wire} or ${wire === 'all'} then 'wire' else 'run_file' end, instructions, amount + ${more}::bigint
        from payments.run_group where run_id = ${run.id} and (${only} = '' or provider = ${only})`.execute(tx)
      if (!file) return
      await sql`insert into payments.run_file (run_id, format, created_at, execution_date, bytes, sha256)
        values (${run.id}, ${format}, '2026-12-20T08:00:00Z', '2026-12-28', ${format === 'none' ? 0 : 9}, repeat('0', 64))`.execute(
        tx,
      )
    })
  await assert.rejects(begin('pain.001.001.03', 'tresor', 0n, true), /not what was approved/)
  await assert.rejects(begin('pain.001.001.03', '', 1n, true), /foreign key/)
  await assert.rejects(begin('none', '', 0n, true), /not what was approved/)
  await assert.rejects(begin('pain.001.001.03', '', 0n, true, 'all'), /not what was approved/)
  await assert.rejects(begin('pain.001.001.03', '', 0n, false), /settled when the file is made/)
  assert.ok((await fileOf(run.id)).answer.ok, 'nothing of it stayed')
})
