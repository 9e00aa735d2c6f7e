import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { checker, codeOf, maker, paymentTests, staff } from '../../../test/payments.ts'
import {
  agreeToCashWay,
  approveRun,
  type CashWay,
  cashRunsToCome,
  handOverBatches,
  importAnswers,
  listCashWays,
  markRunSent,
  openCashWindow,
  type ProviderPorts,
  payAtPoint,
  portCheck,
  type RunId,
  readPoints,
  readProviderSettings,
  recordPayeeAccounts,
  recordPoints,
  sayCashWay,
  writeProviderFile,
} from '../index.ts'
import type { PartWay } from '../run-parts.ts'

const databases = await testDatabase()
const { app, owner, worker } = databases
const { make, check, owed, drafted, fileOf, payBy } = await paymentTests(databases)
const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(owner, workerActor('test'), work)

const settings = readProviderSettings(`
points:
  adapter: csv
  mapping:
    orders: { columns: [{ header: ref, value: end_to_end_id }, { header: amount, value: amount }] }
    answers: { columns: { end_to_end_id: ref, status: state }, settled: [PAID], returned: [REFUSED] }
`)
const wired = readProviderSettings(
  'points: { adapter: http, url: "http://127.0.0.1:1", secret: "a secret of the tests, long enough" }',
)
assert.ok(settings.ok && wired.ok)
const PORTS: Readonly<Record<'none' | 'csv' | 'http', ProviderPorts>> = {
  none: new Map(),
  csv: settings.value,
  http: wired.value,
}

const read = readPoints('code,name,territory,opening,agents,per_day\nP1,Poste,08,,1,50', code => code)
assert.ok(read.ok && (await make(tx => recordPoints(tx, 'points', read.value.points))).ok)
const { rows: places } = await asOwner(tx => sql<{ id: string }>`select id from payments.point`.execute(tx))
const point = places[0]!.id
const [first, last] = ['2026-12-28', '2027-01-10'] as DateText[]

/** Three payees of cash, approved. */
async function approved() {
  const lines = await owed(3)
  const accounts = lines.map(({ payeeId, territory }) => {
    const validFrom = '2026-02-01' as DateText
    return {
      id: newId<'payee-account'>(),
      payeeId,
      territory,
      kind: 'cash',
      provider: 'points',
      number: '',
      validFrom,
    } as const
  })
  assert.ok((await make(tx => recordPayeeAccounts(tx, accounts))).ok)
  const { request, run } = await drafted(lines, 1_000_000_000n)
  await check(tx => approveRun(tx, request.id))
  return { id: request.id, reference: run.reference }
}

const windowOf = (run: RunId) =>
  make(tx => openCashWindow(tx, { id: newId(), run, provider: 'points', opensOn: first!, closesOn: last! }))
const press = (run: RunId, position: number) =>
  transaction(app, staff('agent', ''), tx =>
    payAtPoint(tx, { id: newId(), point, run, position, today: first!, proof: 'national_id' }),
  )
const ownFile = async (run: RunId, ports: ProviderPorts) => {
  let text = ''
  await make(tx =>
    writeProviderFile(tx, { run, provider: 'points', port: ports.get('points') }, async piece => {
      text += piece
    }),
  )
  return new Set(text.match(/[0-9A-Z]{10}-\d{8}/g)).size
}

/** How many payments of a run reach the world by each way there is, everything being tried. */
async function waysOut(run: RunId, text: string, ports: ProviderPorts): Promise<Record<PartWay, number>> {
  const own_file = await ownFile(run, ports)
  await check(tx => markRunSent(tx, run))
  await handOverBatches({ worker, ports, clock: Date.now })
  await windowOf(run)
  let counter = 0
  for (const position of [1, 2, 3]) if ((await press(run, position)).ok) counter++
  const { rows } = await make(tx =>
    sql<{ n: number }>`select coalesce(sum(last - first + 1), 0)::int as n from payments.provider_batch
      where run_id = ${run}`.execute(tx),
  )
  return { run_file: text.match(/<EndToEndId>/g)?.length ?? 0, own_file, wire: rows[0]!.n, counter }
}

const CASES: readonly { way: CashWay; port: keyof typeof PORTS; leaves: PartWay }[] = [
  { way: 'own_till', port: 'none', leaves: 'run_file' },
  { way: 'own_till', port: 'csv', leaves: 'own_file' },
  { way: 'own_till', port: 'http', leaves: 'wire' },
  { way: 'counter', port: 'none', leaves: 'counter' },
  { way: 'counter', port: 'csv', leaves: 'counter' },
  { way: 'counter', port: 'http', leaves: 'counter' },
]
for (const { way, port, leaves } of CASES) {
  test(`a network that is ${way}, with port ${port}: everything leaves by ${leaves} and by nothing else`, async () => {
    await payBy(way)
    const run = await approved()
    const { answer, text } = await fileOf(run.id, '03', undefined, PORTS[port])
    assert.ok(answer.ok)
    assert.deepEqual(
      answer.value.parts.map(part => part.leavesBy),
      [leaves],
    )
    const nothing = { run_file: 0, own_file: 0, wire: 0, counter: 0 }
    assert.deepEqual(await waysOut(run.id, text, PORTS[port]), { ...nothing, [leaves]: 3 })
  })
}

const id = newId<'cash-way'>()
const SAYINGS: readonly [name: string, work: (tx: Transaction) => Promise<unknown>, code: string][] = [
  [
    'a bank has no way of cash',
    tx => sayCashWay(tx, { id: newId(), provider: 'tresor', way: 'counter' }),
    'provider_not_cash',
  ],
  ['nobody has none', tx => sayCashWay(tx, { id: newId(), provider: 'nobody', way: 'counter' }), 'provider_unknown'],
  ['a way is said', tx => sayCashWay(tx, { id, provider: 'points', way: 'own_till' }), 'ok'],
  ['and said again', tx => sayCashWay(tx, { id, provider: 'points', way: 'own_till' }), 'ok'],
  ['who said it does not agree to it', tx => agreeToCashWay(tx, id), 'way_is_own'],
  [
    'what holds already is not said again',
    tx => sayCashWay(tx, { id: newId(), provider: 'points', way: 'counter' }),
    'way_in_force',
  ],
  ['nobody agrees to what nobody said', tx => agreeToCashWay(tx, newId()), 'way_unknown'],
]
for (const [name, work, code] of SAYINGS) {
  test(`two persons: ${name}`, async () => {
    const answer = (await transaction(app, maker, work)) as Parameters<typeof codeOf>[0]
    assert.equal(codeOf(answer), code)
  })
}

test('a program says no way, and what one said changes nothing until another agreed', async () => {
  await payBy('counter')
  const other = newId<'cash-way'>()
  const say = (tx: Transaction) => sayCashWay(tx, { id: other, provider: 'points', way: 'own_till' })
  assert.equal(codeOf(await transaction(app, workerActor('test'), say)), 'actor_not_staff')
  await transaction(app, maker, say)
  const { way, waiting, by } = (await check(listCashWays))[0]!
  assert.equal(way, 'counter')
  assert.deepEqual(by, { said: 'staff:maker', agreed: 'staff:checker' })
  const { at: _at, ...said } = waiting!
  assert.deepEqual(said, { id: other, way: 'own_till', own: false, by: 'staff:maker' })
  await assert.rejects(
    transaction(app, maker, tx => sql`insert into payments.cash_way_agreed (way_id) values (${other})`.execute(tx)),
    /said by one person and agreed to by another/,
  )
  assert.ok((await transaction(app, checker, tx => agreeToCashWay(tx, other))).ok)
  assert.ok((await transaction(app, checker, tx => agreeToCashWay(tx, other))).ok)
  assert.deepEqual(
    (await check(listCashWays)).map(one => [one.way, one.waiting]),
    [['own_till', undefined]],
  )
})

test('runs to come are those without a file, and say whether a window is announced', async () => {
  await payBy('counter')
  const [made, announced, free] = [await approved(), await approved(), await approved()]
  await fileOf(made.id)
  assert.ok((await windowOf(announced.id)).ok)
  const found = new Map((await check(cashRunsToCome)).map(run => [run.reference, run]))
  assert.equal(found.get(made.reference), undefined)
  const common = { provider: 'points', instructions: 3 }
  assert.deepEqual(found.get(announced.reference), { ...common, reference: announced.reference, announced: true })
  assert.deepEqual(found.get(free.reference), { ...common, reference: free.reference, announced: false })
})

test('another way is for runs to come: not for one whose file is made, nor for one whose window is announced', async () => {
  await payBy('counter')
  const [made, announced, free] = [await approved(), await approved(), await approved()]
  await fileOf(made.id)
  assert.ok((await windowOf(announced.id)).ok)
  await payBy('own_till')
  assert.ok((await windowOf(made.id)).ok, 'what was settled for the counter is collected there')
  assert.equal(codeOf(await windowOf(free.id)), 'network_pays')
  const parts = async (run: RunId) => {
    const { answer } = await fileOf(run)
    assert.ok(answer.ok)
    return answer.value.parts.map(part => part.leavesBy)
  }
  assert.deepEqual(await parts(made.id), ['counter'])
  assert.deepEqual(await parts(announced.id), ['counter'])
  assert.deepEqual(await parts(free.id), ['run_file'])
  await payBy('counter')
  assert.equal(codeOf(await windowOf(free.id)), 'network_pays')
})

test('the tables hold it, whoever writes', async () => {
  await payBy('own_till')
  const run = await approved()
  const window = sql`insert into payments.cash_window (id, run_id, provider, opens_on, closes_on)
    values (${newId()}, ${run.id}, 'points', '2026-12-28', '2027-01-10')`
  const part = (way: string) => sql`insert into payments.run_part (run_id, provider, leaves_by, instructions, amount)
    select run_id, provider, ${way}, instructions, amount from payments.run_group where run_id = ${run.id}`
  const pay = sql`insert into payments.cash_payment (run_id, position, id, point, payee_id, territory, amount, paid_on, proof)
    select run_id, position, ${newId()}, ${point}, payee_id, territory, amount, '2026-12-28', 'other'
    from payments.instruction where run_id = ${run.id} and position = 1`
  const asMaker = (statement: ReturnType<typeof sql>) => make(tx => statement.execute(tx))
  await assert.rejects(asMaker(window), /by its own till/)
  await assert.rejects(asMaker(part('counter')), /handed over at our counter/)
  await assert.rejects(
    asOwner(tx => part('counter').execute(tx)),
    /handed over at our counter/,
  )
  await fileOf(run.id)
  await check(tx => markRunSent(tx, run.id))
  await assert.rejects(asMaker(window), /by its own till/)
  await assert.rejects(
    transaction(app, staff('agent', ''), tx => pay.execute(tx)),
    /paid_by_network/,
  )
  await payBy('counter')
  const ours = await approved()
  await assert.rejects(
    make(tx =>
      sql`insert into payments.run_part (run_id, provider, leaves_by, instructions, amount)
        select run_id, provider, 'run_file', instructions, amount from payments.run_group where run_id = ${ours.id}`.execute(
        tx,
      ),
    ),
    /handed over at our counter/,
  )
})

/** What a history may do; `file` and what follows are of one run, the ways are of the network. */
type Move = 'counter' | 'own_till' | 'window' | 'file' | 'own file' | 'sent' | 'batches' | 'press' | 'answer'
const MOVES: readonly Move[] = [
  'counter',
  'own_till',
  'window',
  'file',
  'own file',
  'sent',
  'batches',
  'press',
  'answer',
]

/** Tried at the end of each history, so that what is still open leaves. */
const EVERYTHING: readonly Move[] = [
  'window',
  'file',
  'own file',
  'sent',
  'batches',
  'window',
  'press',
  'answer',
  'press',
]

test('whatever is done in whatever order: nobody is ordered of the network and paid at our counter', async () => {
  const moves = fc.array(fc.constantFrom(...MOVES), { minLength: 1, maxLength: 12 })
  const ports = fc.constantFrom(...(Object.keys(PORTS) as (keyof typeof PORTS)[]))
  await fc.assert(
    fc.asyncProperty(moves, ports, async (history, port) => {
      const run = await approved()
      let text = ''
      let answers = 0
      let mine = 0
      const camt = () => `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
        <GrpHdr><MsgId>A${newId()}</MsgId></GrpHdr><OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>${run.reference}-00000002</OrgnlEndToEndId>
        <TxSts>ACSC</TxSts></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`
      const doing: Readonly<Record<Move, () => Promise<unknown>>> = {
        counter: () => payBy('counter'),
        own_till: () => payBy('own_till'),
        window: () => windowOf(run.id),
        file: async () => {
          text = (await fileOf(run.id, '03', undefined, PORTS[port])).text || text
        },
        'own file': async () => {
          mine = Math.max(mine, await ownFile(run.id, PORTS[port]))
        },
        sent: () => check(tx => markRunSent(tx, run.id)),
        batches: () => handOverBatches({ worker, ports: PORTS[port], clock: Date.now }),
        press: () => press(run.id, 1),
        answer: async () => {
          const taken = await make(tx => importAnswers(tx, 'points', Buffer.from(camt())))
          if (taken.ok) answers += taken.value.confirmed
        },
      }
      for (const move of [...history, ...EVERYTHING]) await doing[move]()
      const { rows } = await asOwner(tx =>
        sql<{ batches: number; paid: number; ways: string[] }>`
          select (select count(*)::int from payments.provider_batch where run_id = ${run.id}) as batches,
            (select count(*)::int from payments.cash_payment where run_id = ${run.id}) as paid,
            array(select leaves_by from payments.run_part where run_id = ${run.id}) as ways`.execute(tx),
      )
      const { batches, paid, ways } = rows[0]!
      const ordered = text.includes('<EndToEndId>') || mine > 0 || batches > 0 || answers > 0
      assert.ok(!(ordered && paid > 0), `ordered and paid at the counter: ${history.join(', ')}`)
      assert.ok(ways.length <= 1)
      assert.ok(paid === 0 || ways[0] === 'counter')
    }),
    { numRuns: 25 },
  )
})

test('parts whose provider lost its port are named with what to do, and those that have it are not', async () => {
  await payBy('own_till')
  const found = (ports: ProviderPorts, reference: string) =>
    transaction(worker, workerActor('test'), tx => portCheck(ports).run(tx)).then(findings =>
      findings.filter(one => one.says.includes(reference)).map(one => `${one.says} ${one.todo}`),
    )
  const [own, wire, late] = [await approved(), await approved(), await approved()]
  await fileOf(own.id, '03', undefined, PORTS.csv)
  await fileOf(wire.id, '03', undefined, PORTS.http)
  await check(tx => markRunSent(tx, wire.id))
  await fileOf(late.id, '03', undefined, PORTS.none)
  const TABLE: readonly [run: { reference: string }, port: keyof typeof PORTS, says: RegExp | undefined][] = [
    [own, 'csv', undefined],
    [own, 'none', /3 payments leave by a file of its own form.*adapter csv or iso20022/],
    [own, 'http', /names no form for it/],
    [wire, 'http', undefined],
    [wire, 'none', /neither sent nor asked about.*adapter http/],
    [wire, 'csv', /names no interface for it/],
    [late, 'none', undefined],
    [late, 'http', undefined],
  ]
  for (const [run, port, says] of TABLE) {
    const [finding, ...more] = await found(PORTS[port], run.reference)
    assert.equal(more.length, 0)
    if (says) assert.match(finding ?? '', says)
    else assert.equal(finding, undefined)
  }
  await ownFile(own.id, PORTS.csv)
  assert.deepEqual(await found(PORTS.none, own.reference), [], 'its file was written: it waits for nothing')
})
