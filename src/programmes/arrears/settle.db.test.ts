// What was overpaid is given back by the family, or given up: by two persons, once, and the ledger follows.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Transaction, transaction } from '#db'
import { type DateText, newId } from '#kernel'
import {
  answerSettlement,
  overpaymentsOf,
  owedChangesOf,
  proposeSettlement,
  type SettleAsked,
  type SettleRefusal,
  settleJob,
} from '#programmes'
import {
  actorFor,
  findProposal,
  findStaffAccess,
  type ProposalId,
  recordGrant,
  registerStaff,
  type StaffId,
  serveCountry,
} from '#security'
import { actor, amountsOf, arrearsTests, country, type Home, november, october, PACK } from '../../../test/arrears.ts'
import { testDatabase } from '../../../test/database.ts'
import { sharesOf } from './post-overpaid.ts'
import { decideSettlement, type Overpayment } from './settle.ts'

const databases = await testDatabase()
const { app, owner, worker } = databases
const { asWorker, homes, decided, paid, answered, standing } = await arrearsTests(databases)
await serveCountry(owner, 'ma')
const TODAY = '2026-11-22' as DateText

async function supervisor(name: string): Promise<StaffId> {
  const id = newId<'staff'>()
  await asWorker(async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId<'grant'>(), role: 'territory_supervisor', territory: '' })
  })
  return id
}
const [salma, karim] = [await supervisor('Salma'), await supervisor('Karim')]
const as = async <Value>(id: StaffId, work: (tx: Transaction) => Promise<Value>) =>
  transaction(app, actorFor((await findStaffAccess(app, id))!, 'enrolment.decide'), work)

/** A household that was paid 500 for October and had a right to 300. */
async function overpaid(): Promise<{ home: Home; budgetLine: string }> {
  const [home] = (await homes(1)) as [Home]
  await decided(october, new Map([[home, 50_000n]]))
  const { payments, budgetLine } = await paid(october, null)
  await answered(payments)
  await decided(october, new Map([[home, 30_000n]]))
  return { home, budgetLine }
}

const asked = (home: Home, change: Partial<SettleAsked> = {}): SettleAsked => ({
  id: newId<'Proposal'>(),
  household: home.household,
  pack: PACK,
  month: october,
  settled: 'refunded',
  amountMinor: 5_000n,
  receivedOn: '2026-11-20' as DateText,
  receipt: 'Q-17',
  says: 'Rendu au guichet',
  ...change,
})
const propose = (settlement: SettleAsked) => as(salma, tx => proposeSettlement(tx, settlement, TODAY))
const answer = (id: ProposalId, by = karim) =>
  as(by, async tx => {
    const contentHash = (await findProposal(tx, id))?.contentHash ?? ''
    return answerSettlement(tx, country, by, id, {
      step: 'approved',
      reason: '',
      contentHash,
      secondFactorAt: new Date(),
      today: TODAY,
    })
  })
/** The job that the approval left to the workers; more than once, as after a crash. */
const follow = async () => {
  const context = { id: 'x', attempt: 1, worker, signal: new AbortController().signal }
  for (let time = 0; time < 2; time++) await settleJob.run({ country: 'ma', pack: PACK }, context)
}

test('what a family gives back goes to the budget line, what is given up to an account of its own, and no more than it held', async () => {
  const { home, budgetLine } = await overpaid()
  const before = await standing(budgetLine, 'budget_line')
  const back = asked(home)
  assert.deepEqual(await propose(back), { ok: true, value: undefined })
  const own = await answer(back.id, salma)
  assert.equal(!own.ok && own.refusal.code, 'own_proposal')
  assert.equal((await asWorker(tx => overpaymentsOf(tx, home.household)))[0]!.outstandingMinor, 20_000n, 'nothing yet')
  assert.deepEqual(await answer(back.id), { ok: true, value: undefined })
  await follow()
  assert.equal(await standing(budgetLine, 'overpaid'), 15_000n)
  assert.equal(await standing(budgetLine, 'budget_line'), before + 5_000n)

  const tooMuch = await propose(asked(home, { amountMinor: 15_001n }))
  assert.equal(!tooMuch.ok && tooMuch.refusal.code, 'more_than_held')
  const up = asked(home, {
    settled: 'written_off',
    amountMinor: 15_000n,
    receivedOn: null,
    receipt: null,
    says: 'Sinistre',
  })
  const twice = asked(home, { amountMinor: 10_000n, receipt: 'Q-18' })
  assert.ok((await propose(up)).ok)
  assert.ok((await propose(twice)).ok)
  assert.ok((await answer(up.id)).ok)
  const late = await answer(twice.id)
  assert.equal(!late.ok && late.refusal.code, 'nothing_overpaid', 'settled otherwise in between')
  await follow()
  assert.equal(await standing(budgetLine, 'overpaid'), 0n)
  assert.equal(await standing(budgetLine, 'written_off'), 15_000n)

  const changes = await asWorker(tx => owedChangesOf(tx, home.household))
  assert.deepEqual(
    changes.map(({ kind, amountMinor, receipt, reason }) => [kind, amountMinor, receipt, reason]),
    [
      ['written_off', 15_000n, null, 'Sinistre'],
      ['refunded', 5_000n, 'Q-17', 'Rendu au guichet'],
      ['overpaid', 20_000n, null, null],
    ],
  )
  const { rows } = await asWorker(tx =>
    sql<{ amount: bigint; kind: string }>`
      select p.amount_minor as amount, t.kind from programmes.recovery_posting p join payments.transfer t on t.id = p.transfer_id
      where p.household_id = ${home.household} order by p.amount_minor`.execute(tx),
  )
  assert.deepEqual(rows, [
    { amount: 5_000n, kind: 'refund' },
    { amount: 15_000n, kind: 'write_off' },
  ])
  // The next month is paid whole: nothing is claimed any more.
  await decided(november, new Map([[home, 30_000n]]))
  const { payments } = await paid(november, '1')
  assert.deepEqual(amountsOf(payments), [30_000n])
  await answered(payments)
})

test('the ledger follows at the next payment too, where the job did not run', async () => {
  const { home, budgetLine } = await overpaid()
  const up = asked(home, { settled: 'written_off', amountMinor: 20_000n, receivedOn: null, receipt: null })
  assert.ok((await propose(up)).ok)
  assert.ok((await answer(up.id)).ok)
  await paid(november, null)
  assert.equal(await standing(budgetLine, 'written_off'), 20_000n)
  assert.equal(await standing(budgetLine, 'overpaid'), 0n)
})

test('nobody settles alone, and what is settled stays as it was written', async () => {
  const { home } = await overpaid()
  await assert.rejects(
    as(salma, tx =>
      sql`insert into programmes.recovery (id, plan, household_id, pack, month, kind, territory, amount_minor, currency, reason,
          proposal_id)
        select gen_random_uuid(), gen_random_uuid(), ${home.household}, ${PACK}, ${october}, 'written_off', ${home.territory},
          20000, 'MAD', 'x', id from security.proposal limit 1`.execute(tx),
    ),
    /one person said and another approved/,
  )
  await assert.rejects(
    as(salma, tx =>
      sql`insert into programmes.recovery (id, plan, household_id, pack, month, kind, line_id, territory, amount_minor, currency)
        values (gen_random_uuid(), gen_random_uuid(), ${home.household}, ${PACK}, ${october}, 'own_month', gen_random_uuid(),
          ${home.territory}, 20000, 'MAD')`.execute(tx),
    ),
    /row-level security/,
  )
  for (const table of ['recovery', 'recovery_posting']) {
    await assert.rejects(
      transaction(owner, actor, tx => sql.raw(`update programmes.${table} set amount_minor = 1`).execute(tx)),
      /append-only/,
    )
  }
})

const over: Overpayment = {
  pack: PACK,
  month: october,
  territory: '07.',
  currency: 'MAD',
  outstandingMinor: 20_000n,
  heldMinor: 20_000n,
}
const somebody = { household: newId<'Household'>() } as Home
const refused: Record<SettleRefusal['code'], readonly [string, Partial<SettleAsked>, Overpayment | undefined]> = {
  nothing_overpaid: ['a month that was not paid too much', {}, { ...over, heldMinor: 0n }],
  amount_missing: ['nothing', { amountMinor: 0n }, over],
  more_than_held: ['more than the family held', { amountMinor: 20_001n }, over],
  day_missing: ['no day', { receivedOn: null }, over],
  in_future: ['a day to come', { receivedOn: '2026-11-23' as DateText }, over],
  receipt_missing: ['no receipt', { receipt: ' ' }, over],
  receipt_too_long: ['a receipt that is a text', { receipt: '1'.repeat(81) }, over],
  motive_missing: ['given up without a word', { settled: 'written_off', says: ' ' }, over],
  motive_too_long: ['given up with a book', { says: 'x'.repeat(1001) }, over],
}
for (const [code, [name, change, overpayment]] of Object.entries(refused)) {
  test(`refused: ${name}`, () => {
    const decision = decideSettlement(asked(somebody, change), overpayment, TODAY)
    assert.equal(!decision.ok && decision.refusal.code, code)
  })
}

test('what two books paid is taken out of the one that holds it, the last first', () => {
  const books = [
    { budgetLine: 'a', received: 50n },
    { budgetLine: 'b', received: 20n },
    { budgetLine: 'a', received: 5n },
  ]
  const shares = (outstanding: bigint, amount: bigint) => Object.fromEntries(sharesOf(books, outstanding, amount))
  assert.deepEqual(shares(60n, 15n), { a: 5n, b: 10n })
  assert.deepEqual(shares(75n, 5n), { a: 5n })
  assert.deepEqual(shares(75n, 75n), { a: 55n, b: 20n })
  assert.deepEqual(shares(90n, 15n), {}, 'the family never held that')
})
