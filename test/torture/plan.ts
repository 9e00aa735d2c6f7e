// What is tortured: histories of payments, each drawn from its seed, so that the same seed pays the same families and its providers
// treat them alike. Only the moments at which processes die are the machine's.
import { createHash } from 'node:crypto'
import { type DateText, type Id, parseId } from '#kernel'
import type { EntitlementLine, PayeeAccount, RunId } from '#payments'
import { ways } from '../payments.ts'

export type History = {
  readonly seed: number
  readonly budgetLine: string
  readonly lines: readonly EntitlementLine[]
  readonly accounts: readonly PayeeAccount[]
  /** Of each phase, the ids under which workers that do not know of each other prepare the same. */
  readonly phases: readonly (readonly RunId[])[]
}

/** Where the processes of a torture find each other. */
export type Place = {
  readonly ownerUrl: string
  readonly folder: string
  readonly seeds: readonly number[]
  readonly simulatorPort: number
  readonly serverPort: number
}

export const SECRET = 'a secret of the torture, long enough'
export const SLOWEST_MS = 400
const PAYEES = 9

const idOf = <Kind extends string>(...name: readonly (string | number)[]): Id<Kind> => {
  const hex = createHash('md5').update(name.join('/')).digest('hex')
  return parseId<Kind>(
    `0199${hex.slice(0, 4)}-${hex.slice(4, 8)}-7${hex.slice(8, 11)}-8${hex.slice(11, 14)}-${hex.slice(14, 26)}`,
  )!
}

export function historyOf(seed: number): History {
  const lines: EntitlementLine[] = []
  const accounts: PayeeAccount[] = []
  for (let payee = 0; payee < PAYEES; payee++) {
    const payeeId = idOf('payee', seed, payee)
    const territory = payee % 2 ? '07.351.' : '08.'
    const amount = 50_000n + BigInt(seed % 100) * 100n + BigInt(payee)
    const entitlementId = idOf('entitlement', seed, payee)
    lines.push({
      entitlementId,
      payeeId,
      payeeName: `Fatima ${payee}`,
      territory,
      purpose: 'ma/asd',
      period: '2026-12',
      amount,
    })
    const validFrom = '2026-01-01' as DateText
    accounts.push({ id: idOf('account', seed, payee), payeeId, territory, validFrom, ...ways[payee % 3]! })
  }
  const phases = [1, 2].map(phase => ['one', 'other', 'another'].map(of => idOf<'payment-run'>('run', seed, phase, of)))
  return { seed, budgetLine: `TORTURE-${seed}`, lines, accounts, phases }
}

/** How the providers are spoken to: bank files in ISO 20022, payment points in CSV, the wallet over its interface. */
export const providersOf = (simulatorPort: number) => `
points:
  adapter: csv
  mapping:
    orders: { columns: [{ header: ref, value: end_to_end_id }, { header: amount, value: amount }] }
    answers:
      columns: { end_to_end_id: ref, status: state, reason: why, amount: amount, day: day }
      currency: MAD
      settled: [PAID]
      returned: [REFUSED, BACK]
wallet:
  adapter: http
  url: http://127.0.0.1:${simulatorPort}
  secret: ${SECRET}
  batch: 2
  ask_seconds: 1
  patience_seconds: 2
`
