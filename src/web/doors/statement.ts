import type { Country } from '#countries'
import type { Transaction } from '#db'
import type { HouseholdFile } from '#households'
import type { Currency, Id } from '#kernel'
import { type PaymentAttempt, paymentsOfEntitlements, type StatementSums, yearStatement } from '#payments'
import { owedToHousehold } from '#programmes'
import type { ReceiptPage, StatementPage, StatementSumsShown, ToldPayment } from '../statement.ts'
import { amountOf } from './amount.ts'
import { todayIn } from './today.ts'
import { placeOf, wordsOf } from './words.ts'

/** The year asked for, or the last that has something; the present one where nothing ever was owed. */
export async function readStatement(
  tx: Transaction,
  country: Country,
  file: Pick<HouseholdFile, 'id' | 'sourceId' | 'territory'>,
  asked: string,
): Promise<StatementPage> {
  const owed = await owedToHousehold(tx, file.id)
  const attempts = await paymentsOfEntitlements(
    tx,
    owed.map(one => one.entitlement),
  )
  const years = [...new Set(owed.map(one => one.period.slice(0, 4)))].toSorted().reverse()
  const year = years.includes(asked) ? asked : (years[0] ?? (await todayIn(tx, country)).slice(0, 4))
  const { rows, totals } = yearStatement(year, owed, attempts)
  return {
    sourceId: file.sourceId,
    territory: placeOf(country, file.territory),
    year,
    years,
    rows: rows.map(({ entitlement, purpose, period, currency, attempts: own, ...sums }) => ({
      key: entitlement,
      programme: country.book.packs.get(purpose)?.names ?? wordsOf(purpose),
      month: period,
      ...sumsShown(sums, currency),
      payments: own.map(({ payment, state, day, amount }) => ({
        number: payment,
        state,
        day,
        amount: amountOf(amount, currency),
      })),
    })),
    totals: totals.map(({ currency, ...sums }) => sumsShown(sums, currency)),
  }
}

function sumsShown(sums: StatementSums, currency: Currency): StatementSumsShown {
  return {
    owed: amountOf(sums.owed, currency),
    paid: amountOf(sums.paid, currency),
    returned: amountOf(sums.returned, currency),
    onItsWay: amountOf(sums.onItsWay, currency),
    due: amountOf(sums.due, currency),
  }
}

/** The receipt of a payment that arrived; undefined for any other, and for that of another household. */
export async function readReceipt(
  tx: Transaction,
  country: Country,
  household: Id<'Household'>,
  payment: string,
): Promise<ReceiptPage | undefined> {
  const owed = await owedToHousehold(tx, household)
  const all = await paymentsOfEntitlements(
    tx,
    owed.map(one => one.entitlement),
  )
  const lines = all.filter(one => one.payment === payment && one.state === 'paid')
  const [first] = lines
  return first && receiptOf(country, first, lines)
}

function receiptOf(country: Country, first: PaymentAttempt, lines: readonly PaymentAttempt[]): ReceiptPage {
  const { payment, payeeName, day, currency, provider, point } = first
  return {
    number: payment,
    payeeName,
    day,
    amount: amountOf(
      lines.reduce((sum, one) => sum + one.amount, 0n),
      currency,
    ),
    lines: lines.map(({ purpose, period, amount }) => ({
      programme: country.book.packs.get(purpose)?.names ?? wordsOf(purpose),
      month: period,
      amount: amountOf(amount, currency),
    })),
    place: point ?? provider,
  }
}

/** Every payment of a household with what became of it, the latest first. */
export async function readPayments(
  tx: Transaction,
  country: Country,
  household: Id<'Household'>,
): Promise<readonly ToldPayment[]> {
  const owed = await owedToHousehold(tx, household)
  const all = await paymentsOfEntitlements(
    tx,
    owed.map(one => one.entitlement),
  )
  const told = [...Map.groupBy(all, one => one.payment)].map(([number, lines]): ToldPayment => {
    const [{ state, day, currency }] = lines as [PaymentAttempt]
    return {
      number,
      state,
      day,
      amount: amountOf(
        lines.reduce((sum, one) => sum + one.amount, 0n),
        currency,
      ),
      lines: lines.map(({ purpose, period }) => ({
        programme: country.book.packs.get(purpose)?.names ?? wordsOf(purpose),
        month: period,
      })),
    }
  })
  // Of one day, the attempt that came last stands first.
  return told.reverse().toSorted((one, other) => (one.day < other.day ? 1 : one.day > other.day ? -1 : 0))
}
