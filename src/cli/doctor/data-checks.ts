import { type Databases, type DataCheck, schemaChecks, transaction, workChecks, workerActor } from '#db'
import { householdChecks } from '#households'
import type { Finding } from '#kernel'
import { paymentChecks } from '#payments'
import { numberChecks } from '#population'
import { programmeChecks } from '#programmes'
import { securityChecks, verifyAudit } from '#security'
import { auditFindingText } from '../audit-words.ts'

/** What must hold of the data wherever they are: here, and in a backup that was restored. */
export const integrityChecks: readonly DataCheck[] = [
  ...schemaChecks,
  ...securityChecks,
  ...paymentChecks,
  ...householdChecks,
  ...programmeChecks,
]

/** And of the work going on in this installation. */
export const liveChecks: readonly DataCheck[] = [...integrityChecks, ...workChecks, ...numberChecks]

/** Asks them all, one after the other, each in a snapshot of its own; `full` also computes the whole audit chain again. */
export async function checkData(
  { worker }: Pick<Databases, 'worker'>,
  checks: readonly DataCheck[],
  { full, signal }: { readonly full: boolean; readonly signal?: AbortSignal },
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const check of checks) {
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
