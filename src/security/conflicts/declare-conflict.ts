import { sql } from 'kysely'
import type { Transaction } from '#db'
import { err, ok, type Result } from '#kernel'
import type { Conflict } from '../anomaly.sql.ts'
import { appendAudit } from '../audit.ts'
import type { GivenBy } from '../give-role.ts'
import { accesses, type StaffAccess, type StaffId } from '../staff.ts'
import {
  type ConflictId,
  type DeclareRefusal,
  decideDeclaration,
  decideEnd,
  type EndRefusal,
  type Relation,
} from './conflict.ts'

export type NewConflict = {
  /** Made by the caller and kept for retries. */
  readonly id: ConflictId
  readonly staff: StaffId
  readonly relation: Relation
  readonly household: string
  /** The person to whom the member of staff is close, followed wherever they move; null for the household as a whole. */
  readonly person: string | null
  /** The household and those who belong to it: the files that close. */
  readonly files: readonly string[]
  /** Where the household lives: who audits there reads the record. */
  readonly territory: string
}

export type StaffUnknown = { readonly code: 'staff_unknown'; readonly staff: StaffId }

/** Closes the files of a household to a member of staff who is too close, from now on. The transaction's actor is who declares it. */
export async function declareConflict(
  tx: Transaction,
  by: GivenBy,
  conflict: NewConflict,
): Promise<Result<undefined, DeclareRefusal | StaffUnknown>> {
  const staff = await accesses(tx, by === 'operator' ? [conflict.staff] : [conflict.staff, by])
  const of = staff.find(one => one.staffId === conflict.staff)
  if (!of) return err({ code: 'staff_unknown', staff: conflict.staff })
  const decision = byWhom(by, staff, declarer => decideDeclaration(declarer, of, of.at))
  if (!decision.ok) return decision
  const { id, relation, household, person, files, territory } = conflict
  const { numAffectedRows } = await sql`
    insert into security.conflict (id, staff_id, relation, household_id, person_id)
    values (${id}, ${of.staffId}, ${relation}, ${household}, ${person}) on conflict (id) do nothing`.execute(tx)
  if (numAffectedRows === 0n) return ok(undefined)
  await sql`
    insert into security.conflict_file (conflict_id, file_id) select ${id}, unnest(${files}::uuid[])`.execute(tx)
  await appendAudit(tx, {
    action: 'conflict.declare',
    subject: { kind: 'household', id: household },
    territory,
    purpose: 'administration: declared conflicts',
    detail: { conflict: id, staff: of.staffId, relation, person },
  })
  return decision
}

/** Says that a conflict no longer holds; never the member of staff concerned. */
export async function endConflict(
  tx: Transaction,
  by: GivenBy,
  id: ConflictId,
  reason: string,
): Promise<Result<undefined, EndRefusal | StaffUnknown>> {
  const { rows } = await sql<{ staff: StaffId; ended: boolean }>`
    select c.staff_id as staff, exists (select from security.conflict_end e where e.conflict_id = c.id) as ended
    from security.conflict c where c.id = ${id}`.execute(tx)
  const [found] = rows
  if (!found) return err({ code: 'conflict_unknown' })
  const staff = await accesses(tx, by === 'operator' ? [found.staff] : [found.staff, by])
  const of = staff.find(one => one.staffId === found.staff)
  const decision = byWhom(by, staff, declarer =>
    decideEnd(declarer, of && { of, ended: found.ended }, reason, declarer.at),
  )
  if (!decision.ok) return decision
  await sql`insert into security.conflict_end (conflict_id, reason) values (${id}, ${reason.trim()})`.execute(tx)
  await appendAudit(tx, {
    action: 'conflict.end',
    subject: { kind: 'staff', id: found.staff },
    purpose: 'administration: declared conflicts',
    detail: { conflict: id, reason: reason.trim() },
  })
  return decision
}

/** Whoever runs commands on the machine could write the table by hand: not decided, but recorded. */
function byWhom<Refusal>(
  by: GivenBy,
  staff: readonly StaffAccess[],
  decide: (declarer: StaffAccess) => Result<undefined, Refusal>,
): Result<undefined, Refusal | StaffUnknown> {
  if (by === 'operator') return ok(undefined)
  const declarer = staff.find(one => one.staffId === by)
  return declarer ? decide(declarer) : err({ code: 'staff_unknown', staff: by })
}

export type ListedConflict = {
  readonly id: ConflictId
  readonly staff: StaffId
  readonly staffName: string
  readonly relation: Relation
  readonly household: string
  readonly from: Date
  readonly byName: string
  readonly ended: Date | null
}

/** Conflicts that the actor may see: own ones, and those of staff the actor answers for; of one member of staff alone where it is said. */
export async function listConflicts(tx: Transaction, of: StaffId | null = null): Promise<readonly ListedConflict[]> {
  const { rows } = await sql<ListedConflict>`
    select c.id, c.staff_id as staff, s.name as "staffName", c.relation, c.household_id as household, c.declared_at as from,
      c.declared_name as "byName", e.ended_at as ended
    from security.conflict c join security.staff s on s.id = c.staff_id
      left join security.conflict_end e on e.conflict_id = c.id
    where ${of}::uuid is null or c.staff_id = ${of}::uuid
    order by e.ended_at is not null, s.name, c.declared_at, c.id`.execute(tx)
  return rows
}

/** Every file that is closed to somebody: what the watch over the audit looks for ({@link Conflicts}). */
export async function closedFiles(tx: Transaction): Promise<readonly Conflict[]> {
  const { rows } = await sql<Conflict>`
    select distinct 'staff:' || c.staff_id as actor, kind, f.file_id::text as id
    from security.conflict c join security.conflict_file f on f.conflict_id = c.id
      cross join unnest(array['household', 'person']) as kind
    where not exists (select from security.conflict_end e where e.conflict_id = c.id)`.execute(tx)
  return rows
}
