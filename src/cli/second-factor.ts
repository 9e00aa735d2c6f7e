import { readFileSync } from 'node:fs'
import type { Database, StaffActor } from '#db'
import { hasSecondFactor, showCode } from '#security'
import { type Io, UsageError } from './command.ts'

/** Where a code comes from: a file, else whoever sits at the terminal. */
export type CodeSource = { readonly file: string | undefined; readonly io: Io }

/**
 * Asks a member of staff for the second factor before an act that moves money, where the account has one: the rule of the console.
 * Without a terminal and without a file the call is refused; a code is never taken from what is piped in.
 */
export async function askSecondFactor(
  app: Database,
  secret: string,
  by: StaffActor,
  { file, io }: CodeSource,
): Promise<void> {
  if (!(await hasSecondFactor(app, secret, by))) return
  const typed = file === undefined ? await io.ask?.(`Code of the authenticator of ${by.name}: `) : contentOf(file)
  if (typed === undefined) {
    throw new UsageError(
      `${by.name} has a second factor: call this at a terminal, which asks for the code, or give --code-file FILE that holds one (a recovery code serves too)`,
    )
  }
  const shown = await showCode(app, secret, { by, typed, purpose: 'payment: a code is asked at the terminal' })
  if (shown.ok) return
  switch (shown.refusal.code) {
    case 'code_wrong':
      throw new UsageError(`this is no code of ${by.name} now; nothing was done`)
    case 'code_used':
      throw new UsageError('this code was used already: wait for the next one; nothing was done')
    case 'too_many_attempts':
      throw new UsageError(`too many wrong codes: try again in ${shown.refusal.seconds} seconds; nothing was done`)
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`--code-file ${path} cannot be read: ${(error as Error).message}`)
  }
}
