import {
  type Actor,
  type Database,
  type Databases,
  defineJob,
  type JobContext,
  type JobDefinition,
  type Transaction,
  transaction,
  workerActor,
} from '#db'
import { actorFor, decideAccess, eraseWaiting, findStaffAccess, waitingBytes } from '#security'
import { answerPiecesOf } from '../providers/answer-pieces.ts'
import type { ProviderPorts } from '../providers/provider-port.ts'
import { ANSWERS_JOB, type AnswersJob } from './give-answers.ts'
import {
  endGivenAnswers,
  findGivenAnswers,
  GIVEN_PIECES,
  type GivenAnswers,
  type GivenStage,
  holdGivenAnswers,
  tellGivenAnswers,
} from './given-answers.sql.ts'
import { importAnswersFrom } from './import-answers.ts'

const actor = workerActor('answers of providers')

export type AnswersJobParts = {
  readonly databases: Pick<Databases, 'app'>
  /** How providers are spoken to: the same on every machine. */
  readonly ports: ProviderPorts
}

/**
 * Takes a file of answers that was given, by {@link importAnswersFrom} as the command does, in the name of who gave it. All of it is one
 * transaction with the end of the file and the erasing of its bytes: a worker that is killed leaves nothing, and the next begins anew.
 */
export function answersJob({ databases: { app }, ports }: AnswersJobParts): JobDefinition<AnswersJob> {
  return defineJob<AnswersJob>({
    ...ANSWERS_JOB,
    minutes: 120,
    async run({ given: id }, { worker, attempt, signal }) {
      const find = () => transaction(worker, actor, tx => findGivenAnswers(tx, id))
      const given = await find()
      if (!given || given.endedAt !== null) return
      const by = await giverOf(app, given)
      if (!by) {
        await transaction(worker, actor, tx => end(tx, given, { refusal: { code: 'not_granted' } }))
        return
      }
      try {
        await take({ worker, attempt, signal, given, by, ports })
      } catch (error) {
        // Taken back while it was read: its bytes are gone, and nothing of it was written.
        if ((await find())?.endedAt === null) throw error
      }
    },
  })
}

/** Who gave it, with the grants of this moment; undefined who may not take answers any more. */
async function giverOf(app: Database, { staff }: GivenAnswers): Promise<Actor | undefined> {
  const access = await findStaffAccess(app, staff)
  const to = { territory: '', programme: null, sensitivity: 'ordinary' } as const
  if (!access || !decideAccess(access.grants, 'payment_run.send', to, access.at).ok) return undefined
  return actorFor(access, 'payment_run.send')
}

type Taking = Pick<JobContext, 'worker' | 'attempt' | 'signal'> & {
  readonly given: GivenAnswers
  readonly by: Actor
  readonly ports: ProviderPorts
}

async function take({ worker, attempt, signal, given, by, ports }: Taking): Promise<void> {
  const { id, provider } = given
  const port = ports.get(provider)
  if ((port?.adapter ?? 'iso20022') !== given.adapter) {
    throw new Error(`answers ${id}: this worker does not speak to ${provider} by ${given.adapter} (SOCLE_PROVIDERS)`)
  }
  await transaction(worker, by, async tx => {
    const key = await holdGivenAnswers(tx, id)
    if (!key) return
    const teller = telling(worker, { given, attempt, signal })
    await teller.tell('reading', 0)
    const answer = await importAnswersFrom(tx, provider, {
      open: () => teller.over(waitingBytes(tx, GIVEN_PIECES, id, key)),
      read: answerPiecesOf(port),
      onProgress: teller.progress,
      onWhole: teller.whole,
    })
    await end(tx, given, answer.ok ? answer.value : answer)
  })
}

/** How the file ended and the erasing of its bytes go together. Throws where it had ended: nothing of this transaction stands. */
async function end(tx: Transaction, { id }: GivenAnswers, how: Parameters<typeof endGivenAnswers>[2]): Promise<void> {
  if (!(await endGivenAnswers(tx, id, how))) throw new Error(`answers ${id} have ended already`)
  await eraseWaiting(tx, GIVEN_PIECES, id)
}

const EVERY_MS = 1000

/** Tells who waits how far it is, beside the transaction that takes, once a second at most. */
function telling(worker: Database, { given: { id }, attempt, signal }: Pick<Taking, 'given' | 'attempt' | 'signal'>) {
  let bytesRead = 0
  let linesRead = 0
  let told = 0
  async function tell(stage: GivenStage, lines: number): Promise<void> {
    linesRead = lines
    told = performance.now()
    const open = await transaction(worker, actor, tx => tellGivenAnswers(tx, id, { attempt, stage, lines, bytesRead }))
    if (!open) throw new Error(`answers ${id} have ended already`)
  }
  return {
    tell,
    async *over(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      bytesRead = 0
      for await (const piece of bytes) {
        signal.throwIfAborted()
        bytesRead += piece.length
        yield piece
      }
    },
    async progress(lines: number): Promise<void> {
      signal.throwIfAborted()
      linesRead = lines
      if (performance.now() - told >= EVERY_MS) await tell('reading', lines)
    },
    whole: () => tell('recording', linesRead),
  }
}
