// What auditors are shown of what stands out, and what they say of it.
import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type DateText, err, type Id, ok, type Result } from '#kernel'
import type { AnomalyKind } from './anomaly.ts'
import { appendAudit } from './audit.ts'

export const ANOMALY_STATES = ['seen', 'explained', 'confirmed'] as const
export type AnomalyState = (typeof ANOMALY_STATES)[number]

export type AnomalyView = {
  readonly id: Id<'Anomaly'>
  readonly kind: AnomalyKind
  readonly day: DateText
  readonly level: 1 | 2 | 3
  readonly actor: string
  readonly by: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly territory: string
  readonly facts: Readonly<Record<string, number>>
  /** What was said of it, the first first. */
  readonly said: readonly {
    readonly state: AnomalyState
    readonly note: string
    readonly at: string
    readonly byName: string
  }[]
}

/** Anomalies that the actor may see, the latest day first; `before` is the last one of the page before. */
export async function listAnomalies(
  tx: Transaction,
  page: { readonly open: boolean; readonly limit: number; readonly before?: Id<'Anomaly'> },
): Promise<AnomalyView[]> {
  return selected(
    tx,
    sql`(not ${page.open}::boolean or not exists (
        select from security.audit_anomaly_state s where s.anomaly_id = a.id and s.state <> 'seen'))
      and (${page.before ?? null}::uuid is null
        or (a.day, a.id) < (select b.day, b.id from security.audit_anomaly b where b.id = ${page.before ?? null}::uuid))`,
    page.limit,
  )
}

/** One anomaly that the actor may see. */
export async function findAnomaly(tx: Transaction, id: Id<'Anomaly'>): Promise<AnomalyView | undefined> {
  const [found] = await selected(tx, sql`a.id = ${id}`, 1)
  return found
}

async function selected(tx: Transaction, where: ReturnType<typeof sql>, limit: number): Promise<AnomalyView[]> {
  const { rows } = await sql<AnomalyView>`
    select a.id, a.kind, a.day, a.level, a.actor, a.actor_name as by, a.subject_kind as "subjectKind",
      a.subject_id as "subjectId", a.territory, a.facts,
      coalesce((
        select jsonb_agg(jsonb_build_object('state', s.state, 'note', s.note, 'byName', s.recorded_name,
          'at', to_char(s.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) order by s.recorded_at)
        from security.audit_anomaly_state s where s.anomaly_id = a.id), '[]') as said
    from security.audit_anomaly a where ${where}
    order by a.day desc, a.id desc limit ${limit}`.execute(tx)
  return rows
}

export type AnomalyRefusal =
  | { readonly code: 'anomaly_unknown' }
  /** Nobody judges own acts. */
  | { readonly code: 'own_acts' }
  /** What explains it, or what follows, has to be said. */
  | { readonly code: 'note_missing' }
  | { readonly code: 'note_too_long'; readonly most: number }

const MOST = 2000

export type AnomalyAnswer = {
  /** Made by the caller and kept for retries: the same again changes nothing. */
  readonly id: Id<'AnomalyState'>
  readonly anomaly: Id<'Anomaly'>
  readonly state: AnomalyState
  readonly note: string
}

/** May somebody say this of an anomaly? */
function decideAnswer(
  found: Pick<AnomalyView, 'actor'> | undefined,
  answer: Pick<AnomalyAnswer, 'state' | 'note'>,
  by: string,
): Result<undefined, AnomalyRefusal> {
  if (!found) return err({ code: 'anomaly_unknown' })
  if (found.actor === by) return err({ code: 'own_acts' })
  if (answer.state !== 'seen' && answer.note.trim() === '') return err({ code: 'note_missing' })
  if (answer.note.length > MOST) return err({ code: 'note_too_long', most: MOST })
  return ok(undefined)
}

/** Records what an auditor says of an anomaly, with its line in the audit. */
export async function answerAnomaly(
  tx: Transaction,
  answer: AnomalyAnswer,
): Promise<Result<undefined, AnomalyRefusal>> {
  const found = await findAnomaly(tx, answer.anomaly)
  const { rows } = await sql<{ by: string }>`select security.actor() as by`.execute(tx)
  const decision = decideAnswer(found, answer, rows[0]!.by)
  if (!decision.ok || !found) return decision
  const { numAffectedRows } = await sql`
    insert into security.audit_anomaly_state (id, anomaly_id, state, note)
    values (${answer.id}, ${answer.anomaly}, ${answer.state}, ${answer.note.trim()}) on conflict do nothing`.execute(tx)
  if (numAffectedRows === 1n) {
    await appendAudit(tx, {
      action: 'anomaly.answer',
      subject: { kind: 'anomaly', id: answer.anomaly },
      territory: found.territory,
      purpose: 'oversight: anomalies page',
      detail: { kind: found.kind, state: answer.state, of: found.actor },
    })
  }
  return decision
}
