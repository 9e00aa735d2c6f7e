import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { transaction } from '#db'
import { testDatabase } from '../../../test/database.ts'
import { maker, paymentTests } from '../../../test/payments.ts'
import {
  type Agenda,
  approveRun,
  askAboutBatches,
  handOverBatches,
  markRunSent,
  type ProviderPorts,
  startSimulator,
  takeProviderMessage,
} from '../index.ts'
import { httpPort } from './http/http-port.ts'
import { signatureOf } from './http/signature.ts'
import type { SignedMessage, WirePort } from './provider-port.ts'
import { scriptOf } from './simulator/script.ts'

const databases = await testDatabase()
const { make, check, owed, drafted, fileOf, held } = await paymentTests(databases)
const { worker } = databases
const folder = mkdtempSync(join(tmpdir(), 'socle-simulator-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const secret = 'a secret of the tests, long enough'
const clock = Date.now
const SLOWEST_MS = 300

const portTo = (url: string): WirePort => httpPort({ url, secret, batch: 4, askSeconds: 1, patienceSeconds: 1 })

const simulate = (seed: number, books = join(folder, `${seed}.books`), port = 0) =>
  startSimulator({ seed, host: '127.0.0.1', port, books, secret, webhook: undefined, slowestMs: SLOWEST_MS, clock })

/** A run whose wallets are paid over the interface, sent. */
async function sentRun(payees: number) {
  const { request, run } = await drafted(await owed(payees), 1_000_000_000n)
  await check(tx => approveRun(tx, request.id))
  await fileOf(request.id, '03', '2026-12-20T08:00:00Z', new Map([['wallet', portTo('http://127.0.0.1:1')]]))
  await check(tx => markRunSent(tx, request.id))
  return { id: request.id, reference: run.reference, budgetLine: request.budgetLine }
}

type Books = { said: { id: string; batch: string; status: string }[] }
const booksOf = async (url: string) => (await (await fetch(`${url}/books`)).json()) as Books

const instructionsOf = (run: string) =>
  transaction(worker, maker, async tx => {
    const { rows } = await sql<{ id: string; outcomes: string[]; doubts: number }>`
      select payments.end_to_end_id(r.reference, i.position) as id,
        array(select o.kind from payments.instruction_outcome o where (o.run_id, o.position) = (i.run_id, i.position) order by 1) as outcomes,
        (select count(*)::int from payments.answer_line a
          where (a.run_id, a.position) = (i.run_id, i.position) and a.exception = 'ambiguous') as doubts
      from payments.instruction i join payments.run r on r.id = i.run_id
      where i.run_id = ${run} and i.provider = 'wallet' order by i.position`.execute(tx)
    return rows
  })

async function until(done: () => Promise<boolean>, work: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < 20_000; round++) {
    await work()
    if (await done()) return
  }
  assert.fail('it is never done')
}

for (const seed of [1, 3]) {
  test(`seed ${seed}: whatever is lost, refused or broken off, the provider pays each once and its books are ours`, async () => {
    const simulator = await simulate(seed)
    after(simulator.close)
    const ports: ProviderPorts = new Map([['wallet', portTo(simulator.url)]])
    const run = await sentRun(60)
    const agenda: Agenda = new Map()
    const hand = { worker, ports, clock }
    await until(
      async () => (await instructionsOf(run.id)).every(one => one.outcomes.length > 0),
      async () => {
        await Promise.all([handOverBatches(hand), handOverBatches(hand)])
        agenda.clear()
        await Promise.all([askAboutBatches(hand, agenda), askAboutBatches(hand, new Map())])
      },
    )
    const fates = scriptOf(seed, SLOWEST_MS)
    const ids = (await instructionsOf(run.id)).map(one => one.id)
    const all = ids.reduce((sum, id) => sum + fates.fateOf(id).length, 0)
    await until(
      async () => (await booksOf(simulator.url)).said.length === all,
      async () => {},
    )
    await askAboutBatches(hand, new Map())
    const { said } = await booksOf(simulator.url)
    const ours = await instructionsOf(run.id)
    assert.equal(ours.length, 20)
    for (const { id, outcomes, doubts } of ours) {
      const theirs = said.filter(one => one.id === id).map(one => one.status)
      const expected: Record<string, readonly [outcomes: string, doubts: number]> = {
        paid: ['confirm', 0],
        refused: ['return', 0],
        'refused,paid': ['return', 1],
      }
      if (theirs.join() === 'paid,returned') {
        // Whether it was heard of in between depends on when it was asked.
        assert.ok(['return', 'confirm,reverse'].includes(outcomes.join()), `${id}: ${outcomes}`)
      } else if (theirs.join() === 'refused,paid' && outcomes.join() === 'confirm') {
        assert.equal(doubts, 0)
      } else {
        const [outcome, doubt] = expected[theirs.join()] ?? assert.fail(`${id}: ${theirs}`)
        assert.deepEqual([outcomes.join(), Math.min(doubts, 1)], [outcome, doubt], id)
      }
    }
    const { rows } = await check(tx => sql`select * from payments.ledger_fault`.execute(tx))
    assert.deepEqual(rows, [])
  })
}

test('a batch goes under one key with the same bytes, however often its answer is lost', async () => {
  const sent: { key: string; body: string }[] = []
  let answers = 0
  const port: WirePort = {
    ...portTo('http://127.0.0.1:1'),
    batch: 100,
    send: async batch => {
      sent.push(batch)
      return ++answers < 3
        ? { outcome: 'failed', why: 'lost' }
        : { outcome: 'accepted', report: Buffer.from('{"answers":[]}') }
    },
  }
  const run = await sentRun(6)
  const ports: ProviderPorts = new Map([['wallet', port]])
  await until(
    async () => answers === 3,
    () => handOverBatches({ worker, ports, clock }),
  )
  const ours = sent.filter(one => one.key.startsWith(run.reference))
  assert.equal(ours.length, 3)
  assert.equal(new Set(ours.map(one => JSON.stringify(one))).size, 1)
  assert.equal(ours[0]!.key, `${run.reference}-wallet-000001`)
  assert.equal(await handOverBatches({ worker, ports, clock }), 0, 'what was accepted does not leave again')
})

test('batches hold what was approved: no program adds one, or one too many', async () => {
  const run = await sentRun(6)
  const insert = (first: number, last: number, amount: bigint) =>
    make(tx =>
      sql`insert into payments.provider_batch (run_id, provider, number, first, last, amount)
        values (${run.id}, 'wallet', 1, ${first}, ${last}, ${amount})`.execute(tx),
    )
  await assert.rejects(insert(1, 1, 5n), /batches of a run/)
  const draft = (await drafted(await owed(3), 1_000_000_000n)).run
  await assert.rejects(
    make(tx =>
      sql`insert into payments.provider_batch (run_id, provider, number, first, last, amount)
        select run_id, provider, 1, position, position, amount from payments.instruction
        where run_id = ${draft.id} and provider = 'wallet'`.execute(tx),
    ),
    /leave when it is sent|provider_batch_of_the_wire/,
  )
})

const signed = (body: object, timestamp = clock()): SignedMessage => {
  const bytes = Buffer.from(JSON.stringify(body))
  const bare = {
    method: 'POST',
    path: '/webhooks/payments/wallet',
    timestamp: String(Math.floor(timestamp / 1000)),
    key: '',
    body: bytes,
  }
  return { ...bare, signature: signatureOf(secret, bare) }
}

test('a message moves money once, though it comes twice; one of a run that has not left, or of nobody, moves none', async () => {
  const run = await sentRun(6)
  const ports: ProviderPorts = new Map([['wallet', portTo('http://127.0.0.1:1')]])
  const [first] = await instructionsOf(run.id)
  const { rows } = await make(tx =>
    sql<{ amount: string }>`select (amount / 100.0)::numeric(12, 2)::text as amount from payments.instruction
      where run_id = ${run.id} and provider = 'wallet' order by position limit 1`.execute(tx),
  )
  const answer = {
    id: first!.id,
    status: 'paid',
    amount: rows[0]!.amount,
    currency: 'MAD',
    day: '2026-12-28',
    transaction: 'T1',
  }
  const at = { worker, ports, now: clock() }
  const message = signed({ answers: [answer] })
  for (const taken of ['now', 'again']) {
    const answered = await takeProviderMessage(at, 'wallet', message)
    assert.ok(answered.ok, JSON.stringify(answered))
    assert.deepEqual([answered.value.taken, answered.value.confirmed, answered.value.exceptions], [taken, 1, 0])
  }
  // Other bytes, the same word under the same reference: no second payment, and nobody's work.
  const other = await takeProviderMessage(at, 'wallet', signed({ answers: [answer], batch: 'x' }))
  assert.ok(other.ok)
  assert.deepEqual([other.value.confirmed, other.value.exceptions], [0, 0])
  // Another reference: they say that they paid twice, and somebody must look.
  const twice = await takeProviderMessage(at, 'wallet', signed({ answers: [{ ...answer, transaction: 'T2' }] }))
  assert.ok(twice.ok)
  assert.deepEqual([twice.value.confirmed, twice.value.exceptions], [0, 1])
  assert.equal((await held(run.budgetLine)).confirmed, BigInt(rows[0]!.amount.replace('.', '')))

  const refusalOf = async (provider: string, said: SignedMessage, now = clock()) => {
    const answered = await takeProviderMessage({ ...at, now }, provider, said)
    return answered.ok ? 'taken' : answered.refusal.code
  }
  assert.equal(await refusalOf('nobody', message), 'provider_without_messages')
  assert.equal(await refusalOf('wallet', { ...message, signature: '0'.repeat(64) }), 'signature_wrong')
  assert.equal(await refusalOf('wallet', message, clock() + 3_600_000), 'not_of_now')
  assert.equal(await refusalOf('wallet', signed({ answers: 'all' })), 'report_malformed')
  const draft = (await drafted(await owed(3), 1_000_000_000n)).run
  const early = signed({ answers: [{ ...answer, id: `${draft.reference}-00000001` }] })
  assert.equal(await refusalOf('wallet', early), 'runs_not_sent')
})
