import { transaction, workerActor } from '#db'
import { parseDate } from '#kernel'
import { type AnomalyView, findAnomalies, lastDays, listAnomalies } from '#security'
import { type ExitCode, type Io, UsageError } from './command.ts'
import { installationCountry, withDatabase } from './installation.ts'

const SHOWN = 200

/** `socle audit anomalies`: looks, then lists. */
export async function anomalies(
  options: { readonly day?: string | undefined; readonly all?: boolean | undefined },
  io: Io,
): Promise<ExitCode> {
  const day = options.day === undefined ? undefined : parseDate(options.day)
  if (options.day !== undefined && day === undefined) {
    throw new UsageError(`--day takes a day such as 2026-12-01, not ${options.day}`)
  }
  const { timeZone } = installationCountry()
  const found = await withDatabase(io, async ({ worker }) => {
    for (const each of day ? [day] : await lastDays(worker, timeZone)) {
      await findAnomalies(worker, { day: each, timeZone })
    }
    return transaction(worker, workerActor('audit anomalies'), tx =>
      listAnomalies(tx, { open: options.all !== true, limit: SHOWN }),
    )
  })
  for (const one of found) io.out(`${line(one)}\n`)
  const more = found.length === SHOWN ? ' (the first; the console has all)' : ''
  io.out(`${found.length} ${options.all ? 'anomalies' : 'without an answer'}${more}.\n`)
  return 0
}

function line({ day, level, kind, by, subjectKind, subjectId, territory, facts, said }: AnomalyView): string {
  const figures = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
  const about = subjectId === '' ? [] : [`${subjectKind} ${subjectId}`]
  const place = territory === '' ? 'the whole country' : territory
  return [`${day}  ${'!'.repeat(level).padEnd(3)} ${kind}`, by, ...about, place, ...figures, said.at(-1)?.state]
    .filter(part => part !== undefined)
    .join(', ')
}
