import { sql } from 'kysely'
import type { Transaction } from '#db'
import type { Id } from '#kernel'
import { appendAudit, type ColumnRef, openColumn, type ProposalId, sealColumn } from '#security'
import { plainFileName } from '../declaration/evidence/evidence.sql.ts'
import type { KeptFile } from '../declaration/evidence/evidence-store.ts'
import type { MediaType } from '../declaration/evidence/media-type.ts'

export const TRANSFER_PAPER_KEY: ColumnRef = { table: 'households.transfer_paper', column: 'key' }

/** A paper that was taken in with the proposal that it proves. */
export type GivenPaper = {
  readonly id: Id<'Evidence'>
  /** As it was sent; folders are left out. */
  readonly name: string
  readonly file: KeptFile
}

/** What is told of a paper beside a transfer. */
export type PaperTold = {
  readonly name: string
  readonly mediaType: MediaType
  readonly size: number
  readonly scan: 'clean' | 'not_scanned'
}

type OfTransfer = { readonly household: Id<'Household'>; readonly transfer: ProposalId; readonly territory: string }

/** Records the paper of a transfer that was just written down. The key that opens it is sealed for its row. */
export async function saveTransferPaper(
  tx: Transaction,
  of: OfTransfer,
  { id, name, file }: GivenPaper,
): Promise<void> {
  const [key] = await sealColumn(tx, TRANSFER_PAPER_KEY, [{ row: id, text: file.key.toString('hex') }])
  await sql`
    insert into households.transfer_paper (household_id, transfer_id, id, name, media_type, size, sha256, stored, key_sealed, scan)
    values (${of.household}, ${of.transfer}, ${id}, ${plainFileName(name)}, ${file.mediaType}, ${file.size}, ${file.sha256},
      ${file.stored}, ${key}, ${file.scan})`.execute(tx)
  await audited(tx, 'attach', id, of)
}

/** A paper that the actor may see, with what opens it: who reads it is recorded. Undefined where there is none. */
export async function openTransferPaper(
  tx: Transaction,
  id: Id<'Evidence'>,
): Promise<(PaperTold & { readonly stored: Buffer; readonly key: Buffer }) | undefined> {
  const { rows } = await sql<PaperTold & OfTransfer & { stored: Buffer; sealed: Buffer }>`
    select paper.name, paper.media_type as "mediaType", paper.size, paper.scan, paper.stored, paper.key_sealed as sealed,
      paper.household_id as household, paper.transfer_id as transfer, household.territory
    from households.transfer_paper as paper join households.household on household.id = paper.household_id
    where paper.id = ${id}`.execute(tx)
  if (!rows[0]) return undefined
  const { sealed, household, transfer, territory, ...paper } = rows[0]
  const [key] = await openColumn(tx, TRANSFER_PAPER_KEY, [{ row: id, sealed }])
  await audited(tx, 'read', id, { household, transfer, territory })
  return { ...paper, key: Buffer.from(key!, 'hex') }
}

function audited(
  tx: Transaction,
  step: 'attach' | 'read',
  id: Id<'Evidence'>,
  { household, transfer, territory }: OfTransfer,
): Promise<void> {
  return appendAudit(tx, {
    action: `evidence.${step}`,
    subject: { kind: 'household', id: household },
    territory,
    purpose: step === 'attach' ? 'registration: recipient' : 'examination: evidence',
    detail: { evidence: id, transfer },
  })
}
