import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import {
  actorFor,
  findStaffAccess,
  type GivenBy,
  giveRole,
  type NewGrant,
  registerStaff,
  type StaffAccess,
  takeRoleBack,
} from '#security'
import { testDatabase } from '../../test/database.ts'

const { app, worker } = await testDatabase()
const operator = workerActor('socle staff')

async function member(name: string): Promise<Id<'staff'>> {
  const id = newId<'staff'>()
  await transaction(app, operator, tx => registerStaff(tx, { id, name }))
  return id
}
const accessOf = async (id: Id<'staff'>): Promise<StaffAccess> => (await findStaffAccess(app, id)) ?? assert.fail()
async function actorOf(by: GivenBy) {
  return by === 'operator' ? operator : actorFor(await accessOf(by), 'staff.grant')
}
async function give(by: GivenBy, to: Id<'staff'>, grant: Omit<NewGrant, 'id'>) {
  const actor = await actorOf(by)
  return transaction(app, actor, tx => giveRole(tx, by, to, { id: newId(), ...grant }))
}
async function audited(staff: Id<'staff'>) {
  const { rows } = await transaction(worker, operator, tx =>
    sql<{ said: string }>`
      select concat_ws(' ', actor_name, action, territory, detail ->> 'role', detail ->> 'sensitivity') as said
      from security.audit_record where subject_kind = 'staff' and subject_id = ${staff} order by position`.execute(tx),
  )
  return rows.map(row => row.said)
}

const karim = await member('Karim')
const amina = await member('Amina')
const salma = await member('Salma')
assert.ok((await give('operator', karim, { role: 'administrator', sensitivity: 'sensitive' })).ok)

test('from the first administrator to an agent, each gives as far as the own role reaches, and the audit tells', async () => {
  assert.ok((await give(karim, amina, { role: 'territory_supervisor', territory: '07' })).ok)
  assert.ok((await give(amina, salma, { role: 'desk_agent', territory: '07.351' })).ok)
  assert.deepEqual(await audited(salma), ['Amina staff.grant 07.351 desk_agent ordinary'])
  assert.deepEqual(await audited(karim), ['socle staff staff.grant  administrator sensitive'])
})

test('what may not be given is refused, and leaves no grant and no record', async () => {
  const before = await accessOf(salma)
  for (const [by, grant, code] of [
    [amina, { role: 'desk_agent', territory: '12' }, 'wider_than_own'],
    [amina, { role: 'territory_supervisor', territory: '07' }, 'role_not_given_by_you'],
    [salma, { role: 'desk_agent', territory: '07.351' }, 'own_grant'],
    [newId<'staff'>(), { role: 'desk_agent' }, 'staff_unknown'],
  ] as const) {
    const actor = by === amina || by === salma ? await actorOf(by) : operator
    const answer = await transaction(app, actor, tx => giveRole(tx, by, salma, { id: newId(), ...grant }))
    assert.ok(!answer.ok)
    assert.equal(answer.refusal.code, code)
  }
  const unknown = await give(karim, newId<'staff'>(), { role: 'auditor' })
  assert.equal(!unknown.ok && unknown.refusal.code, 'staff_unknown')
  assert.deepEqual((await accessOf(salma)).grants, before.grants)
  assert.equal((await audited(salma)).length, 1)
})

test('a role taken back shows nothing from then on, and its holder gives nothing more', async () => {
  const [supervisor] = (await accessOf(amina)).grants
  assert.ok(supervisor)
  const taken = await transaction(app, await actorOf(karim), tx => takeRoleBack(tx, karim, amina, supervisor))
  assert.ok(taken.ok)
  assert.deepEqual(actorFor(await accessOf(amina), 'household.read').territories, [])
  assert.equal((await give(amina, salma, { role: 'field_agent', territory: '07.351' })).ok, false)
  assert.deepEqual((await audited(amina)).at(-1), 'Karim staff.revoke 07 territory_supervisor ordinary')
})
