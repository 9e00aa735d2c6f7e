import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { appendAudit } from '#security'
import { findRun } from '../run.sql.ts'
import { decideFile, type RunId, type StepRefusal } from '../run.ts'
import { findRunFile, groupOfPart } from '../run-file.ts'
import { type RunPart, settledParts } from '../run-parts.ts'
import type { ProviderPort } from './provider-port.ts'

export type ProviderFile = {
  readonly format: string
  readonly payments: number
  readonly bytes: number
  readonly sha256: string
}

/** Refusals of a provider's own file, in order of precedence. */
export type ProviderFileRefusal =
  | StepRefusal
  | { readonly code: 'nothing_ordered'; readonly reference: string; readonly provider: string }
  /** Its orders are in the run's own file: another besides could be paid a second time. */
  | { readonly code: 'part_in_run_file'; readonly reference: string; readonly provider: string }
  /** Its orders go over the wire: a file besides could be paid a second time. */
  | { readonly code: 'provider_takes_no_file'; readonly provider: string }
  /** Agents of ours hand it over at payment points: orders besides could be paid a second time. */
  | { readonly code: 'part_at_counter'; readonly reference: string; readonly provider: string }
  /** When the run's file was made the provider had a form of its own, and the settings name none now. */
  | { readonly code: 'form_unknown'; readonly provider: string }

/**
 * Writes what a run orders of one provider in the form of its port, where the run's file, which is made first, settled that it leaves
 * so. The same bytes whenever it is written, as long as the form is the same; each text is recorded with its hash.
 */
export async function writeProviderFile(
  tx: Transaction,
  {
    run: id,
    provider,
    port,
  }: { readonly run: RunId; readonly provider: string; readonly port: ProviderPort | undefined },
  write: (piece: string) => Promise<void>,
): Promise<Result<ProviderFile, ProviderFileRefusal>> {
  const run = await findRun(tx, id)
  if (!run) return err({ code: 'run_unknown', run: id })
  const decision = decideFile(run)
  if (!decision.ok) return decision
  const { reference, currency } = run
  const file = await findRunFile(tx, id)
  const parts = file && (await settledParts(tx, id))
  if (!parts) return err({ code: 'run_not_in_state', reference, state: 'approved', needs: ['file_made', 'sent'] })
  const part = parts.find(one => one.provider === provider)
  if (!part) return err({ code: 'nothing_ordered', reference, provider })
  if (part.leavesBy === 'run_file') return err({ code: 'part_in_run_file', reference, provider })
  if (part.leavesBy === 'wire') return err({ code: 'provider_takes_no_file', provider })
  if (part.leavesBy === 'counter') return err({ code: 'part_at_counter', reference, provider })
  if (port === undefined || port.adapter === 'http') return err({ code: 'form_unknown', provider })
  const group = await groupOfPart(tx, run, part, file.executionDate)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of port.write({ reference, createdAt: file.createdAt, currency, group })) {
    hash.update(piece)
    bytes += Buffer.byteLength(piece)
    await write(piece)
  }
  const written = { format: port.format, payments: part.instructions, bytes, sha256: hash.digest('hex') }
  await recordWritten(tx, id, part, written)
  return ok(written)
}

/** Says that the file was written, once for each text. */
async function recordWritten(tx: Transaction, run: RunId, part: RunPart, file: ProviderFile): Promise<void> {
  const { provider, instructions, amount } = part
  const { format, bytes, sha256 } = file
  const { numAffectedRows } = await sql`
    insert into payments.provider_file (run_id, provider, instructions, amount, format, bytes, sha256)
    values (${run}, ${provider}, ${instructions}, ${amount}, ${format}, ${bytes}, ${sha256})
    on conflict do nothing`.execute(tx)
  if (numAffectedRows === 0n) return
  await appendAudit(tx, {
    action: 'payment_run.make_part',
    subject: { kind: 'payment_run', id: run },
    purpose: 'payment: what is owed is paid',
    detail: { provider, instructions, format, sha256 },
  })
}
