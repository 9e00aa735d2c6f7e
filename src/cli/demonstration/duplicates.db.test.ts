import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { testDatabase } from '../../../test/database.ts'
import { modelOf } from './demonstrate.ts'
import { registerTwice } from './duplicates.ts'

const { worker } = await testDatabase()
const country = openCountry('ma')
const plan = { country, model: modelOf(country), households: 8000, seed: 3 }
const registered = () =>
  transaction(worker, workerActor('test'), async tx => {
    const { rows } = await sql<{ said: string; modelled: boolean }>`
      select concat_ws(' ', given_name, family_name, given_name_ar, family_name_ar, birth_date::text, territory) as said, modelled
      from population.person order by 1`.execute(tx)
    return rows
  })

test('a few heads are registered twice, marked as modelled, the same each time, and none in a small demonstration', async () => {
  await registerTwice(worker, { ...plan, households: 700 })
  assert.equal((await registered()).length, 0)
  await registerTwice(worker, plan)
  const first = await registered()
  assert.equal(first.length, 10)
  assert.ok(first.every(({ modelled }) => modelled))
  await registerTwice(worker, plan)
  assert.deepEqual(await registered(), first)
})
