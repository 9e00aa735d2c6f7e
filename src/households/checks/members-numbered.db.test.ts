// The precondition of Morocco: every member in the population register with a number; and its waiver elsewhere.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { checkNumbered, decideNumbered, membersLackingNumber, registerHouseholds } from '#households'
import type { DateText, Id } from '#kernel'
import { drawWaiting, issueNumbers } from '#population'
import { testDatabase } from '../../../test/database.ts'
import { staffIn } from '../../../test/demonstrated.ts'

const { app, worker } = await testDatabase()
const morocco = openCountry('ma').upkeep.membersNumbered
const senegal = openCountry('sn').upkeep.membersNumbered
const person = (text: string) => text as Id<'Person'>

const cases: readonly { name: string; persons: [string, string][]; numbered: string[]; lacking: string[] }[] = [
  { name: 'one of two has one', persons: [['a', '1']], numbered: ['1'], lacking: ['b'] },
  {
    name: 'in the register without one',
    persons: [
      ['a', '1'],
      ['b', '2'],
    ],
    numbered: ['2'],
    lacking: ['a'],
  },
  { name: 'not in the register', persons: [['b', '2']], numbered: ['2'], lacking: ['a'] },
]
for (const { name, persons, numbered, lacking } of cases) {
  test(`a member lacks a number: ${name}`, () => {
    const known = new Map(persons.map(([member, id]) => [member, person(id)]))
    assert.deepEqual(membersLackingNumber(['a', 'b'], known, new Set(numbered)), lacking)
  })
}

test('Morocco refuses, with its source and who is concerned; Senegal waives, and says that it is a choice', () => {
  assert.deepEqual(decideNumbered(['a'], morocco), {
    ok: false,
    refusal: { code: 'members_without_number', members: ['a'], source: 'M5', waiver: 'explained' },
  })
  assert.equal(decideNumbered([], morocco).ok, true)
  assert.equal(decideNumbered(['a'], senegal).ok, true)
  assert.deepEqual([senegal.source, senegal.confidence], [null, 'chosen'])
})

test('in the register, a number issued is a number had', async () => {
  await transaction(worker, workerActor('test'), tx =>
    registerHouseholds(
      tx,
      {
        country: 'ma',
        source: 'test',
        channel: 'import',
        actor: 'test',
        effectiveOn: '2026-01-01' as DateText,
        modelled: false,
        head: { fact: 'relation', code: 'head' },
      },
      [
        {
          sourceId: 'h',
          territory: '07.351',
          facts: {},
          members: ['1', '2'].map(sourceId => ({
            sourceId,
            givenName: 'Idir',
            facts: { relation: sourceId === '1' ? 'head' : 'child' },
          })),
        },
      ],
    ),
  )
  const { rows } = await transaction(worker, workerActor('test'), tx =>
    sql<{ person: Id<'Person'>; member: string }>`
      select person_id as person, source_id as member from households.membership order by source_id`.execute(tx),
  )
  const persons = new Map(rows.map(row => [row.member, row.person]))
  const check = () => transaction(app, staffIn('07'), tx => checkNumbered(tx, ['1', '2'], persons, morocco))
  const before = await check()
  assert.deepEqual(!before.ok && before.refusal.members, ['1', '2'])
  await drawWaiting(worker, { country: 'ma', length: 10, waiting: 100 })
  await transaction(worker, workerActor('test'), tx => issueNumbers(tx, [persons.get('1')!]))
  const after = await check()
  assert.deepEqual(!after.ok && after.refusal.members, ['2'])
})
