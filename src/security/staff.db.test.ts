import assert from 'node:assert/strict'
import { test } from 'node:test'
import { transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { findStaffActor, grantTerritory, registerStaff, revokeTerritory } from '#security'
import { testDatabase } from '../../test/database.ts'

const { app } = await testDatabase()
const admin = workerActor('test')

test('a member of staff acts with the grants of the moment', async () => {
  const id = newId<'staff'>()
  await transaction(app, admin, async tx => {
    await registerStaff(tx, { id, name: 'Zineb El Amrani' })
    await registerStaff(tx, { id, name: 'Somebody Else' })
    await grantTerritory(tx, id, '07.351.')
    await grantTerritory(tx, id, '12')
    await grantTerritory(tx, id, '12')
  })
  assert.deepEqual(await findStaffActor(app, id), {
    kind: 'staff',
    staffId: id,
    name: 'Zineb El Amrani',
    territories: ['07.351', '12'],
  })
  assert.equal(await transaction(app, admin, tx => revokeTerritory(tx, id, '12')), true)
  assert.equal(await transaction(app, admin, tx => revokeTerritory(tx, id, '12')), false)
  await transaction(app, admin, tx => grantTerritory(tx, id, ''))
  assert.deepEqual((await findStaffActor(app, id))?.territories, ['', '07.351'])
})

test('nobody acts as a member of staff who is not recorded', async () => {
  assert.equal(await findStaffActor(app, newId<'staff'>()), undefined)
})

test('a grant is a code, not a pattern', async () => {
  const id = newId<'staff'>()
  await transaction(app, admin, tx => registerStaff(tx, { id, name: 'A' }))
  for (const territory of ['%', '07%', '.*', '07..1', "07' or true", ' 07', 'é']) {
    await assert.rejects(
      transaction(app, admin, tx => grantTerritory(tx, id, territory)),
      /territory_grant_territory_check/,
    )
  }
})
