/** How bad: `serious` is to be mended now, `warning` soon, `notice` is good to know. */
export type Severity = 'serious' | 'warning' | 'notice'

/** One thing that a check of an installation found, for whoever runs it: plain words, and what to do. */
export type Finding = {
  /** Name of the check, kebab-case: 'ledger-balance'. */
  readonly check: string
  readonly severity: Severity
  readonly says: string
  readonly todo: string
}
