import { sql } from 'kysely'
import { anonymous, type Database, type StaffActor, type Transaction, transaction } from '#db'
import type { Id } from '#kernel'
import { territoryCode } from '#kernel'

export type StaffId = Id<'staff'>

/** Records a member of staff; the same id again keeps what is there. */
export async function registerStaff(tx: Transaction, staff: { id: StaffId; name: string }): Promise<void> {
  await tx
    .insertInto('security.staff')
    .values(staff)
    .onConflict(it => it.doNothing())
    .execute()
}

/** Lets a member of staff work in a territory and all below it ('' is the whole country). Granted twice is granted. */
export async function grantTerritory(tx: Transaction, staffId: StaffId, territory: string): Promise<void> {
  await sql`
    insert into security.territory_grant (staff_id, territory, granted_by)
    values (${staffId}, ${territoryCode(territory)}, security.actor())
    on conflict (staff_id, territory) where revoked_at is null do nothing`.execute(tx)
}

/** Takes a grant back; answers whether there was one. */
export async function revokeTerritory(tx: Transaction, staffId: StaffId, territory: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update security.territory_grant set revoked_at = clock_timestamp(), revoked_by = security.actor()
    where staff_id = ${staffId} and territory = ${territoryCode(territory)} and revoked_at is null`.execute(tx)
  return numAffectedRows === 1n
}

/** The member of staff as the actor of a transaction, with the grants of this moment; undefined when unknown. */
export async function findStaffActor(database: Database, staffId: StaffId): Promise<StaffActor | undefined> {
  const { rows } = await transaction(
    database,
    anonymous,
    tx =>
      sql<{ name: string; territories: string[] }>`
      select s.name, array(select territory from security.territory_grant g
        where g.staff_id = s.id and g.revoked_at is null order by territory) as territories
      from security.staff s where s.id = ${staffId}`.execute(tx),
    { readOnly: true },
  )
  const found = rows[0]
  return found && { kind: 'staff', staffId, name: found.name, territories: found.territories }
}

/** Every member of staff, by name. */
export async function listStaff(database: Database): Promise<{ readonly id: StaffId; readonly name: string }[]> {
  const { rows } = await transaction(
    database,
    anonymous,
    tx => sql<{ id: StaffId; name: string }>`select id, name from security.staff order by name, id`.execute(tx),
    { readOnly: true },
  )
  return rows
}
