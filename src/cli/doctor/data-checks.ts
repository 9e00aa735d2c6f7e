import { type Databases, type DataCheck, transaction, workerActor } from '#db'
import type { Finding } from '#kernel'
import { verifyAudit } from '#security'
import { auditFindingText } from '../audit-words.ts'

/** Every question that the modules ask of their tables. */
const dataChecks: readonly DataCheck[] = []

/** Asks them all, one after the other, each in a snapshot of its own; `full` also computes the whole audit chain again. */
export async function checkData(
  { worker }: Pick<Databases, 'worker'>,
  { full, signal }: { readonly full: boolean; readonly signal?: AbortSignal },
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const check of dataChecks) {
    signal?.throwIfAborted()
    findings.push(
      ...(await transaction(worker, workerActor('socle doctor'), tx => check.run(tx), {
        isolation: 'repeatable read',
        readOnly: true,
      })),
    )
  }
  if (full) findings.push(...(await checkChain(worker, signal)))
  return findings
}

async function checkChain(worker: Databases['worker'], signal: AbortSignal | undefined): Promise<Finding[]> {
  const { findings } = await verifyAudit(worker, { checkpoint: undefined, onProgress: () => signal?.throwIfAborted() })
  return findings.map(finding => ({
    check: 'audit-chain',
    severity: 'serious',
    says: auditFindingText(finding),
    todo: 'Somebody changed the audit outside of the program, or the disk lost something: compare with the last checkpoint (socle audit verify --checkpoint) and the last verified backup, and tell the auditor.',
  }))
}
