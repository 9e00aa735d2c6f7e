import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction } from '#db'
import { newId } from '#kernel'
import { testDatabase } from '../../test/database.ts'
import { codeOf, day, maker, paymentTests, requestFor, ways } from '../../test/payments.ts'
import {
  approveRun,
  findRun,
  type PayeeAccount,
  prepareRun,
  recordPayeeAccounts,
  showRun,
  trialBalance,
  waitingOfPayees,
} from './index.ts'

const databases = await testDatabase()
const { owner } = databases
const { make, check, owed, openLine, drafted } = await paymentTests(databases)

test('a payee with two entitlements receives once, and both are on the instruction', async () => {
  const [one, two] = await owed(2)
  const lines = [one!, { ...two!, payeeId: one!.payeeId, purpose: 'ma/asd-school-start' }]
  const { request, run } = await drafted(lines, 1_000_000n)
  assert.equal(run.totals.instructions, 1)
  const detail = await check(tx => showRun(tx, run.reference))
  assert.deepEqual(
    detail?.groups.map(({ purpose, amount }) => [purpose, amount]),
    [
      ['ma/asd', 50000n],
      ['ma/asd-school-start', 50001n],
    ],
  )
  await check(tx => approveRun(tx, request.id))
  const rows = await check(tx => trialBalance(tx, { budgetLine: request.budgetLine }))
  assert.deepEqual(
    rows.filter(row => row.kind === 'commitment').map(row => [row.purpose, row.credits]),
    [
      ['ma/asd', 50000n],
      ['ma/asd-school-start', 50001n],
    ],
  )
})

test('who cannot be paid waits with a reason, and is taken up when the reason is gone', async () => {
  const lines = await owed(4, index => [{}, { payeeName: 'فاطمة' }, { amount: 0n }, {}][index]!)
  const stranger = { ...lines[0]!, entitlementId: newId(), payeeId: newId() }
  const closing: PayeeAccount = {
    id: newId(),
    payeeId: lines[3]!.payeeId,
    territory: '08.',
    kind: 'closed',
    provider: null,
    number: '',
    validFrom: day,
  }
  await make(tx => recordPayeeAccounts(tx, [closing]))
  const { run, leftOut } = await drafted([...lines, stranger], 1_000_000n)
  assert.equal(run.totals.instructions, 1)
  assert.deepEqual(leftOut, { name_cannot_be_written: 1, amount_not_positive: 1, no_account: 1, account_closed: 1 })
  const waits = () => check(tx => waitingOfPayees(tx, [stranger.payeeId]))
  assert.deepEqual(
    (await waits()).map(row => row.reason),
    ['no_account'],
  )
  const account = { ...closing, id: newId<'payee-account'>(), payeeId: stranger.payeeId, ...ways[2]! }
  await make(tx => recordPayeeAccounts(tx, [account]))
  const next = await drafted([...lines, stranger], 1_000_000n)
  assert.equal(next.run.totals.instructions, 1)
  assert.deepEqual(next.inRuns, [{ reference: run.reference, state: 'drafted', lines: 1 }])
  assert.deepEqual(await waits(), [])
})

const preparations: readonly { name: string; refused: string; prepare: () => Promise<unknown> }[] = [
  {
    name: 'a line that is not open',
    refused: 'budget_line_unknown',
    prepare: async () => make(async tx => prepareRun(tx, requestFor('NOWHERE'), { lines: [] })),
  },
  {
    name: 'another currency than the line',
    refused: 'currency_differs',
    prepare: async () => {
      const request = requestFor(await openLine(1n), { currency: 'XOF' })
      return make(tx => prepareRun(tx, request, { lines: [] }))
    },
  },
  {
    name: 'nobody to pay',
    refused: 'nothing_to_pay',
    prepare: async () => {
      const request = requestFor(await openLine(1n))
      return make(tx => prepareRun(tx, request, { lines: [] }))
    },
  },
  {
    name: 'one id for two runs',
    refused: 'run_exists_with_different_terms',
    prepare: async () => {
      const { request } = await drafted(await owed(1), 1n)
      return make(tx => prepareRun(tx, { ...request, period: '2027-01' }, { lines: [] }))
    },
  },
]
for (const { name, refused, prepare } of preparations) {
  test(`preparation refused: ${name}`, async () => {
    assert.equal(codeOf((await prepare()) as Parameters<typeof codeOf>[0]), refused)
  })
}

test('a refused preparation leaves nothing behind', async () => {
  const request = requestFor(await openLine(1n))
  const [line] = await owed(1)
  await make(tx => prepareRun(tx, request, { lines: [{ ...line!, amount: 0n }] }))
  assert.equal(await check(tx => findRun(tx, request.id)), undefined)
  assert.deepEqual(await check(tx => waitingOfPayees(tx, [line!.payeeId])), [])
  const { rows } = await transaction(owner, maker, tx => sql`select * from payments.run_staging`.execute(tx))
  assert.deepEqual(rows, [])
})

test('what is owed may come as a SELECT, and nothing leaves the database', async () => {
  const lines = await owed(3)
  const request = requestFor(await openLine(1_000_000n))
  const select = sql`
    select a.payee_id as entitlement_id, a.payee_id, 'Ali' as payee_name, a.territory, 'ma/asd' as purpose,
      '2026-12' as period, 100::bigint as amount
    from payments.payee_account a where a.payee_id = any (${lines.map(line => line.payeeId)}::uuid[])`
  const answer = await make(tx => prepareRun(tx, request, { select }))
  assert.ok(answer.ok && answer.value.run.totals.amount === 300n)
})

test('two preparers at once: each entitlement enters one run', async () => {
  const lines = await owed(30)
  const book = await openLine(10_000_000n)
  const answers = await Promise.all(
    Array.from({ length: 4 }, (_, turn) =>
      make(tx => prepareRun(tx, requestFor(book), { lines: lines.slice(turn * 5, turn * 5 + 15) })),
    ),
  )
  const entered = answers.map(answer => (answer.ok ? answer.value.run.totals.instructions : 0))
  assert.equal(
    entered.reduce((sum, count) => sum + count, 0),
    30,
  )
})
