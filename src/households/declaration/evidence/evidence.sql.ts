import { sql } from 'kysely'
import type { Country } from '#countries'
import { type Database, type Transaction, transaction, workerActor } from '#db'
import { err, type Id, ok, type Result } from '#kernel'
import { appendAudit, type ColumnRef, openColumn, sealColumn } from '#security'
import { loadDraft } from '../draft.sql.ts'
import type { EvidenceStore, KeptFile } from './evidence-store.ts'

export const PAPER_KEY: ColumnRef = { table: 'households.evidence', column: 'key' }
/** Papers that one declaration may have. */
const MOST_PAPERS = 40

export type Evidence = {
  readonly id: Id<'Evidence'>
  readonly kind: string
  readonly name: string
  readonly mediaType: string
  readonly size: number
  readonly scan: 'clean' | 'not_scanned'
  readonly attachedAt: Date
  readonly attachedBy: string
}

export type AttachRefusal =
  | { readonly code: 'draft_unknown' }
  | { readonly code: 'kind_unknown' }
  | { readonly code: 'too_many_papers'; readonly most: number }
  /** The same file is attached already. */
  | { readonly code: 'attached_already' }

type Attaching = {
  readonly id: Id<'Evidence'>
  readonly draft: Id<'Draft'>
  readonly kind: string
  /** As it was sent; folders are left out. */
  readonly name: string
  readonly by: string
}

/** Whether a paper may be attached, asked before its file is taken in. */
export async function mayAttach(
  tx: Transaction,
  country: Country,
  { draft: id, kind }: Pick<Attaching, 'draft' | 'kind'>,
): Promise<Result<undefined, AttachRefusal>> {
  const draft = await loadDraft(tx, id)
  if (!draft || draft.country !== country.code || draft.state === 'sent' || draft.state === 'dropped') {
    return err({ code: 'draft_unknown' })
  }
  if (!country.form?.papers.has(kind)) return err({ code: 'kind_unknown' })
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from households.evidence where draft_id = ${id}`.execute(tx)
  return rows[0]!.count >= MOST_PAPERS ? err({ code: 'too_many_papers', most: MOST_PAPERS }) : ok(undefined)
}

/** Records a file that was taken in. The key that opens it is sealed for its row. */
export async function attachEvidence(
  tx: Transaction,
  country: Country,
  asked: Attaching,
  file: KeptFile,
): Promise<Result<undefined, AttachRefusal>> {
  const may = await mayAttach(tx, country, asked)
  if (!may.ok) return may
  const { id, draft, kind, by } = asked
  const name = plainFileName(asked.name)
  const [key] = await sealColumn(tx, PAPER_KEY, [{ row: id, text: file.key.toString('hex') }])
  const { numAffectedRows } = await sql`
    insert into households.evidence (id, draft_id, kind, name, media_type, size, sha256, stored, key_sealed, scan, attached_by)
    values (${id}, ${draft}, ${kind}, ${name}, ${file.mediaType}, ${file.size}, ${file.sha256}, ${file.stored}, ${key},
      ${file.scan}, ${by})
    on conflict do nothing`.execute(tx)
  if (numAffectedRows !== 1n) return err({ code: 'attached_already' })
  await auditEvidence(tx, id, 'attach')
  return ok(undefined)
}

/** The last part of a path, without what a header or a page could trip over. */
export function plainFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  return (
    last
      .replaceAll(/[\p{Cc}\p{Cf}"]/gu, '')
      .trim()
      .slice(-120) || 'document'
  )
}

/** The papers of a declaration, the first attached first. */
export async function evidenceOf(tx: Transaction, draft: Id<'Draft'>): Promise<Evidence[]> {
  const { rows } = await sql<Evidence>`
    select id, kind, name, media_type as "mediaType", size, scan, attached_at as "attachedAt", attached_by as "attachedBy"
    from households.evidence where draft_id = ${draft} order by attached_at, id`.execute(tx)
  return rows
}

/** The papers of all that a household declared, the latest first. */
export async function evidenceOfHousehold(tx: Transaction, household: Id<'Household'>): Promise<Evidence[]> {
  const { rows } = await sql<Evidence>`
    select evidence.id, kind, name, media_type as "mediaType", size, scan, attached_at as "attachedAt",
      attached_by as "attachedBy"
    from households.evidence join households.draft on draft.id = evidence.draft_id
    where draft.household_id = ${household} order by attached_at desc, evidence.id desc`.execute(tx)
  return rows
}

export type OpenedEvidence = Evidence & { readonly stored: Buffer; readonly key: Buffer }

/** A paper that the actor may see, with what opens it: who reads it is recorded. Undefined where there is none. */
export async function openEvidence(tx: Transaction, id: Id<'Evidence'>): Promise<OpenedEvidence | undefined> {
  const { rows } = await sql<Evidence & { stored: Buffer; sealed: Buffer }>`
    select id, kind, name, media_type as "mediaType", size, scan, attached_at as "attachedAt",
      attached_by as "attachedBy", stored, key_sealed as sealed
    from households.evidence where id = ${id}`.execute(tx)
  if (!rows[0]) return undefined
  const { sealed, ...evidence } = rows[0]
  const [key] = await openColumn(tx, PAPER_KEY, [{ row: id, sealed }])
  await auditEvidence(tx, id, 'read')
  return { ...evidence, key: Buffer.from(key!, 'hex') }
}

async function auditEvidence(tx: Transaction, id: Id<'Evidence'>, step: 'attach' | 'read'): Promise<void> {
  const { rows } = await sql<{ draft: string; household: string | null; territory: string; kind: string }>`
    select draft.id as draft, household_id as household, territory, kind
    from households.evidence join households.draft on draft.id = draft_id where evidence.id = ${id}`.execute(tx)
  const { draft, household, territory, kind } = rows[0]!
  await appendAudit(tx, {
    action: `evidence.${step}`,
    subject: household ? { kind: 'household', id: household } : { kind: 'draft', id: draft },
    territory,
    purpose: step === 'attach' ? 'registration: declaration' : 'examination: evidence',
    detail: { evidence: id, kind },
  })
}

const A_DAY = 24 * 60 * 60 * 1000

/**
 * Removes files that no row names any more: of drafts dropped or forgotten, of households whose time has ended, of uploads
 * that broke off. One taken in within the day may still wait for its row. Other modules keep papers in the same folder:
 * `isNamedElsewhere` asks them. Answers how many.
 */
export async function sweepEvidence(
  worker: Database,
  store: EvidenceStore,
  isNamedElsewhere: (tx: Transaction, stored: Buffer) => Promise<boolean>,
): Promise<number> {
  const now = await transaction(worker, workerActor('evidence'), async tx => {
    const { rows } = await sql<{ now: Date }>`select now() as now`.execute(tx)
    return rows[0]!.now
  })
  let gone = 0
  for await (const stored of store.list(new Date(now.getTime() - A_DAY))) {
    const named = await transaction(worker, workerActor('evidence'), async tx => {
      const { rows } = await sql`
        select from households.evidence where stored = ${stored}
        union all select from households.transfer_paper where stored = ${stored}`.execute(tx)
      return rows.length > 0 || isNamedElsewhere(tx, stored)
    })
    if (named) continue
    await store.forget(stored)
    gone += 1
  }
  return gone
}
