import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type Actor, type Transaction, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { forgetColumnKeys, keepColumnKeys, rotateColumnKeys, wrappingKey } from '#security'
import { TEST_WRAPPING, testDatabase } from '../../../test/database.ts'
import { settlePair } from '../duplicates/settle-pair.ts'
import { openIncomingPersons, savePersons } from '../save-persons.ts'
import { correctPerson, type PersonCorrection } from './correct-person.ts'
import type { DocumentId, PersonDocument } from './document.ts'
import { documentsOf, personsWithDocument, recordDocument, resealDocuments, withdrawDocument } from './documents.ts'
import { personAsOf, statesOf } from './person-as-of.ts'
import type { PersonDetails } from './person-details.ts'
import { besideStates, statusOf } from './person-status.ts'

const { app, worker, owner } = await testDatabase()
const actor = workerActor('test')
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, actor, work)
const agentOf = (territory: string): Actor =>
  ({ kind: 'staff', staffId: newId(), name: 'Agent', territories: [territory] }) as Actor

async function register(territory = '07.351', name = 'Amina'): Promise<Id<'Person'>> {
  const id = newId<'Person'>()
  await imported(id, territory, name)
  return id
}

async function imported(id: Id<'Person'>, territory: string, name: string): Promise<void> {
  await asWorker(async tx => {
    await openIncomingPersons(tx)
    await sql`insert into pg_temp.incoming_person (id, territory, given_name, name_key)
      values (${id}, ${territory}, ${name}, ${name.toLowerCase()})`.execute(tx)
    await savePersons(tx, { country: 'ma', source: 'import', modelled: false, recordedBy: 'test' })
  })
}

/** The database's own clock, at the end of a millisecond in which nothing else is recorded. */
async function instant(): Promise<Date> {
  const from = await clock()
  let at = await clock()
  while (at.getTime() <= from.getTime() + 1) at = await clock()
  return new Date(from.getTime() + 1)
}

async function clock(): Promise<Date> {
  const { rows } = await asWorker(tx => sql<{ at: Date }>`select clock_timestamp() as at`.execute(tx))
  return rows[0]!.at
}

const card = (number: string): PersonDocument => ({
  id: newId<'PersonDocument'>(),
  type: 'national_id',
  number,
  issuer: 'DGSN',
  issuedOn: '2020-01-15',
  expiresOn: null,
})

const desk = { source: 'desk', evidence: 'card seen' }

type Step =
  | { readonly kind: 'change'; readonly change: Partial<PersonDetails> }
  | { readonly kind: 'import'; readonly name: string }
  | { readonly kind: 'document'; readonly number: string }
  | { readonly kind: 'withdraw'; readonly which: number }

const name = fc.constantFrom('Amina', 'Aïcha Fatima', null)
const details = fc.record(
  {
    givenName: name,
    familyName: name,
    nickname: name,
    fatherName: name,
    phone: fc.constantFrom('+212612345678', '+212698765432', null),
    address: fc.constantFrom('12, rue A', '3, rue B', null),
    birthDate: fc.constantFrom('1988-03-07', '1990-01-01'),
    nationalities: fc.constantFrom(['MA'], ['MA', 'SN'], null),
    photo: fc.constantFrom('a'.repeat(64), 'b'.repeat(64), null),
    absentSince: fc.constantFrom('2026-01-01', null),
  },
  { requiredKeys: [] },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: details.map((change): Step => ({ kind: 'change', change })) },
  { weight: 1, arbitrary: fc.constantFrom('Amina', 'Mina').map((said): Step => ({ kind: 'import', name: said })) },
  { weight: 2, arbitrary: fc.stringMatching(/^[A-Z]{2}\d{4}$/).map((number): Step => ({ kind: 'document', number })) },
  { weight: 1, arbitrary: fc.nat(3).map((which): Step => ({ kind: 'withdraw', which })) },
)

/** What somebody with a notebook would have written down of the person, step by step. */
type Noted = { details: Partial<PersonDetails>; documents: { id: DocumentId; number: string }[] }

async function take(person: Id<'Person'>, each: Step, noted: Noted): Promise<Noted> {
  switch (each.kind) {
    case 'change': {
      await asWorker(tx => correctPerson(tx, { person, ...each.change } as PersonCorrection, 'test', desk))
      return { ...noted, details: { ...noted.details, ...each.change } }
    }
    case 'import': {
      await imported(person, '07.351', each.name)
      const said = { givenName: each.name, familyName: null, phone: null, birthDate: null }
      return { ...noted, details: { ...noted.details, ...said } }
    }
    case 'document': {
      const document = card(each.number)
      await asWorker(tx => recordDocument(tx, person, document, desk))
      return { ...noted, documents: [...noted.documents, { id: document.id, number: each.number }] }
    }
    case 'withdraw': {
      const gone = noted.documents[each.which]
      if (gone) await asWorker(tx => withdrawDocument(tx, gone.id, 'lost'))
      return { ...noted, documents: noted.documents.filter(other => other !== gone) }
    }
  }
}

async function recalled(person: Id<'Person'>, at: Date, fields: readonly string[]): Promise<Noted | undefined> {
  const state = await asWorker(tx => personAsOf(tx, person, at))
  if (!state) return undefined
  const held = Object.fromEntries(fields.map(field => [field, state[field as keyof PersonDetails]]))
  return { details: held, documents: state.documents.map(({ id, number }) => ({ id, number })) }
}

const sorted = (noted: Noted | undefined) =>
  noted && { ...noted, documents: noted.documents.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }

describe('a person as of an instant', () => {
  test('is what somebody had noted down then, whatever was changed, imported, shown and withdrawn since', async () => {
    const nothing = { familyName: null, nickname: null, fatherName: null, phone: null, address: null, birthDate: null }
    const start = { givenName: 'Amina', ...nothing, nationalities: null, photo: null, absentSince: null }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async steps => {
        const before = await instant()
        const person = await register()
        const notes: [Date, Noted][] = [[await instant(), { details: start, documents: [] }]]
        for (const each of steps) {
          const noted = await take(person, each, notes.at(-1)![1])
          notes.push([await instant(), noted])
        }
        assert.equal(await asWorker(tx => personAsOf(tx, person, before)), undefined)
        for (const [at, noted] of notes) {
          assert.deepEqual(sorted(await recalled(person, at, Object.keys(start))), sorted(noted))
        }
        const states = await asWorker(tx => statesOf(tx, person))
        // One state begins where the one before ends: no instant is without one, none has two.
        for (const [at, state] of states.entries()) {
          assert.deepEqual(state.supersededAt, states[at - 1]?.recordedAt ?? null)
          assert.equal((await asWorker(tx => personAsOf(tx, person, state.recordedAt)))?.id, person)
        }
      }),
      { numRuns: 12 },
    )
  })

  test('says who, when, by which channel and on what evidence; what says the same is no new state', async () => {
    const person = await register()
    const change = { person, nickname: 'Mina', sex: 'female' } as const
    assert.ok(await asWorker(tx => correctPerson(tx, change, 'Samira', desk)))
    assert.ok(!(await asWorker(tx => correctPerson(tx, change, 'Driss', desk))))
    const [now, first] = await asWorker(tx => statesOf(tx, person))
    assert.deepEqual([now?.recordedBy, now?.source, now?.evidence], ['Samira', 'desk', 'card seen'])
    assert.deepEqual([first?.recordedBy, first?.source, first?.evidence], ['test', 'import', null])
  })

  test('loses no state to a transaction that began earlier and came later', async () => {
    const person = await register()
    const change = (nickname: string) => (tx: Transaction) => correctPerson(tx, { person, nickname }, 'test', desk)
    await asWorker(async early => {
      await sql`select 1`.execute(early)
      await asWorker(change('second'))
      await change('third')(early)
    })
    const states = await asWorker(tx => statesOf(tx, person))
    assert.deepEqual(
      states.map(state => state.nickname),
      ['third', 'second', null],
    )
  })

  test('is seen where the actor may see it', async () => {
    const person = await register('07.351')
    await asWorker(tx => recordDocument(tx, person, card('ZZ1234'), desk))
    const at = await instant()
    const asked = (territory: string) =>
      transaction(app, agentOf(territory), async tx => [
        (await personAsOf(tx, person, at))?.documents.length,
        (await personsWithDocument(tx, 'zz 1234')).length,
      ])
    assert.deepEqual(await asked('07'), [1, 1])
    assert.deepEqual(await asked('06'), [undefined, 0])
  })
})

test('what became of a person, death and merging, is known as of an instant too', async () => {
  const [person, twin] = [await register(), await register()]
  const settled = (decision: 'same' | 'undo') =>
    asWorker(tx =>
      settlePair(tx, {
        id: newId<'MatchDecision'>(),
        persons: [person, twin],
        decision,
        ...(decision === 'same' ? { kept: twin } : {}),
        decidedBy: 'test',
        purpose: 'data_quality: test',
      }),
    )
  const moments = [await instant()]
  await asWorker(tx => correctPerson(tx, { person, absentSince: '2026-01-01' }, 'test', desk))
  moments.push(await instant())
  assert.ok((await settled('same')).ok)
  moments.push(await instant())
  assert.ok((await settled('undo')).ok)
  moments.push(await instant())
  await asWorker(tx =>
    sql`insert into population.death (person_id, died_on, recorded_by) values (${person}, '2025-12-24', 'test')`.execute(
      tx,
    ),
  )
  moments.push(await instant())
  const said = []
  for (const at of moments) {
    const state = await asWorker(tx => personAsOf(tx, person, at))
    said.push(statusOf(state!.absentSince, await asWorker(tx => besideStates(tx, person, at))))
  }
  assert.deepEqual(
    said.map(status => status.is),
    ['active', 'absent', 'merged', 'absent', 'deceased'],
  )
  assert.ok(said[2]?.is === 'merged' && said[2].into === twin)
})

describe('documents', () => {
  test('are found by their number however it is written, and stand in clear nowhere', async () => {
    const person = await register()
    const document = card('QA 777-001')
    assert.ok(await asWorker(tx => recordDocument(tx, person, document, desk)))
    assert.ok(!(await asWorker(tx => recordDocument(tx, person, document, desk))))
    assert.deepEqual(await asWorker(tx => personsWithDocument(tx, 'qa777001', 'national_id')), [person])
    assert.deepEqual(await asWorker(tx => personsWithDocument(tx, 'qa777001', 'passport')), [])
    const { rows } = await transaction(owner, actor, tx =>
      sql<{ text: string }>`select string_agg(d::text, '') as text from population.person_document d`.execute(tx),
    )
    assert.ok(!/QA|777-?001/.test(rows[0]!.text))
  })

  test('once withdrawn are found no more, and keep the reason', async () => {
    const person = await register()
    const document = card('QA 777-002')
    await asWorker(tx => recordDocument(tx, person, document, desk))
    assert.ok(await asWorker(tx => withdrawDocument(tx, document.id, 'lost')))
    assert.ok(!(await asWorker(tx => withdrawDocument(tx, document.id, 'again'))))
    assert.deepEqual(await asWorker(tx => personsWithDocument(tx, document.number)), [])
    assert.deepEqual(
      (await asWorker(tx => documentsOf(tx, person))).map(each => each.endReason),
      ['lost'],
    )
  })

  test('are neither changed nor deleted', async () => {
    const person = await register()
    await asWorker(tx => recordDocument(tx, person, card('QA 777-003'), desk))
    for (const statement of [
      'delete from population.person_document',
      "update population.person_document set issuer = 'x' where ended_at is null",
    ]) {
      await assert.rejects(
        transaction(owner, actor, tx => sql.raw(statement).execute(tx)),
        /only ever withdrawn/,
        statement,
      )
    }
  })

  test('leave with the person, and the parent of others is no longer named', async () => {
    const [mother, child] = [await register(), await register()]
    await asWorker(tx => recordDocument(tx, mother, card('QA 777-004'), desk))
    await asWorker(tx => correctPerson(tx, { person: child, mother }, 'test', desk))
    await asWorker(tx => correctPerson(tx, { person: child, nickname: 'Nour' }, 'test', desk))
    await transaction(owner, actor, tx => sql`select population.erase_persons(array[${mother}]::uuid[])`.execute(tx))
    assert.deepEqual(await asWorker(tx => documentsOf(tx, mother)), [])
    const states = await asWorker(tx => statesOf(tx, child))
    assert.deepEqual(
      states.map(state => state.mother),
      [null, null, null],
    )
  })

  test('take the form of the key that seals now', async () => {
    const person = await register()
    await asWorker(tx => recordDocument(tx, person, card('QA 777-005'), desk))
    const next = wrappingKey(Buffer.alloc(32, 9))
    await asWorker(tx => rotateColumnKeys(tx, { from: [TEST_WRAPPING], to: next }))
    forgetColumnKeys([app, worker])
    keepColumnKeys([app, worker], () => [next, TEST_WRAPPING])
    assert.ok((await resealDocuments(worker)) > 0)
    assert.equal(await resealDocuments(worker), 0)
    assert.deepEqual(await asWorker(tx => personsWithDocument(tx, 'QA777005')), [person])
  })
})
