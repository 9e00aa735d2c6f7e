import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, transaction, workerActor } from '#db'
import {
  filesOfHousehold,
  findHouseholdFile,
  type IncomingHousehold,
  registerHouseholds,
  searchHouseholds,
} from '#households'
import { type DateText, type Id, newId } from '#kernel'
import {
  actorFor,
  closedFiles,
  declareConflict,
  endConflict,
  findStaffAccess,
  type GivenBy,
  listConflicts,
  type Permission,
  type Relation,
  type Role,
  recordGrant,
  registerStaff,
} from '#security'
import { testDatabase } from '../../test/database.ts'

const { app, worker } = await testDatabase()
const operator = workerActor('test')

const household = (sourceId: string, territory: string, ...names: string[]): IncomingHousehold => ({
  sourceId,
  territory,
  facts: { territory },
  members: names.map((givenName, i) => ({
    sourceId: `${sourceId}-${i}`,
    givenName,
    familyName: 'Alaoui',
    facts: { relation: i === 0 ? 'head' : 'child' },
  })),
})
const register = (...households: IncomingHousehold[]) =>
  transaction(worker, operator, tx =>
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
      households,
    ),
  )
await register(
  household('KIN', '07.351', 'Fatima', 'Mehdi'),
  household('OTHER', '07.351', 'Omar'),
  household('FAR', '12.001', 'Leila'),
)

async function member(name: string, role: Role, territory: string): Promise<Id<'staff'>> {
  const id = newId<'staff'>()
  await transaction(worker, operator, async tx => {
    await registerStaff(tx, { id, name })
    await recordGrant(tx, id, { id: newId<'grant'>(), role, territory })
  })
  return id
}
const salma = await member('Salma', 'desk_agent', '07')
const amina = await member('Amina', 'territory_supervisor', '07')
const driss = await member('Driss', 'territory_supervisor', '12')

const actorOf = async (id: Id<'staff'>, permission: Permission) =>
  actorFor((await findStaffAccess(app, id)) ?? assert.fail(), permission)
async function as<Value>(id: Id<'staff'>, permission: Permission, work: Parameters<typeof transaction<Value>>[2]) {
  return transaction(app, await actorOf(id, permission), work)
}
const files = async (number: string) =>
  (await transaction(worker, operator, tx => filesOfHousehold(tx, 'ma', number))) ?? assert.fail()

async function declare(
  by: Id<'staff'>,
  staff: Id<'staff'>,
  number: string,
  relation: Relation,
  person: string | null = null,
) {
  const id = newId<'Conflict'>()
  const actor: Actor = await actorOf(by, 'staff.grant')
  const answer = await transaction(app, actor, async tx => {
    const found = (await filesOfHousehold(tx, 'ma', number)) ?? assert.fail()
    return declareConflict(tx, by as GivenBy, { id, staff, relation, person, ...found })
  })
  return { id, answer }
}
const seen = (id: Id<'staff'>) =>
  as(id, 'household.read', async tx => {
    const { rows } = await sql<{ households: string[]; people: number; declared: number }>`
      select (select array_agg(source_id order by source_id) from households.household) as households,
        (select count(*)::int from population.person) as people,
        (select count(*)::int from households.declaration) as declared`.execute(tx)
    return rows[0]!
  })

test('a declared household is not there for who is close to it, in any table, and is for everybody else', async () => {
  assert.deepEqual(await seen(salma), { households: ['KIN', 'OTHER'], people: 3, declared: 2 })
  const { answer } = await declare(salma, salma, 'KIN', 'sibling')
  assert.deepEqual(answer, { ok: true, value: undefined })
  assert.deepEqual(await seen(salma), { households: ['OTHER'], people: 1, declared: 1 })
  assert.deepEqual(await seen(amina), { households: ['KIN', 'OTHER'], people: 3, declared: 2 })
  const { household } = await files('KIN')
  assert.equal(await as(salma, 'household.read', tx => findHouseholdFile(tx, household)), undefined)
  assert.ok(await as(amina, 'household.read', tx => findHouseholdFile(tx, household)))
})

test('nor can it be changed: what is written for it is refused by the database', async () => {
  const { household } = await files('KIN')
  await assert.rejects(
    as(salma, 'household.write', tx =>
      sql`insert into households.declaration (household_id, id, declared_at, effective_on, channel, actor, facts, members)
        select ${household}, gen_random_uuid(), now(), current_date, 'desk', 'x', '{}', '{}'`.execute(tx),
    ),
    /row-level security/,
  )
})

test('a search counts it apart, without a name', async () => {
  const ask = (id: Id<'staff'>) =>
    as(id, 'household.search', tx =>
      searchHouseholds(tx, { country: 'ma', text: 'alaoui', head: 'head', limit: 10, skip: 0 }),
    )
  const own = await ask(salma)
  assert.deepEqual([own.hits.map(hit => hit.sourceId), own.total, own.closed], [['OTHER'], 1, 1])
  const other = await ask(amina)
  assert.deepEqual([other.total, other.closed], [2, 0])
})

test('who joins a closed household is closed with it, and a person to whom somebody is close closes where they go', async () => {
  await register(household('KIN', '07.351', 'Fatima', 'Mehdi', 'Sara'))
  assert.deepEqual(await seen(salma), { households: ['OTHER'], people: 1, declared: 1 })
  const person = (await transaction(worker, operator, async tx => {
    const { rows } = await sql<{ id: string }>`select person_id as id from households.membership m
      join households.household h on h.id = m.household_id where h.source_id = 'OTHER'`.execute(tx)
    return rows[0]!.id
  })) as string
  const karim = await member('Karim', 'desk_agent', '')
  await declare(karim, karim, 'OTHER', 'child', person)
  const { household: far } = await files('FAR')
  await transaction(worker, operator, async tx => {
    await sql`update households.membership set ended_at = now(), valid_to = '2026-11-01'
      where person_id = ${person}`.execute(tx)
    await sql`insert into households.membership (household_id, person_id, source_id, valid_from, relation)
      values (${far}, ${person}, 'moved', '2026-11-01', 'other')`.execute(tx)
  })
  assert.deepEqual(await seen(karim), { households: ['KIN'], people: 3, declared: 2 })
})

test('of others, who gives roles where they work declares; elsewhere, nobody', async () => {
  assert.deepEqual((await declare(driss, salma, 'FAR', 'parent')).answer, {
    ok: false,
    refusal: { code: 'not_answering_for', staff: salma },
  })
  assert.equal((await declare(salma, amina, 'FAR', 'parent')).answer.ok, false)
  assert.ok((await declare(amina, salma, 'FAR', 'parent')).answer.ok)
})

test('nobody ends an own conflict, and the database holds it too', async () => {
  const [one] = await as(salma, 'household.read', tx => listConflicts(tx, salma))
  assert.ok(one)
  const end = (by: Id<'staff'>, reason = 'said by mistake') =>
    as(by, 'staff.grant', tx => endConflict(tx, by as GivenBy, one.id, reason))
  const code = async (answer: ReturnType<typeof end>) => {
    const given = await answer
    return given.ok ? 'ok' : given.refusal.code
  }
  assert.equal(await code(end(salma)), 'own_conflict')
  assert.equal(await code(end(driss)), 'conflict_unknown')
  assert.equal(await code(end(amina, '  ')), 'reason_missing')
  await assert.rejects(
    as(salma, 'household.read', tx =>
      sql`insert into security.conflict_end (conflict_id, reason) values (${one.id}, 'mine')`.execute(tx),
    ),
    /somebody else than the member of staff concerned/,
  )
  assert.equal(await code(end(amina)), 'ok')
  assert.equal(await code(end(amina)), 'already_ended')
})

test('conflicts are seen by who they are of and by who answers for them, and the audit holds what was said', async () => {
  assert.equal((await as(amina, 'staff.grant', tx => listConflicts(tx))).length, 2)
  assert.equal((await as(amina, 'household.read', tx => listConflicts(tx))).length, 0)
  assert.equal((await as(driss, 'staff.grant', tx => listConflicts(tx))).length, 0)
  const watched = await transaction(worker, operator, closedFiles)
  assert.ok(watched.some(one => one.actor === `staff:${salma}`))
  const { rows } = await transaction(worker, operator, tx =>
    sql<{ action: string; n: number }>`select action, count(*)::int as n from security.audit_record
      where action like 'conflict.%' group by 1 order by 1`.execute(tx),
  )
  assert.deepEqual(rows, [
    { action: 'conflict.declare', n: 3 },
    { action: 'conflict.end', n: 1 },
  ])
})

test('a conflict costs nothing to who has none, and keeps the index for who has', async () => {
  const plan = async (actor: Actor) =>
    transaction(app, actor, async tx => {
      await sql`set local enable_seqscan = off`.execute(tx)
      const { rows } = await sql<{ 'QUERY PLAN': string }>`
        explain (costs off) select count(*) from households.household where territory >= '07' and territory < '08'`.execute(
        tx,
      )
      return rows.map(row => row['QUERY PLAN']).join('\n')
    })
  for (const id of [amina, salma])
    assert.match(await plan(await actorOf(id, 'household.read')), /Index Cond: .*territory/)
})
