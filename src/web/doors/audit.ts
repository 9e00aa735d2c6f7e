import type { Country } from '#countries'
import { type Database, transaction } from '#db'
import type { Id, Result } from '#kernel'
import {
  type AnomalyAnswer,
  type AnomalyRefusal,
  type AnomalyView,
  type AuditLine,
  actorFor,
  answerAnomaly,
  appendAudit,
  listAnomalies,
  purposeOf,
  searchAudit,
} from '#security'
import type { AnomalyRow, AuditRequest, AuditRow } from '../audit-door.ts'
import type { StaffMember } from '../context.ts'
import { accessOf, readAs } from './reader.ts'
import { placeOf } from './words.ts'

/** Records of the audit that the reader may see; a list that leaves as a file is itself recorded. */
export function readAudit(
  app: Database,
  country: Country,
  reader: StaffMember,
  request: AuditRequest,
): Promise<readonly AuditRow[]> {
  const { limit, before, exported, ...search } = request
  return readAs(app, reader, 'audit.read', async tx => {
    const page = { limit, timeZone: country.timeZone, ...(before !== undefined && { before: BigInt(before) }) }
    const lines = await searchAudit(tx, search, page)
    if (exported) {
      const asked = Object.entries(search).flatMap(([name, value]) => (value ? [name] : []))
      await appendAudit(tx, {
        action: 'audit.export',
        subject: { kind: 'audit', id: 'records' },
        purpose: 'oversight: audit page',
        detail: { rows: lines.length, asked, before: before ?? null },
      })
    }
    return lines.map(line => auditRow(country, line))
  })
}

function auditRow(
  country: Country,
  { position, at, rows, territory, purpose, subjectId, ...line }: AuditLine,
): AuditRow {
  return {
    ...line,
    position: String(position),
    at: at.toISOString(),
    subjectId: subjectId ?? undefined,
    rows: rows === null ? undefined : Number(rows),
    territory: whereOf(country, territory),
    ...purposeOf(purpose),
  }
}

const whereOf = (country: Country, territory: string) =>
  territory === '' ? [country.name] : placeOf(country, territory)

/** What stands out, the latest day first. */
export function readAnomalies(
  app: Database,
  country: Country,
  reader: StaffMember,
  page: { readonly open: boolean; readonly limit: number; readonly before?: Id<'Anomaly'> },
): Promise<readonly AnomalyRow[]> {
  return readAs(app, reader, 'audit.read', async tx => {
    const rows = await listAnomalies(tx, page)
    return rows.map(row => anomalyRow(country, reader, row))
  })
}

function anomalyRow(country: Country, reader: StaffMember, row: AnomalyView): AnomalyRow {
  const { actor, territory, subjectKind, subjectId, ...shown } = row
  return {
    ...shown,
    own: actor === `staff:${reader.id}`,
    household: subjectKind === 'household' ? subjectId : undefined,
    territory: whereOf(country, territory),
  }
}

/** What the reader says of an anomaly. */
export async function answerAnomalyAs(
  app: Database,
  reader: StaffMember,
  answer: AnomalyAnswer,
): Promise<Result<undefined, AnomalyRefusal>> {
  const actor = actorFor(await accessOf(app, reader), 'audit.read')
  return transaction(app, actor, tx => answerAnomaly(tx, answer))
}
