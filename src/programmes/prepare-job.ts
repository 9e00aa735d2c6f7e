import { type Country, openCountry } from '#countries'
import {
  type Actor,
  type Database,
  type Databases,
  defineJob,
  enqueue,
  type JobDefinition,
  type Transaction,
  transaction,
  workerActor,
} from '#db'
import { type Currency, err, ok, type Result } from '#kernel'
import { findBudgetLine, type RunId } from '#payments'
import { actorFor, appendAudit, decideAccess, findStaffAccess } from '#security'
import type { payableChecks } from './payable.ts'
import {
  type AskedRefusal,
  endPreparation,
  findPreparation,
  type PreparationAsked,
  refusePreparation,
  stagePreparation,
  writePreparation,
} from './preparation.sql.ts'
import { prepareMonth } from './prepare-month.ts'

type PrepareJob = { readonly request: RunId }
const PREPARE_JOB: Pick<JobDefinition<PrepareJob>, 'name'> = { name: 'prepare_month' }

const actor = workerActor('payment preparation')

/** Why it is not even left to the workers, in order of precedence. */
export type AskPreparationRefusal =
  | { readonly code: 'budget_line_unknown'; readonly budgetLine: string }
  | {
      readonly code: 'currency_differs'
      readonly budgetLine: string
      readonly currency: Currency
      readonly expected: Currency
    }
  /** Another run of the month is being prepared, on another line. */
  | { readonly code: 'preparation_open'; readonly budgetLine: string }

/**
 * Leaves the run of a month to the workers, in the caller's transaction (the worker's role). Asked again while it is not done, it is
 * left to them again: whoever is second finds it done. Answers the id that the run will have.
 */
export async function askPreparation(
  tx: Transaction,
  country: Country,
  asked: PreparationAsked,
): Promise<Result<RunId, AskPreparationRefusal>> {
  const { budgetLine } = asked
  const line = await findBudgetLine(tx, budgetLine)
  if (!line) return err({ code: 'budget_line_unknown', budgetLine })
  if (line.currency !== country.currency) {
    return err({ code: 'currency_differs', budgetLine, currency: country.currency, expected: line.currency })
  }
  const written = await writePreparation(tx, asked)
  if (written.budgetLine !== budgetLine) return err({ code: 'preparation_open', budgetLine: written.budgetLine })
  if (written.doneAt !== null || written.refusal !== null) return ok(written.id)
  await enqueue(tx, PREPARE_JOB, { request: written.id })
  const { pack, month } = asked
  await appendAudit(tx, {
    action: 'payment_run.ask',
    subject: { kind: 'payment_run', id: written.id },
    purpose: 'payment: the run of a month is prepared',
    detail: { pack, month, budgetLine },
  })
  return ok(written.id)
}

export type PreparationJobParts = {
  readonly databases: Pick<Databases, 'app' | 'worker'>
  readonly terms: Parameters<typeof payableChecks>[0]
}

/**
 * Prepares what was asked for, by {@link prepareMonth} as the command does. All of it is one transaction: a worker that is killed
 * leaves nothing of it, and the next begins anew; the run and the end of the request are there together.
 */
export function prepareJob({ databases: { app }, terms }: PreparationJobParts): JobDefinition<PrepareJob> {
  return defineJob<PrepareJob>({
    ...PREPARE_JOB,
    minutes: 120,
    async run({ request: id }, { worker, attempt, signal }) {
      const asked = await transaction(worker, actor, tx => findPreparation(tx, id))
      if (!asked || asked.doneAt !== null || asked.refusal !== null) return
      const by = await makerOf(app, asked)
      const refused = by ? await prepared(worker, by, { asked, attempt, signal, terms }) : notGranted
      if (refused) await transaction(worker, actor, tx => refusePreparation(tx, id, refused))
    },
  })
}

const notGranted = { code: 'not_granted' } as const

/** Who asked, with the grants of this moment; undefined who may not prepare it any more. */
async function makerOf(app: Database, { staff, pack }: PreparationAsked): Promise<Actor | undefined> {
  const access = await findStaffAccess(app, staff)
  const to = { territory: '', programme: pack, sensitivity: 'ordinary' } as const
  if (!access || !decideAccess(access.grants, 'payment_run.prepare', to, access.at).ok) return undefined
  return actorFor(access, 'payment_run.prepare')
}

type Attempt = {
  readonly asked: PreparationAsked
  readonly attempt: number
  readonly signal: AbortSignal
  readonly terms: PreparationJobParts['terms']
}

/** Answers why there is no run; undefined where it is drafted, by this attempt or by one beside it. */
async function prepared(
  worker: Database,
  by: Actor,
  { asked, attempt, signal, terms }: Attempt,
): Promise<AskedRefusal | undefined> {
  const { id, pack: programme, month, budgetLine, accountsOn: today } = asked
  const country = openCountry(asked.country)
  const pack = country.book.packs.get(programme)
  if (!pack) throw new Error(`${programme} is no programme of ${asked.country}`)
  const paid = { id: programme, label: pack.names.fr, currency: country.currency, pack }
  const done = await prepareMonth(
    worker,
    by,
    { id, programme: paid, month, budgetLine, today, terms },
    {
      // Seen at once by who waits: it is written beside the transaction that prepares.
      async onStage(stage) {
        signal.throwIfAborted()
        await transaction(worker, actor, tx => stagePreparation(tx, id, { stage, attempt }))
      },
      within: (tx, month) => endPreparation(tx, id, month),
    },
  )
  return done.ok ? undefined : done.refusal
}
