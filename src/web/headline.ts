import type { DeterminationRow } from './context.ts'

/** The determination that gives to most households in the latest month decided: the one people ask about first. */
export function headline(rows: readonly DeterminationRow[]): DeterminationRow | undefined {
  const given = rows.filter(row => row.finished && row.gives)
  const month = given
    .map(row => row.month)
    .sort()
    .at(-1)
  return given.filter(row => row.month === month).sort((a, b) => b.eligible - a.eligible)[0]
}
