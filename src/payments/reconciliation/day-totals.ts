import { size } from './evidence.ts'
import { NO_DAY, type Side } from './prepared.ts'

type Total = { count: number; sum: bigint }

/** What the free lines of each day come to: asked for every line left alone, and so kept rather than added up anew. */
export class DayTotals {
  readonly #side: Side
  readonly #days = new Map<number, { readonly currency: string; readonly positive: boolean; readonly total: Total }[]>()

  constructor(side: Side, free: Iterable<number>) {
    this.#side = side
    for (const line of free) this.#add(line, 1)
  }

  remove(line: number): void {
    this.#add(line, -1)
  }

  /** Lines of a day, and their amounts without signs; `positive` undefined for both signs, no currency for all. */
  of(day: number, positive: boolean | undefined, currency: string): Readonly<Total> {
    const all: Total = { count: 0, sum: 0n }
    for (const each of this.#days.get(day) ?? []) {
      if (positive !== undefined && each.positive !== positive) continue
      if (currency !== '' && each.currency !== '' && each.currency !== currency) continue
      all.count += each.total.count
      all.sum += each.total.sum
    }
    return all
  }

  #add(line: number, count: 1 | -1): void {
    const amount = this.#side.amount[line] ?? 0n
    const day = this.#side.day[line]!
    if (amount === 0n || day === NO_DAY) return
    const [currency, positive] = [this.#side.currency[line]!, amount > 0n]
    const own = this.#days.get(day) ?? []
    this.#days.set(day, own)
    const known = own.find(each => each.currency === currency && each.positive === positive)
    const { total } = known ?? { total: { count: 0, sum: 0n } }
    if (!known) own.push({ currency, positive, total })
    total.count += count
    total.sum += BigInt(count) * size(amount)
  }
}
