import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { testDatabase } from '../../test/database.ts'
import { trialBalance } from './ledger.sql.ts'
import { routes, type TransferKind, type TransferRequest } from './ledger.ts'
import { postTransfers } from './transfer.ts'

const { owner, app, worker } = await testDatabase()
const by = workerActor('test')
const clerk = { kind: 'staff', staffId: 'clerk', name: 'Clerk', territories: [''] } as const
const inApp = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(app, clerk, work)

async function openBook(code: string): Promise<void> {
  await inApp(async tx => {
    await sql`insert into payments.budget_line (code, funder, label, currency) values (${code}, 'State', 'Test', 'XOF')`.execute(
      tx,
    )
    await sql`insert into payments.provider (code, name, kind, debtor_name, debtor_account)
      values ('bank', 'Bank', 'bank', 'State', 'X1'), ('cash', 'Cash', 'cash', 'State', 'X2') on conflict do nothing`.execute(
      tx,
    )
  })
}

function request(
  budgetLine: string,
  kind: TransferKind,
  amount: bigint,
  change: Partial<TransferRequest> = {},
): TransferRequest {
  const purpose = kind === 'give' || kind === 'withdraw' ? {} : { purpose: 'x/grant' }
  const provider = routes[kind].debit === 'provider' || kind === 'send' ? { provider: 'bank' } : {}
  return { id: newId(), kind, budgetLine, ...purpose, ...provider, amount, ...change }
}

/** Balance of each kind of account of a book, as its owner reads it: never negative. */
async function holdings(code: string, asOf?: Date): Promise<Record<string, bigint>> {
  const rows = await inApp(tx => trialBalance(tx, { budgetLine: code, ...(asOf && { asOf }) }))
  const held: Record<string, bigint> = {}
  for (const { kind, debits, credits } of rows) {
    held[kind] = (held[kind] ?? 0n) + (kind === 'funder' ? debits - credits : credits - debits)
  }
  return held
}

test('the routes of the code are those of the database', async () => {
  const { rows } = await inApp(tx =>
    sql<{ kind: string; debit: string; credit: string }>`
      select kind, debit_kind as debit, credit_kind as credit from payments.route`.execute(tx),
  )
  assert.deepEqual(Object.fromEntries(rows.map(({ kind, debit, credit }) => [kind, { debit, credit }])), { ...routes })
})

test('money goes down the chain, and balances are known as of any instant', async () => {
  await openBook('CHAIN')
  const chain = [
    request('CHAIN', 'give', 1000n),
    request('CHAIN', 'commit', 800n),
    request('CHAIN', 'send', 700n),
    request('CHAIN', 'confirm', 650n),
    request('CHAIN', 'return', 50n),
    request('CHAIN', 'restore', 20n),
  ]
  const instants: Date[] = []
  for (const one of chain) {
    assert.deepEqual(await inApp(tx => postTransfers(tx, [one])), { ok: true, value: { posted: 1 } })
    const { rows } = await inApp(tx => sql<{ at: Date }>`select clock_timestamp() as at`.execute(tx))
    instants.push(rows[0]!.at)
  }
  const end = { funder: 1000n, budget_line: 220n, commitment: 100n, provider: 0n, recipients: 650n, returned: 30n }
  assert.deepEqual(await holdings('CHAIN'), end)
  assert.deepEqual(await holdings('CHAIN', instants[2]), {
    funder: 1000n,
    budget_line: 200n,
    commitment: 100n,
    provider: 700n,
  })
  assert.deepEqual(await inApp(tx => postTransfers(tx, chain)), { ok: true, value: { posted: 0 } })
  assert.deepEqual(await holdings('CHAIN'), end)
})

test('transfers asked together stand or fall together', async () => {
  await openBook('TOGETHER')
  const refused = await inApp(tx =>
    postTransfers(tx, [request('TOGETHER', 'give', 10n), request('TOGETHER', 'commit', 11n)]),
  )
  assert.equal(refused.ok ? 'posted' : refused.refusal.code, 'exceeds_available')
  assert.deepEqual(await holdings('TOGETHER'), {})
})

test('two that race for the same money: one has it, the other is refused', async () => {
  await openBook('RACE')
  await inApp(tx => postTransfers(tx, [request('RACE', 'give', 100n)]))
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => inApp(tx => postTransfers(tx, [request('RACE', 'commit', 30n)]))),
  )
  assert.equal(answers.filter(answer => answer.ok).length, 3)
  assert.deepEqual(await holdings('RACE'), { funder: 100n, budget_line: 10n, commitment: 90n })
})

test('the same request sent many times at once posts once', async () => {
  await openBook('RETRY')
  const same = request('RETRY', 'give', 100n)
  const answers = await Promise.all(Array.from({ length: 8 }, () => inApp(tx => postTransfers(tx, [same]))))
  assert.equal(answers.filter(answer => answer.ok && answer.value.posted === 1).length, 1)
  assert.ok(answers.every(answer => answer.ok))
  assert.deepEqual(await holdings('RETRY'), { funder: 100n, budget_line: 100n })
})

test('whatever is asked, in whatever order: debits equal credits, and nothing is spent that is not there', async () => {
  await openBook('ANY')
  const kinds = Object.keys(routes) as TransferKind[]
  const asked = fc.record({
    kind: fc.constantFrom(...kinds),
    amount: fc.bigInt({ min: -1n, max: 60n }),
    provider: fc.constantFrom('bank', 'cash'),
    again: fc.boolean(),
  })
  let number = 0
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: 1, maxLength: 25 }), async list => {
      const book = `ANY-${number++}`
      await openBook(book)
      const requests = [{ kind: 'give' as const, amount: 100n, provider: 'bank', again: false }, ...list].map(one => ({
        again: one.again,
        request: request(
          book,
          one.kind,
          one.amount,
          routes[one.kind].debit === 'provider' || one.kind === 'send' ? { provider: one.provider } : {},
        ),
      }))
      for (const { request, again } of requests) {
        for (let turn = 0; turn < (again ? 2 : 1); turn++) await inApp(tx => postTransfers(tx, [request]))
        const rows = await inApp(tx => trialBalance(tx, { budgetLine: book }))
        const sum = (side: 'debits' | 'credits', kind?: string) =>
          rows.filter(row => !kind || row.kind === kind).reduce((total, row) => total + row[side], 0n)
        assert.equal(sum('debits'), sum('credits'))
        assert.ok(rows.every(row => (row.kind === 'funder' ? row.debits >= row.credits : row.credits >= row.debits)))
        const held = await holdings(book)
        const confirmed = held.recipients ?? 0n
        const sent = confirmed + (held.provider ?? 0n)
        const committed = sent + (held.commitment ?? 0n) + (held.returned ?? 0n)
        const budget = held.funder ?? 0n
        assert.ok(
          budget >= committed && committed >= sent && sent >= confirmed,
          `${budget} ${committed} ${sent} ${confirmed}`,
        )
      }
    }),
    { numRuns: 15 },
  )
  assert.deepEqual((await inApp(tx => sql`select * from payments.ledger_fault`.execute(tx))).rows, [])
})

// The door decides first; here the database alone is asked to refuse.
const account = (line: string, kind: string) =>
  sql`(select id from payments.account where budget_line = ${line} and kind = ${kind})`
const rawTransfer = (
  kind: string,
  line: string,
  debit: string,
  otherLine: string,
  credit: string,
  amount: bigint,
) => sql`
  insert into payments.transfer (id, kind, debit_account, credit_account, amount)
  values (${newId()}, ${kind}, ${account(line, debit)}, ${account(otherLine, credit)}, ${amount})`

for (const [name, refuses, expected] of [
  [
    'money that is not there',
    rawTransfer('send', 'CHAIN', 'commitment', 'CHAIN', 'provider', 101n),
    /no_account_below_nothing/,
  ],
  [
    'a step left out',
    rawTransfer('send', 'CHAIN', 'budget_line', 'CHAIN', 'provider', 1n),
    /no route send from budget_line to provider/,
  ],
  ['a funder who pays recipients', rawTransfer('give', 'CHAIN', 'funder', 'CHAIN', 'recipients', 1n), /no route give/],
  [
    'money that changes book',
    rawTransfer('commit', 'CHAIN', 'budget_line', 'RACE', 'commitment', 1n),
    /no route commit/,
  ],
  ['a negative amount', rawTransfer('commit', 'CHAIN', 'budget_line', 'CHAIN', 'commitment', -1n), /check constraint/],
] as const) {
  test(`the database itself refuses ${name}`, async () => {
    await assert.rejects(
      transaction(owner, by, tx => refuses.execute(tx)),
      expected,
    )
  })
}

test('a book whose totals were forged cannot commit another transfer', async () => {
  await assert.rejects(
    transaction(owner, by, async tx => {
      await sql`alter table payments.account_balance disable trigger guard_balance`.execute(tx)
      await sql`update payments.account_balance set credits = credits + 5 where account = ${account('CHAIN', 'budget_line')}`.execute(
        tx,
      )
      await rawTransfer('commit', 'CHAIN', 'budget_line', 'CHAIN', 'commitment', 1n).execute(tx)
    }),
    /book CHAIN does not balance/,
  )
})

for (const [name, database] of Object.entries({ owner, app, worker })) {
  const write =
    database === owner
      ? /append-only|follows payments.transfer/
      : /append-only|follows payments.transfer|permission denied/
  test(`${name} cannot rewrite the books`, async () => {
    for (const statement of [
      sql`update payments.transfer set amount = amount + 1`,
      sql`delete from payments.transfer`,
      sql`truncate payments.transfer cascade`,
      sql`update payments.account set kind = 'funder'`,
      sql`delete from payments.budget_line`,
      sql`update payments.route set credit_kind = 'recipients'`,
      sql`update payments.account_balance set credits = credits + 1, debits = debits + 1`,
      sql`insert into payments.account_balance (account, kind) values (1, 'funder')`,
    ]) {
      await assert.rejects(
        transaction(database, clerk, tx => statement.execute(tx)),
        write,
      )
    }
  })
}

test('nobody known sees no book and posts nothing', async () => {
  const nobody = { kind: 'anonymous' } as const
  assert.deepEqual(await transaction(app, nobody, tx => trialBalance(tx)), [])
  await assert.rejects(
    transaction(app, nobody, tx =>
      sql`insert into payments.budget_line (code, funder, label, currency) values ('X', 'x', 'x', 'MAD')`.execute(tx),
    ),
  )
})
