import type { Currency } from '#kernel'
import type { PaymentAttempt } from './told-payments.ts'

/** What is owed for a month, by a programme. */
export type Owed = {
  readonly entitlement: string
  readonly purpose: string
  /** YYYY-MM. */
  readonly period: string
  readonly amount: bigint
  readonly currency: Currency
}

export type StatementSums = {
  readonly owed: bigint
  readonly paid: bigint
  /** Came back, whether or not it was paid again since. */
  readonly returned: bigint
  /** In a run, not answered yet. */
  readonly onItsWay: bigint
  /** Owed, and neither paid nor on its way: arrears once the month is over. */
  readonly due: bigint
}

export type StatementRow = Omit<Owed, 'amount'> & StatementSums & { readonly attempts: readonly PaymentAttempt[] }

export type Statement = {
  readonly rows: readonly StatementRow[]
  readonly totals: readonly (StatementSums & { readonly currency: Currency })[]
}

/** A year of a household: each month of each programme, and the sums by currency. Every row adds up: owed = paid + on its way + due. */
export function yearStatement(year: string, owed: readonly Owed[], attempts: readonly PaymentAttempt[]): Statement {
  const byEntitlement = Map.groupBy(attempts, one => one.entitlement)
  const rows = owed
    .filter(one => one.period.startsWith(`${year}-`))
    .toSorted((one, other) => order(one.period, other.period) || order(one.purpose, other.purpose))
    .map(({ amount, ...one }): StatementRow => {
      const own = byEntitlement.get(one.entitlement) ?? []
      const sum = (...states: readonly PaymentAttempt['state'][]) =>
        own.filter(each => states.includes(each.state)).reduce((all, each) => all + each.amount, 0n)
      const [paid, onItsWay] = [sum('paid'), sum('sent', 'planned')]
      return {
        ...one,
        owed: amount,
        paid,
        returned: sum('returned'),
        onItsWay,
        due: amount - paid - onItsWay,
        attempts: own,
      }
    })
  const totals = [...Map.groupBy(rows, row => row.currency)].map(([currency, own]) => ({
    currency,
    ...(Object.fromEntries(SUMS.map(name => [name, own.reduce((all, row) => all + row[name], 0n)])) as Record<
      (typeof SUMS)[number],
      bigint
    >),
  }))
  return { rows, totals }
}

const SUMS = ['owed', 'paid', 'returned', 'onItsWay', 'due'] as const
const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
