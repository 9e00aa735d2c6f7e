/** Where a command reads and writes. Commands never touch `process` themselves, so that tests can run them. */
export type Io = {
  readonly stdin: AsyncIterable<string | Uint8Array>
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** True when the error stream is a terminal: progress bars are drawn there, plain lines elsewhere. */
  readonly interactive: boolean
  /** Aborted on Ctrl-C or SIGTERM: long work stops at the next safe point. */
  readonly signal: AbortSignal
  /** Asks for a secret at the terminal, without echo; undefined where nobody sits there. Absent: no terminal. */
  readonly ask?: (prompt: string) => Promise<string | undefined>
  /** Waits until what was written has left. Long outputs call it between pieces. */
  readonly flush: () => Promise<void>
}

/** Exit codes: 0 done, 1 done with something refused, 2 the call itself cannot be carried out, 130 stopped by Ctrl-C. */
export type ExitCode = 0 | 1 | 2 | 130

export type Command = {
  /** One line: what it does. */
  readonly summary: string
  /** The call's form after `socle`, one line per form. */
  readonly usage: readonly string[]
  /** What the options mean, and anything a user must know; plain text. */
  readonly help: string
  /** Calls that work as they stand, each with what it does. */
  readonly examples: readonly { readonly call: string; readonly says: string }[]
  readonly run: (args: readonly string[], io: Io) => Promise<ExitCode>
}

/** The call cannot be carried out: said in one sentence, exit code 2. */
export class UsageError extends Error {}
