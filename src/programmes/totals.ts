import { type DeterminationRow, reasonsOf } from './determination.ts'

export type TotalKind = 'outcome' | 'refusal' | 'difference' | 'left_for' | 'entered_from'

export type Total = {
  readonly territory: string
  readonly kind: TotalKind
  readonly code: string
  households: number
  weight: number
  amountMinor: bigint
}

/** How many households of a range have an outcome, a refusal or a difference, by territory. */
export class Totals {
  readonly #totals = new Map<string, Total>()

  /** What a row written says is new: its amount is what the household has more, or less, than before. */
  written(row: DeterminationRow): void {
    const more = (row.amountMinor ?? 0n) - (row.before?.amountMinor ?? 0n)
    this.add(row.territory, 'difference', row.difference, Number(row.weight), more)
    const [kind, reasons] = reasonsOf(row)
    for (const reason of reasons) this.add(row.territory, kind, reason, Number(row.weight), 0n)
  }

  add(territory: string, kind: TotalKind, code: string, weight: number, amountMinor: bigint): void {
    const key = `${territory} ${kind} ${code}`
    const found = this.#totals.get(key)
    if (found === undefined) this.#totals.set(key, { territory, kind, code, households: 1, weight, amountMinor })
    else {
      found.households++
      found.weight += weight
      found.amountMinor += amountMinor
    }
  }

  all(): readonly Total[] {
    return [...this.#totals.values()]
  }
}
