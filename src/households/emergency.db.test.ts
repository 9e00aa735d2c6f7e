import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type StaffActor, transaction, workerActor } from '#db'
import { filesOfHousehold, findHouseholdFile, type IncomingHousehold, registerHouseholds } from '#households'
import { type DateText, type Id, newId } from '#kernel'
import {
  actorFor,
  declareConflict,
  findStaffAccess,
  listEmergencies,
  openEmergency,
  type Permission,
  permissionNames,
  type Role,
  recordGrant,
  recordRevocation,
  registerStaff,
  reviewEmergency,
  type StaffAccess,
  withinEmergency,
} from '#security'
import { testDatabase } from '../../test/database.ts'

const { app, worker, owner } = await testDatabase()
const operator = workerActor('test')
const household = (sourceId: string, territory: string, givenName: string): IncomingHousehold => ({
  sourceId,
  territory,
  facts: { territory },
  members: [{ sourceId: '0', givenName, familyName: 'Alaoui', facts: { relation: 'head' } }],
})
await transaction(worker, operator, tx =>
  registerHouseholds(
    tx,
    {
      country: 'ma',
      source: 'test',
      channel: 'generated',
      actor: 'test',
      effectiveOn: '2026-01-01' as DateText,
      modelled: true,
      head: { fact: 'relation', code: 'head' },
    },
    [household('NEAR', '07.351', 'Fatima'), household('FAR', '12.001', 'Leila'), household('FAR-2', '12.001', 'Omar')],
  ),
)
const grants = new Map<Id<'staff'>, Id<'grant'>>()
async function member(name: string, role: Role, territory: string): Promise<Id<'staff'>> {
  const [id, grant] = [newId<'staff'>(), newId<'grant'>()]
  grants.set(id, grant)
  await transaction(worker, operator, async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: grant, role, territory })
  })
  return id
}
const accessOf = async (id: Id<'staff'>): Promise<StaffAccess> => (await findStaffAccess(app, id)) ?? assert.fail()
async function as<Value>(id: Id<'staff'>, permission: Permission, work: Parameters<typeof transaction<Value>>[2]) {
  return transaction(app, actorFor(await accessOf(id), permission), work)
}
const codeOf = (answer: { ok: true } | { ok: false; refusal: { code: string } }) =>
  answer.ok ? 'ok' : answer.refusal.code
const find = (number: string) => transaction(worker, operator, tx => filesOfHousehold(tx, 'ma', number))
const WHY = 'flooded road, the family asks for help here'

async function open(by: Id<'staff'>, number: string, reason = WHY) {
  const access = await accessOf(by)
  return transaction(app, actorFor(access, 'emergency.open'), async tx =>
    openEmergency(tx, access, { id: newId(), found: await filesOfHousehold(tx, 'ma', number), reason }),
  )
}
/** Numbers of the households that somebody sees within an emergency for one of them; undefined where none lasts. */
async function seen(by: Id<'staff'>, number: string): Promise<string[] | undefined> {
  const within = withinEmergency(await accessOf(by), (await find(number))!.household)
  return within && numbersSeen(actorFor(within, 'household.read'))
}
const numbersSeen = (actor: StaffActor) =>
  transaction(app, actor, async tx => {
    const { rows } = await sql<{
      number: string
    }>`select source_id as number from households.household order by 1`.execute(tx)
    return rows.map(row => row.number)
  })

const salma = await member('Salma', 'desk_agent', '07')
const other = await member('Other', 'desk_agent', '07')
const driss = await member('Driss', 'territory_supervisor', '12')
const far = (await find('FAR'))!

test('one file opens, with a reason, to who asked, and to nobody else', async () => {
  assert.equal(codeOf(await open(salma, 'FAR', 'short')), 'reason_too_short')
  assert.equal(codeOf(await open(salma, 'NOWHERE')), 'household_unknown')
  assert.equal(await seen(salma, 'FAR'), undefined)
  assert.equal(codeOf(await open(salma, 'FAR')), 'ok')
  assert.deepEqual(await seen(salma, 'FAR'), ['FAR'])
  assert.equal(await seen(salma, 'FAR-2'), undefined)
  assert.equal(await seen(other, 'FAR'), undefined)
  assert.deepEqual(await numbersSeen(actorFor(await accessOf(salma), 'household.read')), ['NEAR'])
})

test('who may open none opens none', async () => {
  const auditor = await member('Auditor', 'policy_officer', '')
  assert.equal(
    codeOf(await open(auditor, 'FAR').catch(() => ({ ok: false, refusal: { code: 'thrown' } }))),
    'not_granted',
  )
})

test('it is a file to read: nothing is written, and no other permission sees anything', async () => {
  const within = withinEmergency(await accessOf(salma), far.household) ?? assert.fail()
  const file = await transaction(app, actorFor(within, 'household.read'), tx => findHouseholdFile(tx, far.household))
  assert.equal(file?.members.length, 1)
  for (const permission of permissionNames.filter(each => each !== 'household.read')) {
    assert.deepEqual(await numbersSeen(actorFor(within, permission)), [], permission)
  }
})

test('in no table does an emergency show a row of another file', async () => {
  const actor = actorFor(withinEmergency(await accessOf(salma), far.household) ?? assert.fail(), 'household.read')
  const { rows: tables } = await transaction(owner, operator, tx =>
    sql<{ name: string; restricted: boolean }>`
      select n.nspname || '.' || c.relname as name, exists (
        select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polname = 'file') as restricted
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'territory'
      where c.relkind = 'r' and c.relrowsecurity and has_table_privilege('socle_app', c.oid, 'select') order by 1`.execute(
      tx,
    ),
  )
  assert.ok(tables.length > 10)
  // A table with a territory says to which file each row belongs, or that it belongs to none: security.protect_file.
  assert.deepEqual(
    tables.filter(table => !table.restricted).map(table => table.name),
    [],
  )
  const { rows } = await transaction(app, actor, tx =>
    sql<{ people: number; declared: number; audited: number }>`
      select (select count(*)::int from population.person) as people, (select count(*)::int from households.declaration) as declared,
        (select count(*)::int from security.audit_record) as audited`.execute(tx),
  )
  assert.deepEqual(rows[0], { people: 1, declared: 1, audited: 0 })
})

test('after its hour it is closed', async () => {
  const access = await accessOf(salma)
  const at = new Date(access.emergencies[0]!.until)
  assert.ok(withinEmergency({ ...access, at: new Date(at.getTime() - 1) }, far.household))
  assert.equal(withinEmergency({ ...access, at }, far.household), undefined)
  const { rows } = await transaction(worker, operator, tx =>
    sql<{
      hours: number
    }>`select extract(epoch from opened_until - opened_at) / 3600 as hours from security.emergency`.execute(tx),
  )
  assert.equal(Math.round(Number(rows[0]!.hours) * 1000), 1000)
})

test('a role taken back closes what it opened', async () => {
  const agent = await member('Agent', 'desk_agent', '07')
  await open(agent, 'FAR')
  assert.deepEqual(await seen(agent, 'FAR'), ['FAR'])
  await transaction(worker, operator, tx => recordRevocation(tx, grants.get(agent)!))
  assert.equal(await seen(agent, 'FAR'), undefined)
})

test('no emergency opens own household or kin, and one that is declared meanwhile closes it', async () => {
  const agent = await member('Kin', 'desk_agent', '07')
  await open(agent, 'FAR-2')
  assert.deepEqual(await seen(agent, 'FAR-2'), ['FAR-2'])
  const found = (await find('FAR-2'))!
  await transaction(worker, operator, tx =>
    declareConflict(tx, 'operator', { id: newId(), staff: agent, relation: 'sibling', person: null, ...found }),
  )
  assert.equal(await seen(agent, 'FAR-2'), undefined)
  assert.equal(codeOf(await open(agent, 'FAR-2')), 'too_close')
  await assert.rejects(
    as(agent, 'emergency.open', tx =>
      sql`insert into security.emergency (id, staff_id, household_id, files, territory, reason)
        values (${newId()}, ${agent}, ${found.household}, ${found.files}::uuid[], '12.001', ${WHY})`.execute(tx),
    ),
    /own household or kin/,
  )
})

test('nobody opens one in the name of another, past the program', async () => {
  await assert.rejects(
    as(other, 'emergency.open', tx =>
      sql`insert into security.emergency (id, staff_id, household_id, files, territory, reason)
        values (${newId()}, ${salma}, ${far.household}, ${far.files}::uuid[], '07.351', ${WHY})`.execute(tx),
    ),
    /who opens a file in an emergency is who acts/,
  )
  await assert.rejects(
    as(other, 'household.read', tx =>
      sql`insert into security.emergency (id, staff_id, household_id, files, territory, reason)
        values (${newId()}, ${other}, ${far.household}, ${far.files}::uuid[], '12.001', ${WHY})`.execute(tx),
    ),
    /row-level security/,
  )
})

test('who answers for the territory judges it, once; who opened it does not, nor does anybody elsewhere', async () => {
  const mine = await as(salma, 'emergency.open', tx => listEmergencies(tx, 10))
  assert.deepEqual(
    mine.map(one => [one.by, one.overdue, one.review]),
    [['Salma', false, null]],
  )
  const { id } = mine[0]!
  const judge = async (by: Id<'staff'>, note = 'a colleague confirms') => {
    const access = await accessOf(by)
    return transaction(app, actorFor(access, 'emergency.review'), tx =>
      reviewEmergency(tx, access, { emergency: id, outcome: 'justified', note }),
    )
  }
  const amina = await member('Amina', 'territory_supervisor', '07')
  assert.equal(codeOf(await judge(salma)), 'own_acts')
  assert.equal(codeOf(await judge(amina)), 'emergency_unknown')
  assert.equal(codeOf(await judge(driss, ' ')), 'note_missing')
  assert.equal(codeOf(await judge(driss)), 'ok')
  assert.equal(codeOf(await judge(driss)), 'reviewed_before')
  await assert.rejects(
    as(salma, 'emergency.review', tx =>
      sql`insert into security.emergency_review (emergency_id, outcome, note) values (${id}, 'justified', 'mine')`.execute(
        tx,
      ),
    ),
    /neither opened it/,
  )
})

test('each is in the audit of where the household lives: what was opened, refused and judged', async () => {
  const { rows } = await transaction(worker, operator, tx =>
    sql<{ said: string }>`select concat_ws(' ', actor_name, action, nullif(territory, ''), detail ->> 'code') as said
      from security.audit_record where action like 'emergency.%' and actor_name in ('Salma', 'Driss') order by position`.execute(
      tx,
    ),
  )
  assert.deepEqual(
    rows.map(row => row.said),
    [
      'Salma emergency.refused 12.001 reason_too_short',
      'Salma emergency.refused household_unknown',
      'Salma emergency.open 12.001',
      'Driss emergency.review 12.001',
    ],
  )
})
