import { sql } from 'kysely'
import { anonymous, type Database, type StaffActor, type Transaction, transaction } from '#db'
import { type Id, territoryCode } from '#kernel'
import { type Emergency, mayOpen } from './emergency/emergency.ts'
import { type Grant, scopeOf } from './permissions/access.ts'
import type { Permission, Sensitivity } from './permissions/permission.ts'
import { isRole, type Role } from './permissions/role.ts'

export type StaffId = Id<'staff'>

/** A member of staff at one instant of the database's clock, with every role ever given: what access is decided from. */
export type StaffAccess = {
  readonly staffId: StaffId
  readonly name: string
  readonly grants: readonly StandingGrant[]
  /** Ids of households and persons to whom this person is too close: own household, kin. */
  readonly closed: readonly string[]
  /** Files opened in an emergency that lasts. */
  readonly emergencies: readonly Emergency[]
  /** Acts in this emergency: its household is all that is there. */
  readonly inEmergency?: Emergency
  readonly at: Date
}

/** A grant as it is recorded: `until` is its revocation or its planned end, whichever comes first. */
export type StandingGrant = Grant & { readonly id: Id<'grant'> }

/** Records a member of staff; the same id again keeps what is there. */
export async function registerStaff(tx: Transaction, staff: { id: StaffId; name: string }): Promise<void> {
  await tx
    .insertInto('security.staff')
    .values(staff)
    .onConflict(it => it.doNothing())
    .execute()
}

/** Names of those who acted, by the text under which an act keeps them (`staff:ID`); whoever is no member of staff has none. */
export async function namesOfActors(tx: Transaction, actors: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ actor: string; name: string }>`
    select 'staff:' || id as actor, name from security.staff
    where 'staff:' || id = any (${[...new Set(actors)]}::text[])`.execute(tx)
  return new Map(rows.map(({ actor, name }) => [actor, name]))
}

/** What is given, besides to whom: left out, it is the whole country, every programme, nothing sensitive, now and without end. */
export type NewGrant = {
  readonly id: Id<'grant'>
  readonly role: Role
  readonly territory?: string
  readonly programme?: string | null
  readonly sensitivity?: Sensitivity
  readonly from?: Date
  readonly until?: Date | null
}

/** Records a grant, as given by the transaction's actor; the same id again keeps what is there. Who may is {@link decideGrant}'s. */
export async function recordGrant(tx: Transaction, staffId: StaffId, grant: NewGrant): Promise<void> {
  const { id, role, territory = '', programme = null, sensitivity = 'ordinary', from = null, until = null } = grant
  await sql`
    insert into security.role_grant (id, staff_id, role, territory, programme, sensitivity, valid_from, valid_to, granted_by)
    values (${id}, ${staffId}, ${role}, ${territoryCode(territory)}, ${programme}, ${sensitivity},
      coalesce(${from}::timestamptz, clock_timestamp()), ${until}, security.actor())
    on conflict (id) do nothing`.execute(tx)
}

/** Takes a grant back now; answers whether it stood. */
export async function recordRevocation(tx: Transaction, id: Id<'grant'>): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update security.role_grant set revoked_at = clock_timestamp(), revoked_by = security.actor()
    where id = ${id} and revoked_at is null`.execute(tx)
  return numAffectedRows === 1n
}

/** A member of staff with every grant, at this moment; undefined when unknown. */
export async function findStaffAccess(database: Database, staffId: StaffId): Promise<StaffAccess | undefined> {
  return transaction(database, anonymous, async tx => (await accesses(tx, [staffId]))[0], { readOnly: true })
}

/** The same for everybody, by name. */
export async function listStaffAccess(database: Database): Promise<readonly StaffAccess[]> {
  return transaction(database, anonymous, tx => accesses(tx, null), { readOnly: true })
}

/** The same inside a transaction, for some or for everybody. */
export async function accesses(tx: Transaction, only: readonly StaffId[] | null): Promise<StaffAccess[]> {
  const { rows } = await sql<
    Omit<StaffAccess, 'grants' | 'emergencies'> & {
      grants: readonly RecordedGrant[]
      emergencies: readonly (Omit<Emergency, 'until'> & { until: string })[]
    }
  >`
    select s.id as "staffId", s.name, statement_timestamp() as at, security.files_closed_to(s.id) as closed,
      security.emergencies_of(s.id) as emergencies,
      coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'role', g.role, 'territory', g.territory, 'programme', g.programme,
        'sensitivity', g.sensitivity, 'from', g.valid_from, 'until', least(g.valid_to, g.revoked_at))
        order by g.valid_from, g.id) filter (where g.id is not null), '[]') as grants
    from security.staff s left join security.role_grant g on g.staff_id = s.id
    where ${only}::uuid[] is null or s.id = any (${only}::uuid[])
    group by s.id order by s.name, s.id`.execute(tx)
  return rows.map(row => ({
    ...row,
    grants: row.grants.flatMap(grantFrom),
    emergencies: row.emergencies.map(one => ({ ...one, until: new Date(one.until) })),
  }))
}

type RecordedGrant = Omit<StandingGrant, 'role' | 'from' | 'until'> & {
  readonly role: string
  readonly from: string
  readonly until: string | null
}

/** A role of another version of the program grants nothing. */
function grantFrom({ role, from, until, ...grant }: RecordedGrant): StandingGrant[] {
  return isRole(role) ? [{ ...grant, role, from: new Date(from), until: until === null ? null : new Date(until) }] : []
}

/** What shows sums and no file: they are the same for everybody, whoever is close to one of those counted. */
const COUNTS: ReadonlySet<Permission> = new Set<Permission>(['figures.read', 'budget.read'])

/** The member of staff as the actor of a transaction that does what a permission allows: limited to where it is granted. */
export function actorFor(access: StaffAccess, permission: Permission): StaffActor {
  const { staffId, name, grants, at, closed, inEmergency } = access
  const tooClose = closed.length > 0 && !COUNTS.has(permission) ? { closed } : {}
  if (inEmergency) {
    const { territory, files } = inEmergency
    const opens = permission === 'household.read' && mayOpen(access)
    const only = opens ? files : []
    return { kind: 'staff', staffId, name, territories: opens ? [territory] : [], permission, ...tooClose, only }
  }
  const scope = scopeOf(grants, permission, at)
  const territories = [...new Set(scope.map(place => place.territory))].sort()
  const limited = scope.some(place => place.programme !== null)
  const programmes = limited ? { programmes: scope } : {}
  return { kind: 'staff', staffId, name, territories, permission, ...programmes, ...tooClose }
}

/** The same member of staff within the emergency that opened a household; undefined where none lasts, or the right to open any was taken back. */
export function withinEmergency(access: StaffAccess, household: string): StaffAccess | undefined {
  const inEmergency = access.emergencies.find(one => one.household === household && access.at < one.until)
  return inEmergency && mayOpen(access) ? { ...access, inEmergency } : undefined
}

/**
 * The member of staff as an actor for a permission, with the grants of this moment; undefined when unknown. Without the
 * permission, the actor's territories are empty: PostgreSQL shows nothing.
 */
export async function findStaffActor(
  database: Database,
  staffId: StaffId,
  permission: Permission,
): Promise<StaffActor | undefined> {
  const access = await findStaffAccess(database, staffId)
  return access && actorFor(access, permission)
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
