import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type Actor, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { testDatabase } from '../../../test/database.ts'
import { faultsOf, uniqueNumberForm } from './number-form.ts'
import {
  drawWaiting,
  issueNumbers,
  numberEverybody,
  numbersOf,
  personWithNumber,
  withdrawNumber,
} from './unique-number.ts'

const { worker, app, owner } = await testDatabase()
const actor = workerActor('test')
const terms = { country: 'ma', length: 10, waiting: 500 }
const casablanca: Actor = { kind: 'staff', staffId: newId(), name: 'Agent', territories: ['06'] } as Actor

/** Persons of a place, registered as anybody is. */
async function register(count: number, territory = '07.351'): Promise<Id<'Person'>[]> {
  const ids = Array.from({ length: count }, () => newId<'Person'>())
  await transaction(worker, actor, tx =>
    tx
      .insertInto('population.person')
      .values(ids.map(id => ({ id, country: 'ma', territory, source: 'test', recorded_by: 'test' })))
      .execute(),
  )
  return ids
}

const asWorker = <Value>(work: Parameters<typeof transaction<Value>>[2]) => transaction(worker, actor, work)
const waiting = async () => {
  const { rows } = await asWorker(tx =>
    sql<{ n: number }>`select count(*)::int as n from population.unique_number where person_id is null`.execute(tx),
  )
  return rows[0]?.n ?? 0
}

describe('unique numbers', () => {
  before(() => drawWaiting(worker, terms))

  test('wait, drawn by the rules of the country, as many as are asked for', async () => {
    assert.equal(await waiting(), 500)
    assert.equal(await drawWaiting(worker, terms), 0)
    const { rows } = await asWorker(tx =>
      sql<{ number: string }>`select number from population.unique_number`.execute(tx),
    )
    for (const { number } of rows) assert.deepEqual(faultsOf(number, uniqueNumberForm(10)), [])
    // The order in which they are given is not that of the numbers.
    const sorted = rows.map(({ number }) => number).sort()
    assert.notDeepEqual(
      rows.map(({ number }) => number),
      sorted,
    )
  })

  test('are given once: to each person one, and the same when asked again', async () => {
    const persons = await register(40)
    assert.equal(await asWorker(tx => issueNumbers(tx, persons)), 40)
    const given = await asWorker(tx => numbersOf(tx, persons))
    assert.equal(new Set(given.map(({ number }) => number)).size, 40)
    assert.deepEqual(new Set(given.map(({ person }) => person)), new Set(persons))
    assert.equal(await asWorker(tx => issueNumbers(tx, persons)), 0)
    const found = given[0]
    assert.ok(found)
    assert.equal(await asWorker(tx => personWithNumber(tx, 'ma', found.number)), found.person)
    assert.equal(await asWorker(tx => personWithNumber(tx, 'sn', found.number)), undefined)
  })

  test('many at once, asking for the same persons and for others, never give one number twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(fc.nat(19), { minLength: 1 }), { minLength: 2, maxLength: 6 }),
        async asked => {
          const persons = await register(20)
          await drawWaiting(worker, terms)
          const issued = await Promise.all(
            asked.map(places =>
              asWorker(tx =>
                issueNumbers(
                  tx,
                  places.map(place => persons[place] as Id<'Person'>),
                ),
              ),
            ),
          )
          const wanted = new Set(asked.flat())
          assert.equal(
            issued.reduce((sum, each) => sum + each, 0),
            wanted.size,
          )
          const numbers = (await asWorker(tx => numbersOf(tx, persons))).map(({ number }) => number)
          assert.equal(new Set(numbers).size, wanted.size)
        },
      ),
      { numRuns: 15 },
    )
  })

  test('where too few wait, as many as wait are given; everybody has one in the end', async () => {
    const persons = await register(700)
    const left = await waiting()
    assert.ok(left < 700)
    assert.equal(await asWorker(tx => issueNumbers(tx, persons)), left)
    await numberEverybody(worker, terms)
    assert.equal((await asWorker(tx => numbersOf(tx, persons))).length, 700)
    assert.equal(await numberEverybody(worker, terms), 0)
  })

  test("withdrawn, a number is nobody's: the person is given another, and it is not drawn again", async () => {
    const [person] = (await register(1)) as [Id<'Person'>]
    await asWorker(tx => issueNumbers(tx, [person]))
    const [first] = await asWorker(tx => numbersOf(tx, [person]))
    assert.ok(first)
    assert.ok(await asWorker(tx => withdrawNumber(tx, person, 'given by mistake')))
    assert.ok(!(await asWorker(tx => withdrawNumber(tx, person, 'again'))))
    assert.equal(await asWorker(tx => personWithNumber(tx, 'ma', first.number)), undefined)
    await drawWaiting(worker, terms)
    await asWorker(tx => issueNumbers(tx, [person]))
    const [second] = await asWorker(tx => numbersOf(tx, [person]))
    assert.notEqual(second?.number, first.number)
    const again = asWorker(tx =>
      sql`insert into population.unique_number (country, number) values ('ma', ${first.number}) on conflict do nothing`.execute(
        tx,
      ),
    )
    assert.equal((await again).numAffectedRows, 0n)
  })

  test('the database lets nobody delete one, give it to another, or take it back into waiting', async () => {
    const persons = await register(2)
    await asWorker(tx => issueNumbers(tx, persons))
    for (const statement of [
      'delete from population.unique_number where person_id is not null',
      `update population.unique_number set person_id = '${persons[1]}' where person_id = '${persons[0]}'`,
      'update population.unique_number set person_id = null, issued_at = null, issued_by = null where person_id is not null',
      "update population.unique_number set number = '1' where person_id is not null",
    ]) {
      await assert.rejects(
        transaction(owner, actor, tx => sql.raw(statement).execute(tx)),
        /unique number/i,
        statement,
      )
    }
  })

  test('an agent gives and reads numbers of own territories, and sees none that waits', async () => {
    const [here, there] = [await register(3, '06.141'), await register(3, '07.351')]
    await drawWaiting(worker, terms)
    const both = [...here, ...there]
    assert.equal(await transaction(app, casablanca, tx => issueNumbers(tx, both)), 3)
    const seen = await transaction(app, casablanca, tx => numbersOf(tx, both))
    assert.deepEqual(new Set(seen.map(({ person }) => person)), new Set(here))
    await asWorker(tx => issueNumbers(tx, there))
    const [other] = await asWorker(tx => numbersOf(tx, there))
    assert.ok(other)
    assert.equal(await transaction(app, casablanca, tx => personWithNumber(tx, 'ma', other.number)), undefined)
    assert.ok(!(await transaction(app, casablanca, tx => withdrawNumber(tx, other.person, 'not mine'))))
    const { rows } = await transaction(app, casablanca, tx =>
      sql<{ n: number }>`select count(*)::int as n from population.unique_number`.execute(tx),
    )
    assert.equal(rows[0]?.n, 3)
    await assert.rejects(
      transaction(app, casablanca, tx =>
        sql`insert into population.unique_number (country, number) values ('ma', '5')`.execute(tx),
      ),
      /permission denied/,
    )
  })
})
