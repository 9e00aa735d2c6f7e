import { sql } from 'kysely'
import type { Transaction } from '#db'
import { type KeptFile, plainFileName } from '#households'
import { err, type Id, ok, type Result } from '#kernel'
import { appendAudit, type ColumnRef, openColumn, sealColumn } from '#security'
import type { RectificationId } from './rectification.ts'
import { rectificationsOf } from './rectify.ts'

export const PAPER_KEY: ColumnRef = { table: 'privacy.rectification_paper', column: 'key' }
/** Papers that one request may have. */
const MOST_PAPERS = 5

export type RectificationPaper = {
  readonly id: Id<'Evidence'>
  readonly request: RectificationId
  readonly name: string
  readonly mediaType: string
  readonly size: number
  readonly scan: 'clean' | 'not_scanned'
}

export type RequestPaperRefusal =
  | { readonly code: 'request_unknown' }
  /** It is answered: another request is to be made. */
  | { readonly code: 'decided_before' }
  | { readonly code: 'too_many_papers'; readonly most: number }
  | { readonly code: 'attached_already' }

type OfRequest = { readonly household: Id<'Household'>; readonly request: RectificationId }

/** Whether a paper may be attached, asked before its file is taken in. As whoever sees the household. */
export async function mayAttachToRequest(
  tx: Transaction,
  { household, request }: OfRequest,
): Promise<Result<{ readonly territory: string }, RequestPaperRefusal>> {
  const found = (await rectificationsOf(tx, household)).find(each => each.id === request)
  if (!found) return err({ code: 'request_unknown' })
  if (found.decided !== null) return err({ code: 'decided_before' })
  const attached = (await papersOfRequests(tx, household)).filter(each => each.request === request)
  if (attached.length >= MOST_PAPERS) return err({ code: 'too_many_papers', most: MOST_PAPERS })
  return ok({ territory: found.territory })
}

/** Records a file that was taken in. The key that opens it is sealed for its row. */
export async function attachToRequest(
  tx: Transaction,
  asked: OfRequest & { readonly id: Id<'Evidence'>; readonly name: string },
  file: KeptFile,
): Promise<Result<undefined, RequestPaperRefusal>> {
  const { household, request, id } = asked
  await sql`select pg_advisory_xact_lock(hashtextextended('privacy.rectification ' || ${request}::text, 0))`.execute(tx)
  const may = await mayAttachToRequest(tx, asked)
  if (!may.ok) return may
  const [key] = await sealColumn(tx, PAPER_KEY, [{ row: id, text: file.key.toString('hex') }])
  const { numAffectedRows } = await sql`
    insert into privacy.rectification_paper (id, household_id, request_id, name, media_type, size, sha256, stored, key_sealed, scan)
    values (${id}, ${household}, ${request}, ${plainFileName(asked.name)}, ${file.mediaType}, ${file.size}, ${file.sha256},
      ${file.stored}, ${key}, ${file.scan})
    on conflict do nothing`.execute(tx)
  if (numAffectedRows !== 1n) return err({ code: 'attached_already' })
  await audited(tx, 'attach', { id, household, request, territory: may.value.territory })
  return ok(undefined)
}

/** The papers of all requests of a household, the first attached first. */
export async function papersOfRequests(tx: Transaction, household: Id<'Household'>): Promise<RectificationPaper[]> {
  const { rows } = await sql<RectificationPaper>`
    select id, request_id as request, name, media_type as "mediaType", size, scan
    from privacy.rectification_paper where household_id = ${household} order by attached_at, id`.execute(tx)
  return rows
}

/** A paper that the actor may see, with what opens it: who reads it is recorded. Undefined where there is none. */
export async function openRequestPaper(
  tx: Transaction,
  id: Id<'Evidence'>,
): Promise<(RectificationPaper & { readonly stored: Buffer; readonly key: Buffer }) | undefined> {
  const { rows } = await sql<
    RectificationPaper & { household: Id<'Household'>; territory: string; stored: Buffer; sealed: Buffer }
  >`
    select p.id, request_id as request, name, media_type as "mediaType", size, scan, stored, key_sealed as sealed,
      p.household_id as household, r.territory
    from privacy.rectification_paper p join privacy.rectification r on r.household_id = p.household_id and r.id = p.request_id
    where p.id = ${id}`.execute(tx)
  if (!rows[0]) return undefined
  const { sealed, household, territory, ...paper } = rows[0]
  const [key] = await openColumn(tx, PAPER_KEY, [{ row: id, sealed }])
  await audited(tx, 'read', { id, household, request: paper.request, territory })
  return { ...paper, key: Buffer.from(key!, 'hex') }
}

/** Whether a file of the folder belongs to a request. As worker. */
export async function isPaperOfRequest(tx: Transaction, stored: Buffer): Promise<boolean> {
  const { rows } = await sql`select from privacy.rectification_paper where stored = ${stored}`.execute(tx)
  return rows.length > 0
}

type Attached = OfRequest & { readonly id: Id<'Evidence'>; readonly territory: string }

function audited(tx: Transaction, step: 'attach' | 'read', { id, household, request, territory }: Attached) {
  return appendAudit(tx, {
    action: `evidence.${step}`,
    subject: { kind: 'household', id: household },
    territory,
    purpose: 'data_rights: rectification',
    detail: { evidence: id, request },
  })
}
