/** A mistake in a file of policy: where it stands, what is wrong, what is accepted there, what was probably meant. */
export type Diagnostic = {
  readonly file: string
  /** From 1, as editors count. */
  readonly line: number
  readonly column: number
  /** Length of the text at fault, on its line. */
  readonly length: number
  readonly severity: 'error' | 'warning'
  /** snake_case, stable: `unknown_name`, `wrong_type` … */
  readonly code: string
  readonly message: string
  readonly expected: string | null
  readonly suggestion: string | null
  /** The line of the file at fault. */
  readonly excerpt: string
}

/**
 * A diagnostic as a terminal shows it:
 *
 *     packs/ma/asd/pack.yaml:31:11: error: no fact, parameter, score or step is called isee [unknown_name]
 *       31 |     when: isee > threshold
 *          |           ^^^^
 *       did you mean ise?
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, length, severity, code, message, expected, suggestion, excerpt } = diagnostic
  const gutter = `${line}`
  const lines = [`${file}:${line}:${column}: ${severity}: ${message} [${code}]`]
  if (excerpt !== '') {
    const room = Math.max(1, Math.min(length, excerpt.length - column + 1))
    lines.push(`  ${gutter} | ${excerpt}`)
    lines.push(`  ${' '.repeat(gutter.length)} | ${' '.repeat(column - 1)}${'^'.repeat(room)}`)
  }
  if (expected !== null) lines.push(`  expected: ${expected}`)
  if (suggestion !== null) lines.push(`  did you mean ${suggestion}?`)
  return `${lines.join('\n')}\n`
}

/** Files in order, then from top to bottom, errors before warnings at one place. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1),
  )
}

/** The name that was probably meant: the nearest by edits, if it is near enough to be worth saying. */
export function nearest(text: string, candidates: Iterable<string>): string | null {
  let best: string | null = null
  let bestDistance = (text.length < 4 ? 1 : text.length < 10 ? 2 : 3) + 1
  for (const candidate of candidates) {
    const distance = edits(text.toLowerCase(), candidate.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Insertions, deletions, substitutions and swaps of neighbours between two words; stops counting at `limit`. */
function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] as number) + 1)
      }
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] as number
}
