import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type DateText, err, money, ok, type Result } from '#kernel'
import { openNumbers } from './account-numbers.ts'
import { type CreditTransfer, type Pain001Version, type PaymentGroup, writePain001 } from './iso20022/pain001.ts'
import { listProviders } from './provider.ts'
import { recordStep } from './record-step.ts'
import { findRun, lockRun, paidAfterAllIn } from './run.sql.ts'
import { type ApprovalRefusal, decideFile, endToEndId, type Run, type RunId, type StepRefusal } from './run.ts'

export type FileRequest = {
  readonly run: RunId
  readonly version: Pain001Version
  /** Written in the file as its creation time: `2026-12-20T08:00:00Z`. */
  readonly createdAt: string
  /** Day on which providers are asked to pay. */
  readonly executionDate: DateText
}

export type RunFile = {
  readonly format: string
  readonly createdAt: string
  readonly executionDate: DateText
  readonly bytes: bigint
  readonly sha256: string
}

/** Refusals of a file, in order of precedence: as for an approval, answers may have come in since. */
export type FileRefusal = StepRefusal | Extract<ApprovalRefusal, { code: 'paid_after_all' }>

/**
 * Writes the payment file of an approved run, piece by piece, and records its hash. A run has one file: asked again, the
 * same bytes are written, with the times of the first request. Throws where what is written is not what was approved.
 */
export async function makeRunFile(
  tx: Transaction,
  request: FileRequest,
  write: (piece: string) => Promise<void>,
): Promise<Result<RunFile, FileRefusal>> {
  await lockRun(tx, request.run)
  const run = await findRun(tx, request.run)
  if (!run) return err({ code: 'run_unknown', run: request.run })
  const decision = decideFile(run)
  if (!decision.ok) return decision
  const earlier = await findRunFile(tx, run.id)
  const lines = earlier ? 0 : await paidAfterAllIn(tx, run.id)
  if (lines > 0) return err({ code: 'paid_after_all', reference: run.reference, lines })
  const terms = earlier ?? {
    format: `pain.001.001.${request.version}`,
    createdAt: request.createdAt,
    executionDate: request.executionDate,
  }
  const written = await writeFile(tx, run, terms, write)
  if (earlier && earlier.sha256 !== written.sha256) {
    throw new Error(`run ${run.reference}: the file is not the one made before (${earlier.sha256})`)
  }
  const file = { ...terms, ...written }
  if (!earlier) {
    await insertRunFile(tx, run.id, file)
    await recordStep(tx, run, { state: 'file_made' }, { format: file.format, sha256: file.sha256 })
  }
  return ok(file)
}

async function writeFile(
  tx: Transaction,
  run: Run,
  terms: Pick<RunFile, 'format' | 'createdAt' | 'executionDate'>,
  write: (piece: string) => Promise<void>,
): Promise<{ bytes: bigint; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0n
  const pieces = writePain001(terms.format.slice(-2) as Pain001Version, {
    messageId: run.reference,
    createdAt: terms.createdAt,
    initiator: await initiatorOf(tx, run),
    count: run.totals.instructions,
    total: money(run.totals.amount, run.currency),
    groups: groupsOf(tx, run, terms.executionDate),
  })
  for await (const piece of pieces) {
    hash.update(piece)
    bytes += BigInt(Buffer.byteLength(piece))
    await write(piece)
  }
  return { bytes, sha256: hash.digest('hex') }
}

type GroupRow = { provider: string; instructions: number; amount: bigint }

async function findGroups(tx: Transaction, run: RunId): Promise<GroupRow[]> {
  const { rows } = await sql<GroupRow>`
    select provider, instructions, amount from payments.run_group where run_id = ${run} order by provider collate "C"`.execute(
    tx,
  )
  return rows
}

/** Who orders the whole file: the payer of its first group. */
async function initiatorOf(tx: Transaction, run: Run): Promise<string> {
  const [first] = await findGroups(tx, run.id)
  const provider = (await listProviders(tx)).find(one => one.code === first?.provider)
  return provider!.debtorName
}

async function* groupsOf(tx: Transaction, run: Run, executionDate: DateText): AsyncGenerator<PaymentGroup> {
  const providers = new Map((await listProviders(tx)).map(one => [one.code, one]))
  // Positions follow the order of the providers, so each group is the next stretch of them.
  let after = 0
  for (const group of await findGroups(tx, run.id)) {
    const provider = providers.get(group.provider)!
    yield {
      id: `${run.reference}-${provider.code}`,
      executionDate,
      debtor: provider.debtorName,
      debtorAccount: provider.debtorAccount,
      agent: { bic: provider.bic, name: provider.name },
      count: group.instructions,
      total: money(group.amount, run.currency),
      transfers: transfersOf(tx, run, after, after + group.instructions),
    }
    after += group.instructions
  }
}

/** What a run orders of one provider; undefined where that is nothing. */
export async function groupOf(
  tx: Transaction,
  run: Run,
  provider: string,
  executionDate: DateText,
): Promise<PaymentGroup | undefined> {
  for await (const group of groupsOf(tx, run, executionDate)) {
    if (group.id === `${run.reference}-${provider}`) return group
  }
  return undefined
}

type InstructionRow = {
  position: number
  payee_id: string
  payee_name: string
  amount: bigint
  kind: 'bank' | 'mobile' | 'cash'
  id: string
  number: string | null
  sealed: Buffer | null
}

const BATCH = 5000

/** The transfers of positions above `after`, to `last`. */
export async function* transfersOf(
  tx: Transaction,
  run: Run,
  after: number,
  last: number,
): AsyncGenerator<CreditTransfer[]> {
  const remittance = `${run.label} ${run.period}`
  for (let from = after; from < last; from += BATCH) {
    const { rows } = await sql<InstructionRow>`
      select i.position, i.payee_id, i.payee_name, i.amount, a.id, a.kind, a.number, a.number_sealed as sealed
      from payments.instruction i join payments.payee_account a on a.id = i.account_id
      where i.run_id = ${run.id} and i.position > ${from} and i.position <= ${Math.min(from + BATCH, last)}
      order by i.position`.execute(tx)
    const numbers = await openNumbers(tx, rows)
    yield rows.map((row, at) => ({
      endToEndId: endToEndId(run.reference, row.position),
      amount: row.amount,
      creditor: row.payee_name,
      account: accountOf(row, numbers[at]!),
      remittance,
    }))
  }
}

function accountOf(row: InstructionRow, number: string | null): CreditTransfer['account'] {
  switch (row.kind) {
    case 'bank':
      return { kind: 'bank', iban: number! }
    case 'mobile':
      return { kind: 'mobile', msisdn: number! }
    case 'cash':
      // At a payment point the payee is known by the id that payments knows; 32 characters, the format allows 34.
      return { kind: 'cash', reference: row.payee_id.replaceAll('-', '') }
  }
}

export async function findRunFile(tx: Transaction, run: RunId): Promise<RunFile | undefined> {
  const { rows } = await sql<RunFile>`
    select format, created_at as "createdAt", execution_date as "executionDate", bytes, sha256
    from payments.run_file where run_id = ${run}`.execute(tx)
  return rows[0]
}

async function insertRunFile(tx: Transaction, run: RunId, file: RunFile): Promise<void> {
  await sql`
    insert into payments.run_file (run_id, format, created_at, execution_date, bytes, sha256)
    values (${run}, ${file.format}, ${file.createdAt}, ${file.executionDate}, ${file.bytes}, ${file.sha256})`.execute(
    tx,
  )
}
