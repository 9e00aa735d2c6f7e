import { createHash } from 'node:crypto'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import { findRun } from '../run.sql.ts'
import { decideFile, type RunId, type StepRefusal } from '../run.ts'
import { findRunFile, groupOf } from '../run-file.ts'
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
  /** Its orders go over the wire: a file besides could be paid a second time. */
  | { readonly code: 'provider_takes_no_file'; readonly provider: string }

/**
 * Writes what a run orders of one provider in the format of its port. The run's own file is made first, which freezes it; this one
 * is a part of that, the same bytes whenever it is written.
 */
export async function writeProviderFile(
  tx: Transaction,
  { run: id, provider, port }: { readonly run: RunId; readonly provider: string; readonly port: ProviderPort },
  write: (piece: string) => Promise<void>,
): Promise<Result<ProviderFile, ProviderFileRefusal>> {
  const run = await findRun(tx, id)
  if (!run) return err({ code: 'run_unknown', run: id })
  const decision = decideFile(run)
  if (!decision.ok) return decision
  const file = await findRunFile(tx, id)
  if (!file)
    return err({ code: 'run_not_in_state', reference: run.reference, state: 'approved', needs: ['file_made', 'sent'] })
  if (port.adapter === 'http') return err({ code: 'provider_takes_no_file', provider })
  const group = await groupOf(tx, run, provider, file.executionDate)
  if (!group) return err({ code: 'nothing_ordered', reference: run.reference, provider })
  const hash = createHash('sha256')
  let bytes = 0
  const { reference, currency } = run
  for await (const piece of port.write({ reference, createdAt: file.createdAt, currency, group })) {
    hash.update(piece)
    bytes += Buffer.byteLength(piece)
    await write(piece)
  }
  return ok({ format: port.format, payments: group.count, bytes, sha256: hash.digest('hex') })
}
