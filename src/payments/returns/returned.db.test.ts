import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { codeOf, paymentTests, requestFor, ways } from '../../../test/payments.ts'
import {
  approveRun,
  type EntitlementLine,
  endToEndId,
  importAnswers,
  leastChecks,
  markRunSent,
  payProviderMeans,
  prepareRun,
  providerReport,
  type RunId,
  recordPayeeAccounts,
  trialBalance,
  verifyAccount,
  waitingOfPayees,
} from '../index.ts'

const databases = await testDatabase()
const { owner } = databases
const { make, check, owed, openLine, fileOf, held } = await paymentTests(databases)
const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(owner, workerActor('test'), work)

type Said = { readonly id: string; readonly status?: string; readonly reason?: string }
let messages = 0

function report(said: readonly Said[], day: string): Uint8Array {
  const lines = said.map(
    ({ id, status = 'ACSC', reason }) =>
      `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId><TxSts>${status}</TxSts>${
        reason ? `<StsRsnInf><Rsn><Cd>${reason}</Cd></Rsn></StsRsnInf>` : ''
      }</TxInfAndSts>`,
  )
  return new TextEncoder().encode(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
    <GrpHdr><MsgId>R${++messages}</MsgId><CreDtTm>${day}T08:00:00Z</CreDtTm></GrpHdr>
    <OrgnlPmtInfAndSts>${lines.join('')}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`)
}

const take = (said: readonly Said[], day = '2026-12-29') => make(tx => importAnswers(tx, 'tresor', report(said, day)))
const allOfThem = { ...leastChecks, retriesMost: 1 }

/** Drafts a run, of all that is offered; answers the end-to-end ids of its instructions by payee. */
async function draft(budgetLine: string, lines: readonly EntitlementLine[], id = newId<'payment-run'>()) {
  const request = requestFor(budgetLine, { id })
  return make(tx => prepareRun(tx, request, { lines }, allOfThem))
}

async function send(run: RunId): Promise<void> {
  assert.equal(codeOf(await check(tx => approveRun(tx, run))), 'ok')
  assert.equal(codeOf((await fileOf(run)).answer), 'ok')
  assert.equal(codeOf(await check(tx => markRunSent(tx, run))), 'ok')
}

async function idsOf(run: RunId): Promise<string[]> {
  const { rows } = await make(tx =>
    sql<{ reference: string; position: number }>`
      select r.reference, i.position from payments.instruction i join payments.run r on r.id = i.run_id
      where r.id = ${run} order by i.position`.execute(tx),
  )
  return rows.map(({ reference, position }) => endToEndId(reference, position))
}

async function idsOfTresor(run: RunId): Promise<string[]> {
  const { rows } = await make(tx =>
    sql<{ id: string }>`select payments.end_to_end_id(r.reference, i.position) as id
      from payments.instruction i join payments.run r on r.id = i.run_id
      where r.id = ${run} and i.provider = 'tresor' order by i.position`.execute(tx),
  )
  return rows.map(row => row.id)
}

const all = { ...ways[0] }
/** Something owed to one payee of a bank, on a budget line that holds it once and a half. */
async function oneOwed() {
  const lines = await owed(1)
  return { lines, budgetLine: await openLine(75_000n) }
}

async function paidAndBack(reason: string, status = 'RJCT') {
  const { lines, budgetLine } = await oneOwed()
  const first = await draft(budgetLine, lines)
  assert.ok(first.ok)
  await send(first.value.run.id)
  const [id] = await idsOf(first.value.run.id)
  await take([{ id: id!, status, reason }])
  return { lines, budgetLine, id: id!, payee: lines[0]!.payeeId }
}

test('what came back for want of its carrier joins the next run by itself, on the same money, and no more often than said', async () => {
  const { lines, budgetLine } = await paidAndBack('AB08')
  assert.equal((await held(budgetLine)).returned, 50_000n)
  const second = await draft(budgetLine, lines)
  assert.ok(second.ok, codeOf(second))
  assert.equal(second.value.again, 1)
  await send(second.value.run.id)
  const books = await held(budgetLine)
  assert.deepEqual([books.returned, books.sent], [0n, 50_000n])
  const [id] = await idsOf(second.value.run.id)
  await take([{ id: id!, status: 'RJCT', reason: 'AB08' }])
  const third = await draft(budgetLine, lines)
  assert.deepEqual(third.ok ? third.value : third.refusal.code, 'nothing_to_pay')
  assert.deepEqual(!third.ok && third.refusal.code === 'nothing_to_pay' && third.refusal.leftOut, {
    returned_retries: 1,
  })
})

test('a closed account waits until there is another, and the journey says why', async () => {
  const { lines, budgetLine, payee } = await paidAndBack('AC04')
  const others = await owed(1)
  const waits = await draft(
    budgetLine,
    [...lines, ...others].map(line => ({ ...line, amount: 20_000n })),
  )
  assert.ok(waits.ok, codeOf(waits))
  assert.deepEqual(waits.value.leftOut, { returned_fix: 1 })
  const [waiting] = await check(tx => waitingOfPayees(tx, [payee]))
  assert.deepEqual([waiting?.reason, waiting?.code], ['returned_fix', 'AC04'])
  const validFrom = '2026-11-01' as DateText
  const another = { ...ways[1], number: '+212600000009' }
  await make(tx => recordPayeeAccounts(tx, [{ id: newId(), payeeId: payee, territory: '08.', validFrom, ...another }]))
  const again = await draft(budgetLine, lines)
  assert.equal(again.ok && again.value.again, 1)
  assert.deepEqual(await check(tx => waitingOfPayees(tx, [payee])), [])
})

test('the same number said again is no other account', async () => {
  const { lines, budgetLine, payee } = await paidAndBack('AC04')
  const validFrom = '2026-11-01' as DateText
  await make(tx => recordPayeeAccounts(tx, [{ id: newId(), payeeId: payee, territory: '08.', validFrom, ...all }]))
  const again = await draft(budgetLine, lines)
  assert.deepEqual(!again.ok && again.refusal.code === 'nothing_to_pay' && again.refusal.leftOut, { returned_fix: 1 })
})

test('what came back because its payee died is paid to who receives now, once that account is verified, and never to the dead', async () => {
  const { lines, budgetLine } = await paidAndBack('MD07')
  const waits = { code: 'nothing_to_pay', leftOut: { returned_stop: 1 } }
  const drafted = async (offered: readonly EntitlementLine[]) => {
    const answer = await draft(budgetLine, offered)
    if (answer.ok) return { again: answer.value.again, run: answer.value.run.id }
    const { code } = answer.refusal
    return code === 'nothing_to_pay' ? { code, leftOut: answer.refusal.leftOut } : code
  }
  const payee = newId()
  const to = lines.map(line => ({ ...line, payeeId: payee, payeeName: 'Khadija' }))
  const validFrom = '2026-11-01' as DateText
  const account = {
    id: newId<'payee-account'>(),
    payeeId: payee,
    territory: '08.',
    validFrom,
    ...ways[1],
    number: '+212600000021',
  }
  await make(tx => recordPayeeAccounts(tx, [account]))
  assert.deepEqual(await drafted(to), waits, 'nobody but who wrote it saw the account')
  assert.equal(codeOf(await check(tx => verifyAccount(tx, { account: account.id, means: 'payee_call' }))), 'ok')
  assert.deepEqual(await drafted(lines), waits, 'the dead receive nothing')
  const again = await drafted(to)
  assert.ok(typeof again === 'object' && 'run' in again, JSON.stringify(again))
  assert.equal(again.again, 1)
  await send(again.run)
  assert.deepEqual([(await held(budgetLine)).returned, (await held(budgetLine)).sent], [0n, 50_000n])
})

test("a provider's own code is looked at, until it is said what it means", async () => {
  const { lines, budgetLine } = await paidAndBack('E-17')
  const unknown = await draft(budgetLine, lines)
  assert.deepEqual(!unknown.ok && unknown.refusal.code === 'nothing_to_pay' && unknown.refusal.leftOut, {
    returned_look: 1,
  })
  const told = await make(tx => payProviderMeans(tx, { provider: 'tresor', code: 'E-17', iso: 'AB08' }))
  assert.ok(told.ok)
  const known = await draft(budgetLine, lines)
  assert.equal(known.ok && known.value.again, 1)
})

test('paid after all: it is not paid again, a draft that would is refused, and the database refuses a program that would', async () => {
  const { lines, budgetLine, id } = await paidAndBack('AB08')
  const second = await draft(budgetLine, lines)
  assert.ok(second.ok)
  await take([{ id }], '2026-12-30')
  const approved = await check(tx => approveRun(tx, second.value.run.id))
  assert.deepEqual(approved.ok ? 'ok' : approved.refusal, {
    code: 'paid_after_all',
    reference: second.value.run.reference,
    lines: 1,
  })
  await assert.rejects(
    asOwner(tx =>
      sql`insert into payments.run_event (run_id, state, instructions, amount, content_hash, recorded_by)
        select run_id, 'approved', instructions, amount, content_hash, 'staff:other' from payments.run_event
        where run_id = ${second.value.run.id} and state = 'drafted'`.execute(tx),
    ),
    /paid after all|postings/,
  )
})

test('the database refuses a second attempt while the first is under way, and money put back without an approval', async () => {
  const { lines, budgetLine } = await oneOwed()
  const first = await draft(budgetLine, lines)
  assert.ok(first.ok)
  await send(first.value.run.id)
  await assert.rejects(
    asOwner(tx =>
      sql`insert into payments.run_line (entitlement_id, attempt, run_id, position, territory, purpose, period, amount)
        values (${lines[0]!.entitlementId}, 2, ${newId()}, 1, '08.', 'ma/asd', '2026-12', 50000)`.execute(tx),
    ),
    /the attempt before is not over/,
  )
})

test('the report of a provider counts what was paid, what came back and why, and the days it took', async () => {
  const lines = await owed(1)
  const rest = await owed(10, () => ({ amount: 1_000n }))
  const first = await draft(await openLine(1_000_000n), [...lines, ...rest])
  assert.ok(first.ok)
  const asked = { from: '2020-01-01' as DateText, to: '2099-12-31' as DateText }
  const ofTresor = async () => (await make(tx => providerReport(tx, asked))).find(one => one.provider === 'tresor')
  const before = (await ofTresor()) ?? { sent: 0, paid: 0, returned: 0, unanswered: 0, reasons: [] }
  await send(first.value.run.id)
  const [a, b] = await idsOfTresor(first.value.run.id)
  await take([{ id: a! }, { id: b!, status: 'RJCT', reason: 'MD07' }], '2026-12-31')
  const now = (await ofTresor())!
  assert.deepEqual([now.sent - before.sent, now.paid - before.paid, now.returned - before.returned], [5, 1, 1])
  assert.equal(now.unanswered - before.unanswered, 3)
  assert.deepEqual(
    now.reasons.find(one => one.code === 'MD07'),
    { code: 'MD07', does: 'stop', payments: 1 + (before.reasons.find(one => one.code === 'MD07')?.payments ?? 0) },
  )
  assert.ok(now.delayP50 !== null && now.delayP95 === 3)
})

const happenings = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('prepare' as const), which: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('send' as const), which: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('back' as const), which: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('paid' as const), which: fc.nat(9) }) },
  ),
  { minLength: 6, maxLength: 14 },
)

test('whatever is answered, retried and crossed: nothing is in two living attempts, what came back is put back once, the books agree', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async list => {
      const lines = await owed(3, () => ({ amount: 10_000n }))
      const budgetLine = await openLine(45_000n)
      const runs: RunId[] = []
      const told: string[] = []
      for (const { kind, which } of list) {
        if (kind === 'prepare') {
          // Two at once, of which at most one takes each line.
          const both = await Promise.all([draft(budgetLine, lines.slice(which % 2)), draft(budgetLine, lines)])
          for (const each of both) if (each.ok) runs.push(each.value.run.id)
        } else if (kind === 'send') {
          const run = runs[which % Math.max(runs.length, 1)]
          if (!run || !(await check(tx => approveRun(tx, run))).ok) continue
          if (!(await fileOf(run)).answer.ok) continue
          if ((await check(tx => markRunSent(tx, run))).ok) told.push(...(await idsOf(run)))
        } else if (told.length > 0) {
          const id = told[which % told.length]!
          await Promise.all([
            kind === 'paid'
              ? take([{ id }], which % 2 ? '2026-12-30' : '2026-12-29')
              : take([{ id, status: 'RJCT', reason: which % 2 ? 'AB08' : 'TM01' }]),
            take([{ id: told[0]!, status: 'RJCT', reason: 'AB07' }]),
          ])
        }
        await mustHold(
          budgetLine,
          lines.map(line => line.entitlementId),
        )
      }
    }),
    { numRuns: 5 },
  )
})

async function mustHold(budgetLine: string, ids: readonly string[]): Promise<void> {
  const { rows } = await make(tx =>
    sql<{ living: number; paid: number; out: bigint }>`
      select coalesce(max(living), 0)::int as living, coalesce(max(paid), 0)::int as paid, coalesce(sum(out_there), 0)::bigint as out
      from (
        select count(*) filter (where not payments.attempt_is_over(l.run_id, l.position, l.entitlement_id)
            and not exists (select from payments.instruction_outcome o
              where o.run_id = l.run_id and o.position = l.position and o.kind <> 'confirm')) as living,
          count(*) filter (where exists (select from payments.instruction_outcome o
            where o.run_id = l.run_id and o.position = l.position and o.kind = 'confirm')
          and not exists (select from payments.instruction_outcome o
            where o.run_id = l.run_id and o.position = l.position and o.kind = 'reverse')) as paid,
          sum(l.amount) filter (where exists (select from payments.run_event e where e.run_id = l.run_id and e.state = 'sent')
            and not exists (select from payments.instruction_outcome o
              where o.run_id = l.run_id and o.position = l.position and o.kind in ('return', 'reverse'))) as out_there
        from payments.run_line l where l.entitlement_id = any (${ids}::uuid[]) group by l.entitlement_id) as one`.execute(
      tx,
    ),
  )
  const { living, paid, out } = rows[0]!
  assert.ok(paid <= 1, 'nothing is confirmed twice')
  // Beside one that came back and is in doubt since: the next had left before anybody said that it was paid after all.
  assert.ok(living <= 1, 'one living attempt at most')
  const books = await held(budgetLine)
  assert.equal(books.sent, out, 'what is out is what was sent and did not come back')
  assert.ok(books.budget >= books.committed && books.committed >= books.sent && books.sent >= books.confirmed)
  const balance = await check(tx => trialBalance(tx, { budgetLine }))
  const sum = (side: 'debits' | 'credits') => balance.reduce((total, row) => total + row[side], 0n)
  assert.equal(sum('debits'), sum('credits'))
}
