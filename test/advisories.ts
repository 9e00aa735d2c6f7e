// What is known against the versions in use: npm's advisories, asked for where the registry answers. Everything else about
// dependencies is checked without a network, by test/tidy/dependencies.ts.
import { execFile } from 'node:child_process'

type Severity = 'info' | 'low' | 'moderate' | 'high' | 'critical'
type Report = {
  readonly error?: { readonly summary?: string }
  readonly message?: string
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: Severity; readonly range: string }>>
}

export type Advice = {
  readonly outcome: 'none' | 'some' | 'grave' | 'skipped'
  readonly says: string
}

/** What an answer of `npm audit --json` means. Without a registry nothing is known, which is said and is no failure. */
export function readAdvice(output: string): Advice {
  let report: Report
  try {
    report = JSON.parse(output) as Report
  } catch {
    return { outcome: 'skipped', says: 'dependency audit: skipped, npm gave no answer' }
  }
  if (report.error !== undefined || report.vulnerabilities === undefined) {
    const why = report.message?.replace(/https?:\S+/, 'the registry') ?? report.error?.summary ?? 'no reason given'
    return { outcome: 'skipped', says: `dependency audit: skipped, the registry does not answer (${why})` }
  }
  const found = Object.entries(report.vulnerabilities)
  if (found.length === 0) return { outcome: 'none', says: 'dependency audit: no advisory against a version in use' }
  const grave = found.some(([, { severity }]) => severity === 'high' || severity === 'critical')
  const lines = found.map(([name, { severity, range }]) => `  ${severity}: ${name} ${range}`)
  return {
    outcome: grave ? 'grave' : 'some',
    says: ['dependency audit: advisories against versions in use', ...lines.sort()].join('\n'),
  }
}

/** Asks npm about what a server runs (developers' tools left out). At most ten seconds. */
export function askAdvice(): Promise<Advice> {
  const npm = process.env.npm_execpath
  const [program, first] = npm ? [process.execPath, [npm]] : ['npm', []]
  const call = ['audit', '--json', '--omit=dev', '--fetch-retries=0', '--fetch-timeout=8000']
  return new Promise(resolve => {
    execFile(program, [...first, ...call], { timeout: 10_000, maxBuffer: 1 << 24 }, (_error, output) =>
      resolve(readAdvice(output)),
    )
  })
}
