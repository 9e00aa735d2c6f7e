import { existsSync, writeFileSync } from 'node:fs'

/** One line of the table that a benchmark prints: what was done, to how much, and how long it took. */
export type Measured = {
  readonly what: string
  /** How many of what: `[5_500_000, 'households']`. */
  readonly size: readonly [count: number, of: string]
  readonly seconds: number
  /** Greatest memory of this process and its threads, in MiB. */
  readonly memory?: number
  /** What else is measured beside it: `DuckDB 9.29 s: 9.0 times as long`. */
  readonly beside?: string
}

/** What a `bench/NAME.bench.ts` exports as `benchmark`: it measures and prints figures with their sizes and ratios. */
export type Benchmark = (run: {
  /** True where the full, national size is asked. */
  readonly nation: boolean
  /** Where a register that takes long to fill is kept and found again, for those that have one; else it is filled each time. */
  readonly keep: string | undefined
  /** A line of the table: what scales with its size. */
  readonly row: (measured: Measured) => void
  /** Any other figure, in words. */
  readonly print: (line: string) => void
}) => Promise<void>

/** Seconds that `work` takes, and what it answers. */
export async function timed<Value>(work: () => Value | Promise<Value>): Promise<{ seconds: number; value: Value }> {
  const started = performance.now()
  const value = await work()
  return { seconds: (performance.now() - started) / 1000, value }
}

/** The most that this process and its threads have held, in MiB. */
export function memoryHeld(): number {
  return process.resourceUsage().maxRSS / 1024
}

/** What follows is measured by itself; elsewhere than on Linux, with all that was held before. */
export function forgetMemory(): void {
  const peak = '/proc/self/clear_refs'
  if (existsSync(peak)) writeFileSync(peak, '5')
}

/** The value at a quantile of a list of measurements, `quantile(times, 0.95)`. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN
}

/** `12 345`, for a table read by people. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en').replaceAll(',', ' ')
}
