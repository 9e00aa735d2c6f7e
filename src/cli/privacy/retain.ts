import { type DateText, parseDate } from '#kernel'
import { type RetentionDone, retain } from '#privacy'
import { type ExitCode, type Io, UsageError } from '../command.ts'
import { installationCountry, withDatabase } from '../installation.ts'
import { grouped } from '../progress.ts'

/** `socle privacy retain`: what has had its time is anonymised, or counted. */
export async function retainCommand(said: string | undefined, dryRun: boolean, io: Io): Promise<ExitCode> {
  const asOf = dayOf(said)
  const country = installationCountry()
  return withDatabase<ExitCode>(io, async ({ worker }) => {
    const options = {
      signal: io.signal,
      onProgress: (category: string, ended: number) => io.err(`${category}: ${grouped(ended)}\n`),
    }
    const done = await retain(worker, { country, asOf, dryRun }, options)
    for (const each of done) io.out(`${line(each, dryRun)}\n`)
    return 0
  })
}

function line({ category, months, before, ended }: RetentionDone, dryRun: boolean): string {
  if (before === null) return `${category.padEnd(10)} no time is set in the register of processing: nothing is done`
  const verb = dryRun ? 'would end' : 'ended'
  return `${category.padEnd(10)} ${grouped(ended)} ${verb}: still since before ${before} (${months} months)`
}

function dayOf(said: string | undefined): DateText {
  if (said === undefined) return Temporal.Now.plainDateISO().toString() as DateText
  const day = parseDate(said)
  if (day === undefined) throw new UsageError(`--as-of takes a day such as 2026-12-31, not ${said}`)
  return day
}
