// What the application's role can reach, over the whole schema: a new table is behind a policy, or says here why not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { testDatabase } from './database.ts'

const { owner } = await testDatabase()

/** Tables without row-level security, and why they hold nothing that a policy should hide. */
const OPEN: Record<string, string> = {
  'db.delivery': 'what is still to be delivered, by key; the application cannot read the events themselves',
  'db.event': 'the application appends and cannot read',
  'households.feed': 'names of files and figures of a feed',
  'households.feed_reject': 'numbers of rows and columns at fault, no value of any row',
  'households.import_job': 'names of files and figures of an import',
  'payments.approval_limit': 'up to which sum roles approve; no one registered',
  'payments.approval_limit_agreed': 'who agreed to such a limit',
  'payments.route': 'which movements of money exist at all',
  'programmes.condition_waiver': 'places, months and groups of members; nobody is named',
  'programmes.condition_waiver_end': 'ends of waivers',
  'programmes.shock': 'places, months and amounts; nobody is named',
  'programmes.shock_change': 'ends of shocks',
  'programmes.shock_run': 'places and a programme; the households stand apart',
  'programmes.switch': 'a decision on a programme; nobody is named',
  'programmes.switch_range': 'stretches of ids and figures of a move',
  'programmes.switch_stop': 'when a move was stopped and went on; nobody is named',
  'programmes.determination_range': 'progress of a run',
  'programmes.determination_request': 'what was asked of the workers, no one registered',
  'programmes.determination_run': 'progress of a run',
  'population.match_model': 'weights learnt from the register: no person can be told from them',
  'population.phone_code':
    'read before anybody is known; blind indexes, a sealed telephone, ids of persons; kept two days',
  'programmes.campaign': 'windows in which applications are taken',
  'programmes.enrolment_act': 'sets of changes, by count and hash',
  'programmes.pack_version': 'the text of the law',
  'programmes.terms_version': 'the text of terms of enrolment',
  'security.citizen_code': 'read before anybody is known; keyed hashes, and ids of persons',
  'security.citizen_session': 'read before anybody is known; hashes of sessions, and ids of persons',
  'security.invitation': 'hashes of links by which staff choose a password',
  'security.installation': 'which country is served',
  'security.recovery_code': 'keyed hashes of codes of staff',
  'security.role_grant': 'what colleagues may do',
  'security.second_factor': 'secrets of authenticators of staff, encrypted with a key outside the database',
  'security.column_key': 'keys of sealed columns, wrapped by one that is not in the database',
  'security.service_account': 'programs of partners, no one registered',
  'security.service_key': 'read before anybody is known; hashes of keys of programs',
  'security.sign_in_attempt': 'read before anybody is known; holds hashes of addresses of staff',
  'security.staff': 'names of colleagues',
  'security.staff_account': 'read before anybody is known; staff, no one registered',
  'security.staff_credential': 'read before anybody is known; hashes of passwords of staff',
  'security.staff_session': 'read before anybody is known; sessions of staff',
  'security.staff_verification': 'read before anybody is known; proofs under way of staff',
}

async function names(query: ReturnType<typeof sql<{ name: string }>>): Promise<string[]> {
  const { rows } = await transaction(owner, workerActor('test'), tx => query.execute(tx))
  return rows.map(row => row.name)
}

test('every table that the application can reach is behind row-level security, or is listed with the reason', async () => {
  const open = await names(sql`
    select n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and not c.relrowsecurity and n.nspname not in ('pg_catalog', 'information_schema', 'jobs')
      and (has_table_privilege('socle_app', c.oid, 'select, insert, update, delete')
        or has_any_column_privilege('socle_app', c.oid, 'select, insert, update'))
    order by 1`)
  assert.deepEqual(open, Object.keys(OPEN).sort())
})

test('no policy lets the application through to everything', async () => {
  const wide = await names(sql`
    select schemaname || '.' || tablename || ' ' || policyname as name from pg_policies
    where not roles && array['socle_worker']::name[] and cmd <> 'INSERT' and coalesce(qual, 'true') = 'true'`)
  assert.deepEqual(wide, [])
})

test('a view shows what its reader may see, not what its owner may', async () => {
  const owners = await names(sql`
    select n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'v' and n.nspname not in ('pg_catalog', 'information_schema', 'jobs')
      and not exists (select from unnest(c.reloptions) as option where option in ('security_invoker=true', 'security_invoker=on', 'security_invoker=1'))`)
  assert.deepEqual(owners, [])
})

test('a function that runs as the owner looks for names nowhere but where it was told', async () => {
  const loose = await names(sql`
    select p.oid::regprocedure::text as name
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
      and not exists (select from unnest(p.proconfig) as setting where setting like 'search_path=%')`)
  assert.deepEqual(loose, [])
})

test('the application neither truncates nor owns anything', async () => {
  const reached = await names(sql`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' and c.relkind in ('r', 'p') and
      (has_table_privilege('socle_app', c.oid, 'truncate') or pg_get_userbyid(c.relowner) in ('socle_app', 'socle_worker'))`)
  assert.deepEqual(reached, [])
})
