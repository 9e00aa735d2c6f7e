// What must hold of roles, policies and the audit, asked of the database as it is now.
import { sql } from 'kysely'
import { type DataCheck, readMigrations } from '#db'
import { REVIEW_HOURS } from './emergency/open-emergency.ts'

const SEALS_LOOKED_AT = 50
const UNSEALED_SECONDS = 60

export const securityChecks: readonly DataCheck[] = [
  {
    name: 'roles',
    asks: 'the application and the worker own nothing and bypass nothing',
    async run(tx) {
      const { rows } = await sql<{ name: string; why: string }>`
        select rolname as name, concat_ws(', ', case when rolsuper then 'superuser' end,
            case when rolbypassrls then 'BYPASSRLS' end, case when rolcreaterole then 'CREATEROLE' end,
            case when rolcreatedb then 'CREATEDB' end, case when rolreplication then 'REPLICATION' end,
            case when exists (select from pg_auth_members m where m.member = r.oid) then 'member of another role' end,
            case when exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where c.relowner = r.oid and n.nspname !~ '^pg_') then 'owner of tables' end) as why
        from pg_roles r where rolname in ('socle_app', 'socle_worker')`.execute(tx)
      return rows
        .filter(row => row.why !== '')
        .map(({ name, why }) => ({
          check: 'roles',
          severity: 'serious',
          says: `Role ${name} has more rights than it must have: ${why}. Row-level security may not hold for it.`,
          todo: `Have the database's administrator run: alter role ${name} login nosuperuser nobypassrls nocreatedb nocreaterole noreplication; and revoke its memberships.`,
        }))
    },
  },
  {
    name: 'row-level-security',
    asks: 'every table that a migration put behind a policy is behind it, and no policy lets the application through to all',
    async run(tx) {
      const { rows } = await sql<{ name: string; open: boolean }>`
        select c.oid::regclass::text as name, false as open from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and not c.relrowsecurity
          and (exists (select from pg_policy p where p.polrelid = c.oid)
            or n.nspname || '.' || c.relname = any (${protectedTables()}::text[]))
        union
        select format('%I.%I', schemaname, tablename), true from pg_policies
        where not roles && array['socle_worker']::name[] and cmd <> 'INSERT' and permissive = 'PERMISSIVE'
          and coalesce(qual, 'true') = 'true'
        order by 1`.execute(tx)
      return rows.map(({ name, open }) => ({
        check: 'row-level-security',
        severity: 'serious',
        says: open
          ? `Table ${name} is open to every member of staff: a policy lets everybody through.`
          : `Table ${name} is open to every member of staff: its row-level security is off.`,
        todo: `As the owner of the database: ${open ? 'drop that policy (pg_policies shows it)' : `alter table ${name} enable row level security`}; then find out from the server's log who did this.`,
      }))
    },
  },
  {
    name: 'audit-seals',
    asks: `the last ${SEALS_LOOKED_AT} seals of the audit follow each other and cover the records as they are`,
    async run(tx) {
      const { rows } = await sql<{ number: bigint }>`
        select s.number from security.audit_seal s
        where s.number > (select coalesce(max(number), 0) from security.audit_seal) - ${SEALS_LOOKED_AT}
          and (s.hash <> sha256(s.previous || convert_to(security.audit_seal_header(s), 'UTF8') || s.digests)
            or s.previous <> coalesce((select before.hash from security.audit_seal before where before.number = s.number - 1),
              case when s.number = 1 then decode(repeat('00', 32), 'hex') end, ''::bytea)
            or s.digests is distinct from (
              select string_agg(sha256(convert_to(security.audit_content(r), 'UTF8')), ''::bytea order by r.position)
              from security.audit_record r
              where r.position >= lower(s.positions) and r.position < upper(s.positions) and s.positions @> r.position))
        order by s.number`.execute(tx)
      if (rows.length === 0) return []
      return [
        {
          check: 'audit-seals',
          severity: 'serious',
          says: `The audit is not as it was sealed, in seals ${rows.map(row => row.number).join(', ')}.`,
          todo: 'Run socle audit verify --checkpoint with the last checkpoint that was handed over: it names each record. Tell the auditor before anything is mended.',
        },
      ]
    },
  },
  {
    name: 'audit-waiting',
    asks: `no audit record waits for its seal longer than ${UNSEALED_SECONDS} seconds`,
    async run(tx) {
      const { rows } = await sql<{ count: number; seconds: number }>`
        select count(*)::int as count, coalesce(extract(epoch from clock_timestamp() - min(r.recorded_at)), 0)::int as seconds
        from security.audit_pending p join security.audit_record r using (position)`.execute(tx)
      const { count, seconds } = rows[0]!
      if (seconds <= UNSEALED_SECONDS) return []
      return [
        {
          check: 'audit-waiting',
          severity: 'warning',
          says: `${count} audit records wait for their seal, the first since ${seconds} seconds: until then they could be removed unseen.`,
          todo: 'No worker runs: start Socle (npm start) or a worker (npx socle worker). It seals within seconds.',
        },
      ]
    },
  },
  {
    name: 'emergencies-reviewed',
    asks: `no file opened in an emergency waits for its review longer than ${REVIEW_HOURS} hours`,
    async run(tx) {
      const { rows } = await sql<{ count: number; territories: string[] }>`
        select count(*)::int as count, array_agg(distinct e.territory) as territories from security.emergency e
        where e.opened_at < clock_timestamp() - make_interval(hours => ${REVIEW_HOURS})
          and not exists (select from security.emergency_review r where r.emergency_id = e.id)`.execute(tx)
      const { count, territories } = rows[0]!
      if (count === 0) return []
      return [
        {
          check: 'emergencies-reviewed',
          severity: 'warning',
          says: `${count} files opened in an emergency were judged by nobody for ${REVIEW_HOURS} hours, in ${territories.join(', ')}.`,
          todo: 'Supervisors and auditors of these territories judge them on /console/emergencies.',
        },
      ]
    },
  },
  {
    name: 'audit-times',
    asks: 'the times of the audit do not go back',
    async run(tx) {
      const { rows } = await sql<{ position: bigint; seconds: number }>`
        with last as (
          select position, recorded_at, lag(recorded_at) over (order by position) as before
          from security.audit_record order by position desc limit 10000)
        select position, extract(epoch from before - recorded_at)::int as seconds from last
        where recorded_at < before - interval '60 seconds' order by position desc limit 1`.execute(tx)
      const [row] = rows
      if (!row) return []
      return [
        {
          check: 'audit-times',
          severity: 'warning',
          says: `At audit record ${row.position} the clock of the database went back by ${row.seconds} seconds.`,
          todo: 'Keep the clock of the database server by NTP. Deadlines counted in those seconds may be wrong; the order of the records is not.',
        },
      ]
    },
  },
]

/** Tables that the migrations put behind a policy by territory. */
function protectedTables(): string[] {
  return readMigrations().flatMap(({ sql: text }) =>
    [...text.matchAll(/security\.protect(?:_through)?\('([a-z_.]+)'/g)].map(found => found[1]!),
  )
}
