import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { type StaffActor, transaction, workerActor } from '#db'
import {
  countHouseholds,
  countRegister,
  declarationsOf,
  declaredCase,
  findHouseholdFile,
  modelHouseholds,
  readHouseholdModel,
  recipientsOf,
  registerHouseholds,
} from '#households'
import { type DateText, type Id, type Month, newId } from '#kernel'
import { testDatabase } from '../../test/database.ts'

const databases = await testDatabase()
const worker = workerActor('test')
const model = readHouseholdModel(fileURLToPath(new URL('../../packs/ma', import.meta.url)))
const households = [...modelHouseholds(model, { seed: 3, from: 0, to: 40 })]
const from = {
  country: 'ma',
  source: 'test',
  channel: 'generated',
  actor: 'test',
  effectiveOn: '2026-01-01' as DateText,
  modelled: true,
  head: { fact: 'relation', code: 'head' },
} as const
const staff = (territories: string[]): StaffActor => ({ kind: 'staff', staffId: newId(), name: 'Agent', territories })

async function idOf(sourceId: string): Promise<Id<'Household'>> {
  const { rows } = await transaction(databases.worker, worker, tx =>
    sql<{ id: Id<'Household'> }>`select id from households.household where source_id = ${sourceId}`.execute(tx),
  )
  return rows[0]?.id as Id<'Household'>
}

test('the file of a household: facts as said, members in the order declared, one who receives', async () => {
  await transaction(databases.worker, worker, tx => registerHouseholds(tx, from, households))
  for (const said of households.slice(0, 10)) {
    const file = await transaction(databases.app, staff(['']), async tx =>
      findHouseholdFile(tx, await idOf(said.sourceId)),
    )
    assert.ok(file)
    assert.deepEqual(file.facts, JSON.parse(JSON.stringify(said.facts)))
    assert.deepEqual(
      file.members.map(member => member.birthDate),
      said.members.map(member => member.facts.birth_date ?? null),
    )
    assert.equal(file.members[0]?.relation, 'head')
    assert.equal(file.members.filter(member => member.receives).length, 1)
    assert.ok(file.modelled)
  }
})

test('what was declared is listed with its day and channel, and makes the case that was decided', async () => {
  const said = households[0]!
  const household = await idOf(said.sourceId)
  await transaction(databases.app, staff(['']), async tx => {
    const [event, ...rest] = await declarationsOf(tx, household)
    assert.ok(event && rest.length === 0)
    assert.deepEqual(
      [event.channel, event.effectiveOn, event.members],
      ['generated', '2026-01-01', said.members.length],
    )
    const found = await declaredCase(tx, { household, declaration: event.id, month: '2026-12' as Month })
    assert.equal(found?.case.members.length, said.members.length)
    assert.equal(await declaredCase(tx, { household, declaration: newId(), month: '2026-12' as Month }), undefined)
  })
})

test('recipients are found by the ids of their source, and the register is counted', async () => {
  await transaction(databases.worker, worker, async tx => {
    const sourceIds = households.slice(0, 5).map(each => each.sourceId)
    const recipients = await recipientsOf(tx, { country: 'ma', source: 'test', sourceIds: [...sourceIds, 'nobody'] })
    assert.deepEqual(
      recipients.map(each => each.sourceId),
      sourceIds.toSorted(),
    )
    assert.equal(await countHouseholds(tx, 'ma'), 40)
    assert.equal(await countHouseholds(tx, 'ma', 'other'), 0)
    const members = households.reduce((sum, each) => sum + each.members.length, 0)
    assert.deepEqual(await countRegister(tx, 'ma'), { households: 40, members })
  })
})

test('outside the territories granted there is no file, no declaration and no count', async () => {
  const said = households[0]!
  const household = await idOf(said.sourceId)
  const elsewhere = said.territory.startsWith('01') ? '02' : '01'
  for (const actor of [staff([elsewhere]), staff([])]) {
    await transaction(databases.app, actor, async tx => {
      assert.equal(await findHouseholdFile(tx, household), undefined)
      assert.deepEqual(await declarationsOf(tx, household), [])
      const inside = households.filter(each => actor.territories.some(code => each.territory.startsWith(code)))
      assert.equal((await countRegister(tx, 'ma')).households, inside.length)
    })
  }
})
