import { enqueue, transaction, workerActor } from '#db'
import {
  addMonths,
  type DateText,
  isCurrency,
  type Month,
  money,
  moneyText,
  monthOf,
  monthsBetween,
  parseDate,
  parseMonth,
} from '#kernel'
import {
  type DetermineRefusal,
  determinationJob,
  determine,
  type Entitled,
  entitle,
  type RunRow,
  runFigures,
  runRefusals,
} from '#programmes'
import { type Command, type ExitCode, type Io, UsageError } from '../command.ts'
import { withDatabase } from '../installation.ts'
import { optionsAlone, required } from '../options.ts'
import { countryOf } from '../programme.ts'
import { progress } from '../progress.ts'

const ASKED_BY = 'socle determine'

export const command: Command = {
  summary: 'Decides a programme for every household of the register.',
  usage: ['determine --programme PACK --month YYYY-MM [--later]'],
  help: `
--programme  a pack, such as ma/asd
--month      the month decided, such as 2026-12; at most two months ahead of today's
--later      leaves it to the workers (the server's own, or socle worker) and returns at once

Written range by range: Ctrl-C stops after the range at hand, and the same call goes on from there. Prints how many
households are eligible, their weighted share, the amount, what turned the others away, and the hash of the result: the
same facts, pack and month give the same hash. What is owed is recorded, once per household and month.`,
  examples: [
    {
      call: 'npx socle determine --programme ma/asd --month 2026-12',
      says: 'decides direct social assistance for December',
    },
    {
      call: 'npx socle determine --programme mx/multidimensional --month 2014-12',
      says: 'decides the survey of Mexico',
    },
  ],
  async run(args, io) {
    const options = optionsAlone(args, { programme: 'text', month: 'text', later: 'flag' })
    const pack = required(options.programme, 'programme', 'ma/asd')
    const monthText = required(options.month, 'month', '2026-12')
    const month = parseMonth(monthText)
    if (month === undefined) throw new UsageError(`--month takes a month such as 2026-12, not ${monthText}`)
    const country = countryOf(pack)
    notTooFar(month, monthOf(parseDate(Temporal.Now.plainDateISO(country.timeZone).toString()) as DateText))
    return withDatabase<ExitCode>(io, async ({ worker }) => {
      if (options.later) {
        const payload = { country: country.code, pack, month, askedBy: ASKED_BY }
        const id = await transaction(worker, workerActor(ASKED_BY), tx => enqueue(tx, determinationJob, payload))
        io.out(`${pack}, ${month}: left to the workers as job ${id}\n`)
        return 0
      }
      const bar = progress(io, 'Deciding', 'ranges')
      const result = await determine(
        worker,
        { country, pack, month, askedBy: ASKED_BY },
        { onProgress: bar.update, signal: io.signal },
      )
      if (!result.ok) throw new UsageError(refusalText(result.refusal))
      bar.end()
      const owed = await entitle(worker, { country, runId: result.value.id, askedBy: ASKED_BY })
      const figures = await transaction(worker, workerActor(ASKED_BY), async tx => ({
        ...(await runFigures(tx, result.value.id)),
        refusals: await runRefusals(tx, result.value.id),
      }))
      report(io, result.value, figures, owed.ok ? owed.value : undefined)
      return 0
    })
  },
}

/** Months ahead that may be decided: a cycle is prepared in the month before it, and announced in the one before that. */
const AHEAD = 2

/**
 * What is owed is recorded, once per household and month: for a month far ahead it would be decided on facts and law that
 * will have changed by then, and stand in the way of the right decision.
 */
function notTooFar(month: Month, now: Month): void {
  if (monthsBetween(now, month) <= AHEAD) return
  throw new UsageError(
    `--month takes a month up to ${addMonths(now, AHEAD)}, not ${month}: what is owed is recorded for good, and the facts and the law of that month are not known yet; socle decide answers for one household in any month`,
  )
}

type Figures = Awaited<ReturnType<typeof runFigures>> & { readonly refusals: Awaited<ReturnType<typeof runRefusals>> }

function report(io: Io, run: RunRow, figures: Figures, owed: Entitled | undefined): void {
  const share = figures.weightedShare === null ? '' : ` (weighted share ${figures.weightedShare} %)`
  const lines = [
    `${run.pack}, ${run.month}`,
    `  households    ${figures.households}`,
    `  eligible      ${figures.eligible}${share}`,
    `  undetermined  ${figures.undetermined}`,
  ]
  if (run.currency !== null && isCurrency(run.currency)) {
    lines.push(`  amount        ${moneyText(money(figures.amountMinor, run.currency))} ${run.currency}`)
  }
  for (const { code, households } of figures.refusals) lines.push(`  refused       ${households} by ${code}`)
  if (owed) lines.push(`  owed          ${owed.added} recorded now, ${owed.standing} stood already`)
  lines.push(`  pack version  ${run.packVersion}`, `  result        ${run.resultHash}`, `  run           ${run.id}`)
  io.out(`${lines.join('\n')}\n`)
}

function refusalText(refusal: DetermineRefusal): string {
  switch (refusal.code) {
    case 'pack_unknown':
      return `there is no programme ${refusal.pack}; there are: ${refusal.known.join(', ')}`
    case 'programme_not_in_force':
      return `${refusal.pack} is in force from ${refusal.from ?? 'the beginning'} to ${refusal.to ?? 'further notice'}, not in that month`
    case 'no_household':
      return `the register holds no household of ${refusal.country}; see socle help import and socle help demo`
  }
}
