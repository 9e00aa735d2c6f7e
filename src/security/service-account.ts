import { sql } from 'kysely'
import { anonymous, type Database, type ServiceActor, type Transaction, transaction } from '#db'
import { err, type Id, newId, ok, type Result, territoryCode } from '#kernel'
import { appendAudit } from './audit.ts'
import { type Permission, permissionNames, permissions } from './permissions/permission.ts'
import { decideKey, drawKey, type KeyRefusal, prefixOf } from './service-key.ts'

export type ServiceId = Id<'service'>

/** A partner's program as its key showed it to be. */
export type Service = {
  readonly id: ServiceId
  readonly name: string
  readonly organisation: string
  readonly scopes: readonly Permission[]
  /** '' is the whole country. */
  readonly territory: string
  /** null is every programme, and what belongs to none. */
  readonly programme: string | null
  readonly key: { readonly id: Id<'service-key'>; readonly prefix: string; readonly expiresAt: Date }
}

export type NewService = Pick<Service, 'name' | 'organisation' | 'scopes' | 'territory' | 'programme'> & {
  readonly days: number
}

export type ServiceRefusal =
  | { readonly code: 'service_name_taken'; readonly name: string }
  | { readonly code: 'service_unknown'; readonly name: string }
  | { readonly code: 'service_ended'; readonly name: string; readonly at: Date }

/** What a program must never be given: it has no second factor to show, and gives nobody rights. */
const FOR_PEOPLE: ReadonlySet<Permission> = new Set<Permission>(
  permissionNames.filter(name =>
    /\.approve$|^(payment_run\.(send|cancel)|staff\.|programme\.|budget\.write|duplicate\.)/.test(name),
  ),
)

export const servicePermissions: readonly Permission[] = permissionNames.filter(name => !FOR_PEOPLE.has(name))

/** The key's text is in the answer alone. */
export type ToldKey = { readonly service: ServiceId; readonly key: string; readonly expiresAt: Date }

export async function createService(
  tx: Transaction,
  { name, organisation, scopes, territory, programme, days }: NewService,
): Promise<Result<ToldKey, ServiceRefusal>> {
  const id = newId<'service'>() as ServiceId
  const { rows } = await sql<{ expiresAt: Date }>`
    insert into security.service_account (id, name, organisation, scopes, territory, programme, created_by, expires_at)
    values (${id}, ${name}, ${organisation}, ${[...scopes]}, ${territoryCode(territory)}, ${programme}, security.actor(),
      clock_timestamp() + make_interval(days => ${days}))
    on conflict (name) do nothing returning expires_at as "expiresAt"`.execute(tx)
  const expiresAt = rows[0]?.expiresAt
  if (!expiresAt) return err({ code: 'service_name_taken', name })
  const key = await addKey(tx, id, expiresAt)
  await record(tx, 'service_account.create', id, { name, scopes, territory, programme, key: key.prefix })
  return ok({ service: id, key: key.text, expiresAt })
}

/** A new key beside the present ones, which go on for so many hours: a partner changes it without an interruption. */
export async function rotateKey(
  tx: Transaction,
  { name, overlapHours }: { readonly name: string; readonly overlapHours: number },
): Promise<Result<ToldKey, ServiceRefusal>> {
  const found = await standing(tx, name)
  if (!found.ok) return found
  const { id, expiresAt } = found.value
  await sql`
    update security.service_key
    set expires_at = least(expires_at, clock_timestamp() + make_interval(hours => ${overlapHours}))
    where service_id = ${id}`.execute(tx)
  const key = await addKey(tx, id, expiresAt)
  await record(tx, 'service_account.rotate', id, { key: key.prefix, overlapHours })
  return ok({ service: id, key: key.text, expiresAt })
}

/** Ends a service account and all its keys, now. */
export async function revokeService(tx: Transaction, name: string): Promise<Result<ServiceId, ServiceRefusal>> {
  const found = await standing(tx, name)
  if (!found.ok) return found
  const { id } = found.value
  await sql`
    update security.service_account set revoked_at = clock_timestamp(), revoked_by = security.actor()
    where id = ${id}`.execute(tx)
  await record(tx, 'service_account.revoke', id, {})
  return ok(id)
}

export type ListedService = Omit<Service, 'key'> & {
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  readonly keys: readonly { readonly prefix: string; readonly expiresAt: string; readonly lastUsedAt: string | null }[]
}

export async function listServices(tx: Transaction): Promise<readonly ListedService[]> {
  const { rows } = await sql<ListedService>`
    select s.id, s.name, s.organisation, s.scopes, s.territory, s.programme, s.expires_at as "expiresAt",
      s.revoked_at as "revokedAt",
      coalesce((select jsonb_agg(jsonb_build_object('prefix', prefix, 'expiresAt', expires_at, 'lastUsedAt', last_used_at)
        order by created_at) from security.service_key k where k.service_id = s.id), '[]') as keys
    from security.service_account s order by s.name`.execute(tx)
  return rows
}

/** Whose key this is, if it opens anything now. Its use is written down once a minute. */
export async function findService(app: Database, text: string): Promise<Result<Service, KeyRefusal>> {
  const prefix = prefixOf(text)
  if (prefix === undefined) return err({ code: 'key_unknown' })
  return transaction(app, anonymous, async tx => {
    const row = await heldKey(tx, prefix)
    const decided = decideKey(text, row, row?.now ?? new Date(0))
    if (!decided.ok || !row) return decided.ok ? err({ code: 'key_unknown' }) : decided
    await sql`
      update security.service_key set last_used_at = clock_timestamp()
      where id = ${row.keyId} and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`.execute(
      tx,
    )
    const { id, name, organisation, territory, programme } = row
    // A permission of another version of the program opens nothing.
    const scopes = servicePermissions.filter(permission => row.scopes.includes(permission))
    return ok({
      id,
      name,
      organisation,
      scopes,
      territory,
      programme,
      key: { id: row.keyId, prefix, expiresAt: row.expiresAt },
    })
  })
}

/** A service as the actor of a transaction for a permission. Without that scope, PostgreSQL shows nothing. */
export function serviceActor(service: Service, permission: Permission): ServiceActor {
  const { id, name, programme, territory } = service
  const holds =
    service.scopes.includes(permission) && (programme === null || permissions[permission].within === 'programme')
  return {
    kind: 'service',
    serviceId: id,
    name,
    territories: holds ? [territory] : [],
    permission,
    ...(programme === null ? {} : { programmes: holds ? [{ programme, territory }] : [] }),
  }
}

type HeldKey = Omit<Service, 'key' | 'scopes'> & {
  readonly scopes: readonly string[]
  readonly keyId: Id<'service-key'>
  readonly hash: Buffer
  readonly expiresAt: Date
  readonly serviceExpiresAt: Date
  readonly revokedAt: Date | null
  readonly now: Date
}

async function heldKey(tx: Transaction, prefix: string): Promise<HeldKey | undefined> {
  const { rows } = await sql<HeldKey>`
    select s.id, s.name, s.organisation, s.scopes, s.territory, s.programme, k.id as "keyId", k.secret_hash as hash,
      k.expires_at as "expiresAt", s.expires_at as "serviceExpiresAt", s.revoked_at as "revokedAt", clock_timestamp() as now
    from security.service_key k join security.service_account s on s.id = k.service_id
    where k.prefix = ${prefix}`.execute(tx)
  return rows[0]
}

async function addKey(tx: Transaction, service: ServiceId, expiresAt: Date) {
  const key = drawKey()
  await sql`
    insert into security.service_key (id, service_id, prefix, secret_hash, created_by, expires_at)
    values (${newId()}, ${service}, ${key.prefix}, ${key.hash}, security.actor(), ${expiresAt})`.execute(tx)
  return key
}

async function standing(
  tx: Transaction,
  name: string,
): Promise<Result<{ readonly id: ServiceId; readonly expiresAt: Date }, ServiceRefusal>> {
  const { rows } = await sql<{ id: ServiceId; expiresAt: Date; endedAt: Date | null }>`
    select id, expires_at as "expiresAt",
      coalesce(revoked_at, case when expires_at <= clock_timestamp() then expires_at end) as "endedAt"
    from security.service_account where name = ${name} for update`.execute(tx)
  const found = rows[0]
  if (!found) return err({ code: 'service_unknown', name })
  return found.endedAt ? err({ code: 'service_ended', name, at: found.endedAt }) : ok(found)
}

function record(tx: Transaction, action: string, id: ServiceId, detail: Readonly<Record<string, unknown>>) {
  return appendAudit(tx, { action, subject: { kind: 'service', id }, purpose: 'administration: socle service', detail })
}
