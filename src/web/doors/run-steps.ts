import { sql } from 'kysely'
import { type Transaction, transaction } from '#db'
import { type DateText, err, ok, parseDate, type Result } from '#kernel'
import { makeRunFile, markRunSent, type RunDetail, showRun, writeProviderFile } from '#payments'
import {
  actorFor,
  appendAudit,
  decideAccess,
  type Permission,
  requireSecondFactor,
  type SignedIn,
  type StaffAccess,
} from '#security'
import type { CycleDoor, RunStepRefusal } from '../cycle-door.ts'
import type { CycleParts } from './cycle.ts'
import { accessOf } from './reader.ts'
import { todayIn } from './today.ts'

/** The steps of a run after its approval, each over the whole country and every programme that it pays. */
export function runStepsDoor({ app, worker, country, ports }: CycleParts): Pick<CycleDoor, 'stepRun' | 'providerFile'> {
  return {
    async stepRun(reader, reference, { step, on }) {
      const permission: Permission = step === 'file' ? 'payment_file.export' : 'payment_run.send'
      const run = await runFor(reader, reference, permission)
      if (!run.ok) return run
      const { id, by } = run.value
      if (step === 'sent') {
        const sent = await transaction(app, by, tx => markRunSent(tx, id))
        return sent.ok ? ok(undefined) : sent
      }
      const executionDate = parseDate(on)
      if (executionDate === undefined) return err({ code: 'day_malformed' })
      return transaction(worker, by, async tx => {
        if (executionDate < (await todayIn(tx, country))) return err({ code: 'day_past' })
        const request = { run: id, version: '03', createdAt: await nowIn(tx), executionDate, ports } as const
        // Its hash is what is recorded; the bytes are made again for whoever takes them away.
        const made = await makeRunFile(tx, request, async () => {})
        return made.ok ? ok(undefined) : made
      })
    },
    async providerFile(reader, reference, provider) {
      const run = await runFor(reader, reference, 'payment_file.export')
      if (!run.ok) return undefined
      const { id, by } = run.value
      const port = ports.get(provider)
      const pieces: string[] = []
      const made = await transaction(worker, by, async tx => {
        pieces.length = 0
        const written = await writeProviderFile(tx, { run: id, provider, port }, async piece => void pieces.push(piece))
        if (!written.ok) return undefined
        await appendAudit(tx, {
          action: 'payment_file.export',
          subject: { kind: 'payment_run', id },
          purpose: 'payment: payment run page',
          detail: { provider, instructions: written.value.payments, sha256: written.value.sha256 },
        })
        return written.value
      })
      if (!made) return undefined
      const csv = port?.adapter === 'csv'
      return {
        name: `${reference}-${provider}.${csv ? 'csv' : 'xml'}`,
        type: csv ? 'text/csv; charset=utf-8' : 'application/xml',
        content: pieces.join(''),
      }
    },
  }

  async function runFor(
    reader: SignedIn,
    reference: string,
    permission: Permission,
  ): Promise<Result<{ id: RunDetail['id']; by: ReturnType<typeof actorFor> }, RunStepRefusal>> {
    const factor = requireSecondFactor(reader, permission)
    if (!factor.ok) return err({ code: 'second_factor_required' })
    const access = await accessOf(app, reader)
    const by = actorFor(access, permission)
    const run = await transaction(app, by, tx => showRun(tx, reference), { readOnly: true })
    if (!run) return err({ code: 'run_unknown', run: reference })
    const refused = notGranted(access, permission, run)
    return refused ?? ok({ id: run.id, by })
  }
}

function notGranted({ grants, at }: StaffAccess, permission: Permission, { groups }: RunDetail) {
  for (const { purpose: programme } of groups) {
    const allowed = decideAccess(grants, permission, { territory: '', programme, sensitivity: 'ordinary' }, at)
    if (!allowed.ok) return err({ code: 'not_granted' as const, why: allowed.refusal })
  }
  return undefined
}

async function nowIn(tx: Transaction): Promise<string> {
  const { rows } = await sql<{ now: DateText }>`
    select to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as now`.execute(tx)
  return rows[0]!.now
}
