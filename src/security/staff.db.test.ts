import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import {
  findStaffAccess,
  findStaffActor,
  listStaff,
  type NewGrant,
  recordGrant,
  recordRevocation,
  registerStaff,
} from '#security'
import { testDatabase } from '../../test/database.ts'

const { app } = await testDatabase()
const admin = workerActor('test')
const give = (staffId: Id<'staff'>, grant: Omit<NewGrant, 'id'>, by: Actor = admin, id = newId<'grant'>()) =>
  transaction(app, by, tx => recordGrant(tx, staffId, { id, ...grant })).then(() => id)
async function member(name: string): Promise<Id<'staff'>> {
  const id = newId<'staff'>()
  await transaction(app, admin, tx => registerStaff(tx, { id, name }))
  return id
}

test('a member of staff acts for a permission where it is granted at this moment, and nowhere else', async () => {
  const id = await member('Zineb El Amrani')
  await member('Somebody Else')
  const first = await give(id, { role: 'desk_agent', territory: '07.351.' })
  await give(id, { role: 'auditor', territory: '12' })
  const actor = { kind: 'staff', staffId: id, name: 'Zineb El Amrani' }
  assert.deepEqual(await findStaffActor(app, id, 'household.read'), {
    ...actor,
    territories: ['07.351', '12'],
    permission: 'household.read',
  })
  assert.deepEqual(await findStaffActor(app, id, 'household.write'), {
    ...actor,
    territories: ['07.351'],
    permission: 'household.write',
  })
  assert.deepEqual((await findStaffActor(app, id, 'payment_run.approve'))?.territories, [])
  assert.equal(await transaction(app, admin, tx => recordRevocation(tx, first)), true)
  assert.equal(await transaction(app, admin, tx => recordRevocation(tx, first)), false)
  assert.deepEqual((await findStaffActor(app, id, 'household.read'))?.territories, ['12'])
})

test('a grant limited to a programme is told to the database pair by pair', async () => {
  const id = await member('Amal')
  await give(id, { role: 'programme_manager', territory: '07', programme: 'ma/asd' })
  await give(id, { role: 'auditor', territory: '12' })
  assert.deepEqual((await findStaffActor(app, id, 'determination.read'))?.programmes, [
    { territory: '07', programme: 'ma/asd' },
    { territory: '12', programme: null },
  ])
  const household = await findStaffActor(app, id, 'household.read')
  assert.deepEqual([household?.territories, household?.programmes], [['12'], undefined])
})

test('a grant holds between its two instants alone', async () => {
  const id = await member('Hind')
  const year = 365 * 24 * 3600 * 1000
  const now = (await findStaffAccess(app, id))!.at.getTime()
  await give(id, { role: 'desk_agent', territory: '01', from: new Date(now - 2 * year), until: new Date(now - year) })
  await give(id, { role: 'desk_agent', territory: '02', from: new Date(now - year), until: new Date(now + year) })
  await give(id, { role: 'desk_agent', territory: '03', from: new Date(now + year) })
  assert.deepEqual((await findStaffActor(app, id, 'household.read'))?.territories, ['02'])
})

test('the same grant again is one grant', async () => {
  const id = await member('Nour')
  const grant = await give(id, { role: 'desk_agent' })
  await give(id, { role: 'auditor' }, admin, grant)
  const access = await findStaffAccess(app, id)
  assert.deepEqual(
    access?.grants.map(each => [each.id, each.role]),
    [[grant, 'desk_agent']],
  )
})

test('nobody acts as a member of staff who is not recorded', async () => {
  assert.equal(await findStaffActor(app, newId<'staff'>(), 'household.read'), undefined)
  assert.deepEqual(
    (await listStaff(app)).map(one => one.name),
    ['Amal', 'Hind', 'Nour', 'Somebody Else', 'Zineb El Amrani'],
  )
})

test('the database refuses a role given to oneself, an end before its beginning, and what is no code', async () => {
  const id = await member('Own')
  const own: Actor = { kind: 'staff', staffId: id, name: 'Own', territories: [''] }
  await assert.rejects(give(id, { role: 'auditor' }, own), /role_grant_not_own/)
  const from = new Date('2026-01-02')
  await assert.rejects(give(id, { role: 'auditor', from, until: from }), /role_grant_in_order/)
  for (const territory of ['%', '07%', '.*', '07..1', "07' or true", ' 07', 'é']) {
    await assert.rejects(give(id, { role: 'auditor', territory }), /role_grant_territory_check/)
  }
  for (const programme of ['', '.*', 'ma/asd|x', "ma' or true", 'ma/']) {
    await assert.rejects(give(id, { role: 'auditor', programme }), /role_grant_programme_check/)
  }
})

test('a role that the program does not know grants nothing', async () => {
  const id = await member('Later')
  await transaction(app, admin, tx =>
    sql`insert into security.role_grant (id, staff_id, role, territory, sensitivity, granted_by)
      values (${newId()}, ${id}, 'minister', '', 'sensitive', 'test')`.execute(tx),
  )
  assert.deepEqual((await findStaffAccess(app, id))?.grants, [])
})
