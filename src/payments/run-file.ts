import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type DateText, err, money, ok, type Result } from '#kernel'
import { openNumbers } from './account-numbers.ts'
import { type CreditTransfer, type Pain001Version, type PaymentGroup, writePain001 } from './iso20022/pain001.ts'
import { listProviders, type Provider } from './provider.ts'
import type { ProviderPorts } from './providers/provider-port.ts'
import { recordStep } from './record-step.ts'
import { findRun, lockRun, paidAfterAllIn } from './run.sql.ts'
import { type ApprovalRefusal, decideFile, endToEndId, type Run, type RunId, type StepRefusal } from './run.ts'
import { insertParts, type PlacedPart, planParts, type RunPart, settledParts, sumsOf } from './run-parts.ts'

export type FileRequest = {
  readonly run: RunId
  readonly version: Pain001Version
  /** Written in the file as its creation time: `2026-12-20T08:00:00Z`. */
  readonly createdAt: string
  /** Day on which providers are asked to pay. */
  readonly executionDate: DateText
  /** Who is named here does not join the run's file: its part leaves by its own way, and by that alone. */
  readonly ports: ProviderPorts
}

export type RunFile = {
  /** `none` where every part leaves by another way: no bytes are written. */
  readonly format: string
  readonly createdAt: string
  readonly executionDate: DateText
  readonly bytes: bigint
  readonly sha256: string
}

/** The file with how the parts of the run leave: those in it, and those elsewhere. */
export type MadeFile = RunFile & { readonly parts: readonly RunPart[] }

/** Refusals of a file, in order of precedence: as for an approval, answers may have come in since. */
export type FileRefusal = StepRefusal | Extract<ApprovalRefusal, { code: 'paid_after_all' }>

/**
 * Writes the payment file of an approved run, piece by piece, and records its hash. What it orders of providers with a port is not
 * in it: how each part leaves is settled here, once. A run has one file: asked again, the same bytes are written, with the times of
 * the first request, whatever the ports are by then. Throws where what is written is not what was approved.
 */
export async function makeRunFile(
  tx: Transaction,
  request: FileRequest,
  write: (piece: string) => Promise<void>,
): Promise<Result<MadeFile, FileRefusal>> {
  await lockRun(tx, request.run)
  const run = await findRun(tx, request.run)
  if (!run) return err({ code: 'run_unknown', run: request.run })
  const decision = decideFile(run)
  if (!decision.ok) return decision
  const earlier = await findRunFile(tx, run.id)
  if (earlier) return ok(await writeAgain(tx, run, earlier, write))
  const lines = await paidAfterAllIn(tx, run.id)
  if (lines > 0) return err({ code: 'paid_after_all', reference: run.reference, lines })
  const parts = await planParts(tx, run, request.ports)
  const { createdAt, executionDate } = request
  const format = parts.some(isInFile) ? `pain.001.001.${request.version}` : 'none'
  const terms = { format, createdAt, executionDate }
  const file = { ...terms, ...(await writeFile(tx, run, terms, parts, write)) }
  await insertParts(tx, run.id, parts)
  await insertRunFile(tx, run.id, file)
  const elsewhere = parts.filter(part => !isInFile(part)).map(part => `${part.provider} by ${part.leavesBy}`)
  const detail = { format, sha256: file.sha256, ...(elsewhere.length > 0 && { elsewhere: elsewhere.join(', ') }) }
  await recordStep(tx, run, { state: 'file_made' }, detail)
  return ok({ ...file, parts: parts.map(asRunPart) })
}

/** Writes the file of a run that has one again: the same bytes. Undefined where it has none. */
export async function writeRunFileAgain(
  tx: Transaction,
  id: RunId,
  write: (piece: string) => Promise<void>,
): Promise<MadeFile | undefined> {
  const run = await findRun(tx, id)
  const file = run && (await findRunFile(tx, id))
  return file && writeAgain(tx, run, file, write)
}

async function writeAgain(
  tx: Transaction,
  run: Run,
  file: RunFile,
  write: (piece: string) => Promise<void>,
): Promise<MadeFile> {
  const parts = await settledParts(tx, run.id)
  if (!parts) throw new Error(`run ${run.reference}: it has a file, and nobody knows how its parts leave`)
  const { sha256 } = await writeFile(tx, run, file, parts, write)
  if (file.sha256 !== sha256) {
    throw new Error(`run ${run.reference}: the file is not the one made before (${file.sha256})`)
  }
  return { ...file, parts: parts.map(asRunPart) }
}

const isInFile = (part: RunPart): boolean => part.leavesBy === 'run_file'

const asRunPart = ({ after: _, ...part }: PlacedPart): RunPart => part

async function writeFile(
  tx: Transaction,
  run: Run,
  terms: Pick<RunFile, 'format' | 'createdAt' | 'executionDate'>,
  parts: readonly PlacedPart[],
  write: (piece: string) => Promise<void>,
): Promise<{ bytes: bigint; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0n
  for await (const piece of piecesOf(tx, run, terms, parts.filter(isInFile))) {
    hash.update(piece)
    bytes += BigInt(Buffer.byteLength(piece))
    await write(piece)
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** The file with these parts; nothing where there are none. */
async function* piecesOf(
  tx: Transaction,
  run: Run,
  { format, createdAt, executionDate }: Pick<RunFile, 'format' | 'createdAt' | 'executionDate'>,
  parts: readonly PlacedPart[],
): AsyncGenerator<string> {
  const [first] = parts
  if (!first) return
  const providers = await providersByCode(tx)
  const sums = sumsOf(parts)
  yield* writePain001(format.slice(-2) as Pain001Version, {
    messageId: run.reference,
    createdAt,
    // Who orders the whole file: the payer of its first group.
    initiator: providers.get(first.provider)!.debtorName,
    count: sums.instructions,
    total: money(sums.amount, run.currency),
    groups: parts.map(part => groupOf(tx, run, part, providers.get(part.provider)!, executionDate)),
  })
}

async function providersByCode(tx: Transaction): Promise<ReadonlyMap<string, Provider>> {
  return new Map((await listProviders(tx)).map(one => [one.code, one]))
}

function groupOf(
  tx: Transaction,
  run: Run,
  part: PlacedPart,
  provider: Provider,
  executionDate: DateText,
): PaymentGroup {
  return {
    id: `${run.reference}-${provider.code}`,
    executionDate,
    debtor: provider.debtorName,
    debtorAccount: provider.debtorAccount,
    agent: { bic: provider.bic, name: provider.name },
    count: part.instructions,
    total: money(part.amount, run.currency),
    transfers: transfersOf(tx, run, part.after, part.after + part.instructions),
  }
}

/** What a run orders of one provider, as files write it. */
export async function groupOfPart(
  tx: Transaction,
  run: Run,
  part: PlacedPart,
  executionDate: DateText,
): Promise<PaymentGroup> {
  return groupOf(tx, run, part, (await providersByCode(tx)).get(part.provider)!, executionDate)
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
