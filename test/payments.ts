// What payment tests and benchmarks share: providers, payees with an account and something owed to each, budget lines, and
// two members of staff, of whom one prepares and the other approves.
import assert from 'node:assert/strict'
import { type Actor, type Databases, type Transaction, transaction } from '#db'
import { type DateText, newId } from '#kernel'
import {
  agreeToCashWay,
  budgetStates,
  type CashWay,
  type EntitlementLine,
  makeRunFile,
  openBudgetLine,
  type PayeeAccount,
  type ProviderPorts,
  prepareRun,
  type RunId,
  type RunRequest,
  recordPayeeAccounts,
  registerProvider,
  sayCashWay,
} from '#payments'

export const staff = (staffId: string, ...territories: string[]): Actor => ({
  kind: 'staff',
  staffId,
  name: staffId,
  territories,
})
export const maker = staff('maker', '')
export const checker = staff('checker', '')

/** The first day of the month that the tests pay. */
export const day = '2026-12-01' as DateText

/** One way of each kind to be paid. */
export const ways = [
  { kind: 'bank', provider: 'tresor', number: '011519000001205000534921' },
  { kind: 'mobile', provider: 'wallet', number: '+212600000001' },
  { kind: 'cash', provider: 'points', number: '' },
] as const

export const codeOf = (answer: { ok: true } | { ok: false; refusal: { code: string } }): string =>
  answer.ok ? 'ok' : answer.refusal.code

export async function paymentTests({ app, worker }: Databases) {
  /** As the maker, in the worker's role. */
  const make = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, maker, work)
  /** As the checker, in the application's. */
  const check = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(app, checker, work)

  await make(async tx => {
    for (const { kind, provider } of ways) {
      const debtor = { debtorName: 'Agence du soutien', debtorAccount: 'MA64011519000001205000534921' }
      assert.ok((await registerProvider(tx, { code: provider, name: provider, kind, bic: null, ...debtor })).ok)
    }
  })

  /** Payees with an account each, and a line each. Territories alternate between 08. and 07.351. */
  async function owed(
    count: number,
    change: (index: number) => Partial<EntitlementLine> = () => ({}),
  ): Promise<EntitlementLine[]> {
    const lines = Array.from({ length: count }, (_, index) => ({
      entitlementId: newId(),
      payeeId: newId(),
      payeeName: `Fatima n° ${index}`,
      territory: index % 2 ? '07.351.' : '08.',
      purpose: 'ma/asd',
      period: '2026-12',
      amount: 50000n + BigInt(index),
      ...change(index),
    }))
    const accounts = lines.map(
      ({ payeeId, territory }, index): PayeeAccount => ({
        id: newId(),
        payeeId,
        territory,
        validFrom: '2026-01-01' as DateText,
        ...ways[index % 3]!,
      }),
    )
    assert.ok((await make(tx => recordPayeeAccounts(tx, accounts))).ok)
    return lines
  }

  let lines = 0
  /** A budget line of its own, with its envelope in centimes. */
  async function openLine(amount: bigint): Promise<string> {
    const code = `LINE-${++lines}`
    const line = { code, funder: 'Budget général', label: 'Aide', currency: 'MAD' } as const
    assert.ok((await make(tx => openBudgetLine(tx, line, { id: newId(), amount }))).ok)
    return code
  }

  async function drafted(owing: readonly EntitlementLine[], budget: bigint) {
    const request = requestFor(await openLine(budget))
    const answer = await make(tx => prepareRun(tx, request, { lines: owing }))
    assert.ok(answer.ok, codeOf(answer))
    return { request, ...answer.value }
  }

  async function fileOf(
    run: RunId,
    version: '03' | '12' = '03',
    createdAt = '2026-12-20T08:00:00Z',
    ports: ProviderPorts = new Map(),
  ) {
    let text = ''
    const answer = await make(tx => {
      text = ''
      const executionDate = '2026-12-28' as DateText
      return makeRunFile(tx, { run, version, createdAt, executionDate, ports }, async piece => {
        text += piece
      })
    })
    return { answer, text }
  }

  /** One says which way a network of cash pays, another agrees. */
  async function payBy(way: CashWay, provider = 'points'): Promise<void> {
    const id = newId<'cash-way'>()
    const said = await transaction(app, maker, tx => sayCashWay(tx, { id, provider, way }))
    if (!said.ok && said.refusal.code === 'way_in_force') return
    assert.ok(said.ok)
    assert.ok((await check(tx => agreeToCashWay(tx, id))).ok)
  }

  const held = async (line: string) => (await check(tx => budgetStates(tx, [line])))[0]!

  return { make, check, owed, openLine, drafted, fileOf, payBy, held }
}

export const requestFor = (budgetLine: string, change: Partial<RunRequest> = {}): RunRequest => ({
  id: newId(),
  budgetLine,
  label: 'ASD',
  period: '2026-12',
  currency: 'MAD',
  accountsOn: day,
  ...change,
})
