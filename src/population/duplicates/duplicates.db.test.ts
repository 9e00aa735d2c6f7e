import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type StaffActor, type Transaction, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import {
  countOpenPairs,
  findCandidates,
  listOpenPairs,
  matchNewcomers,
  matchRegister,
  nameKey,
  type OpenPairsAsked,
  openIncomingPersons,
  type RegisteredPerson,
  refreshMatchKeys,
  type SettlePair,
  savePersons,
  settlePair,
  standingFor,
} from '#population'
import { testDatabase } from '../../../test/database.ts'
import { moroccanRecords } from '../../../test/matching/moroccan-records.ts'

const { app, worker, owner } = await testDatabase()
const asWorker = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(worker, workerActor('test'), work)
const clerk = (...territories: string[]): StaffActor => ({ kind: 'staff', staffId: '01', name: 'Zineb', territories })
const asClerk = <Value>(work: (tx: Transaction) => Promise<Value>, ...territories: string[]) =>
  transaction(app, clerk(...territories), work)

type Row = {
  id: Id<'Person'>
  territory: string
  given: string
  family: string
  sex: string
  born: string
  phone: string
}

async function save(rows: readonly Row[]): Promise<void> {
  await asWorker(async tx => {
    await openIncomingPersons(tx)
    const cells = rows.map(row => ({ ...row, key: nameKey(row.given, row.family), born: row.born || null }))
    await sql`
      insert into pg_temp.incoming_person (id, territory, given_name, family_name, name_key, sex, birth_date, birth_precision, phone)
      select id, territory, given, family, key, sex, born, case when born is not null then 'day' end, nullif(phone, '')
      from jsonb_to_recordset(${JSON.stringify(cells)}::jsonb)
        as r (id uuid, territory text, given text, family text, key text, sex text, born date, phone text)`.execute(tx)
    await savePersons(tx, { country: 'ma', source: 'test', modelled: true, recordedBy: 'test' })
  })
}

const generated = moroccanRecords({ seed: 71, families: 300, again: 0.3 })
const rows: Row[] = generated.rows.map(([, given, family, sex, born, phone]) => ({
  ...{ id: newId<'Person'>(), given: given!, family: family!, sex: sex === 'F' ? 'female' : 'male', phone: phone! },
  born: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/.test(born!) ? born! : '',
  territory: '',
}))
/** Families live together; a copy of somebody is of the same commune. */
for (const [at, row] of rows.entries()) {
  row.territory = `07.${351 + (Number(generated.person[at]!.split('-')[0]) % 3)}.01.`
}
await save(rows)
const persons = new Map(rows.map((row, at) => [row.id as string, generated.person[at]!]))
const matched = await matchRegister(worker, 'ma')

const decide = (one: string, other: string, more: Partial<SettlePair> & Pick<SettlePair, 'decision'>): SettlePair => ({
  id: newId(),
  persons: [one, other],
  decidedBy: 'Zineb',
  purpose: 'data_quality: test',
  ...more,
})
const settle = (asked: SettlePair) => asClerk(tx => settlePair(tx, asked), '')
const open = (...territories: string[]) => asClerk(tx => listOpenPairs(tx, 'ma', { limit: 10_000 }), ...territories)

test('the whole register is held against itself, and hardly anybody is proposed in vain', async () => {
  const pairs = await open('')
  const right = (zone: string) => {
    const own = pairs.filter(pair => pair.zone === zone)
    return { all: own.length, right: own.filter(({ one, other }) => persons.get(one) === persons.get(other)).length }
  }
  assert.equal(pairs.length, matched.pairs)
  assert.ok(right('same').all > 100)
  assert.ok(right('same').right / right('same').all > 0.95, JSON.stringify([right('same'), right('to_settle')]))
})

test('a clerk sees pairs of own territories alone, and none of which one half lives elsewhere', async () => {
  const seen = await open('07.351.')
  assert.ok(seen.length > 0 && seen.length < matched.pairs)
  const home = new Map(rows.map(row => [row.id as string, row.territory]))
  assert.ok(seen.every(({ one, other }) => [one, other].every(person => home.get(person)!.startsWith('07.351.'))))
  const refused = await asClerk(
    tx => settlePair(tx, decide(seen[0]!.one, seen[0]!.other, { decision: 'different' })),
    '09.',
  )
  assert.equal(!refused.ok && refused.refusal.code, 'unknown_person')
})

const like = (row: Row, more: Partial<RegisteredPerson> = {}): RegisteredPerson => ({
  ...{ id: newId(), territory: row.territory, givenName: row.given, familyName: row.family },
  ...{ givenNameAr: null, familyNameAr: null, sex: row.sex, birthDate: row.born || null },
  ...{ birthPrecision: row.born ? ('day' as const) : null, phoneIndex: null },
  ...more,
})

test('somebody known is found at registration, in the clerk’s territories alone', async () => {
  const row = rows.find(each => each.born !== '' && !each.born.endsWith('-01-01') && /^[A-Z]/i.test(each.given))!
  const ask = (...territories: string[]) => asClerk(tx => findCandidates(tx, 'ma', like(row)), ...territories)
  const found = await ask('')
  assert.ok(found.ok && found.value.some(({ person }) => person === row.id), JSON.stringify(found))
  assert.ok(found.value[0]!.evidence.some(({ column, bits }) => column === 'birth_date' && bits > 3))
  const elsewhere = await ask('09.')
  assert.deepEqual(elsewhere, { ok: true, value: [] })
})

test('without a model nobody is compared', async () => {
  const found = await asWorker(tx => findCandidates(tx, 'sn', like(rows[0]!)))
  assert.equal(!found.ok && found.refusal.code, 'no_model')
})

test('two persons stay two as long as nothing has changed', async () => {
  const byId = new Map(rows.map(row => [row.id as string, row]))
  const inLatin = (id: string) => /^[A-Z][a-z]+$/.test(byId.get(id)!.given)
  const { one, other } = (await open('')).filter(pair => inLatin(pair.one)).at(-1)!
  assert.equal((await settle(decide(one, other, { decision: 'different', reason: 'cousins' }))).ok, true)
  const isOpen = async () => (await open('')).find(pair => pair.one === one && pair.other === other)
  assert.equal(await isOpen(), undefined)
  await matchRegister(worker, 'ma')
  assert.equal(await isOpen(), undefined)
  const row = byId.get(one)!
  await save([{ ...row, given: row.given.toUpperCase() }])
  await matchRegister(worker, 'ma')
  assert.equal((await isOpen())?.changed, true)
  await save([row])
})

const dump = () =>
  transaction(owner, workerActor('test'), async tx => {
    const { rows: found } = await sql<{ text: string }>`
      select md5(string_agg(line, '|' order by line)) as text from (
        select p::text as line from population.person p union all select p::text from population.person_past p
        union all select m::text from population.person_merge m union all select v::text from population.published_person v
      ) as all_lines`.execute(tx)
    return found[0]!.text
  })

test('a merge undone leaves every query as it was; both decisions stay', async () => {
  const ids = rows.slice(0, 12).map(({ id }) => id as string)
  const pair = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)).filter(([a, b]) => a !== b)
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(pair, { minLength: 1, maxLength: 4, selector: ids => ids.join() }), async pairs => {
      const before = await dump()
      const done: [string, string][] = []
      for (const [kept, other] of pairs) {
        if ((await settle(decide(kept, other, { decision: 'same', kept }))).ok) done.push([kept, other])
        const stands = await asWorker(tx => standingFor(tx, ids))
        // One step, never two: who stands for somebody has nobody standing for them.
        for (const into of stands.values()) assert.equal(stands.get(into), into)
      }
      assert.ok(done.length > 0)
      for (const [kept, other] of done.reverse()) {
        assert.equal((await settle(decide(kept, other, { decision: 'undo' }))).ok, true)
      }
      assert.equal(await dump(), before)
    }),
    { numRuns: 12 },
  )
})

test('two merges that cross wait for each other, and one is refused', async () => {
  const [a, b, c] = rows.slice(20, 23).map(({ id }) => id as string) as [string, string, string]
  const crossing = await Promise.all([
    settle(decide(a, b, { decision: 'same', kept: a })),
    settle(decide(b, a, { decision: 'same', kept: b })),
    settle(decide(b, c, { decision: 'same', kept: c })),
  ])
  assert.equal(crossing.filter(({ ok }) => ok).length >= 1, true)
  assert.ok(
    crossing.some(
      each => !each.ok && ['already_same', 'merged_elsewhere', 'stands_for_others'].includes(each.refusal.code),
    ),
  )
  const stands = await asWorker(tx => standingFor(tx, [a, b, c]))
  for (const into of stands.values()) assert.equal(stands.get(into), into)
})

test('a decision said again is one decision, and is in the audit of both persons', async () => {
  const [a, b] = rows.slice(30, 32).map(({ id }) => id as string) as [string, string]
  const asked = decide(a, b, { decision: 'later' })
  assert.deepEqual(await settle(asked), { ok: true, value: 'settled' })
  assert.deepEqual(await settle(asked), { ok: true, value: 'exists' })
  const other = await settle({ ...asked, decision: 'different' })
  assert.equal(!other.ok && other.refusal.code, 'exists_with_other_content')
  const { rows: records } = await transaction(owner, workerActor('test'), tx =>
    sql<{ subject: string }>`select subject_id as subject from security.audit_record
      where action = 'duplicate.settle' and detail ->> 'id' = ${asked.id} order by 1`.execute(tx),
  )
  assert.deepEqual(
    records.map(({ subject }) => subject),
    [a, b].sort(),
  )
})

test('decisions and models are written once', async () => {
  for (const table of ['match_decision', 'match_model']) {
    const change = transaction(owner, workerActor('test'), tx =>
      sql`delete from population.${sql.raw(table)}`.execute(tx),
    )
    await assert.rejects(change)
  }
  assert.equal((await refreshMatchKeys(worker)) <= rows.length, true)
})

test('between two searches a newcomer is compared with who shares a key, and waits as a pair; another search keeps since when', async () => {
  await matchRegister(worker, 'ma')
  const row = rows.find(each => each.born !== '' && !each.born.endsWith('-01-01') && /^[A-Z]/i.test(each.given))!
  const copy = { ...row, id: newId<'Person'>() }
  const found = async () => (await open('')).find(({ one, other }) => [one, other].includes(copy.id))
  await save([copy])
  assert.equal(await found(), undefined)
  const many = await Promise.all([matchNewcomers(worker, 'ma'), matchNewcomers(worker, 'ma')])
  assert.equal(
    many.reduce((sum, each) => sum + each, 0),
    1,
  )
  const pair = (await found()) ?? assert.fail()
  assert.ok([pair.one, pair.other].includes(row.id) && pair.probability > 0.5)
  assert.equal(await matchNewcomers(worker, 'ma'), 0)
  await matchRegister(worker, 'ma')
  assert.deepEqual((await found())?.since, pair.since)
  await save([{ ...copy, given: 'Zzyzx', family: 'Qwfpg', born: '1901-03-04', phone: '' }])
  await matchNewcomers(worker, 'ma')
  assert.equal(await found(), undefined)
})

test('a search that is stopped leaves the pairs of before', async () => {
  const before = (await open('')).length
  for (const stop of ['at once', 'comparing'] as const) {
    const controller = new AbortController()
    if (stop === 'at once') controller.abort()
    const search = matchRegister(worker, 'ma', { signal: controller.signal, watch: () => controller.abort() })
    await assert.rejects(search, { name: 'AbortError' })
  }
  assert.equal((await open('')).length, before)
})

test('the list is filtered by zone and by what was put off, and counted', async () => {
  const zone = (await open('')).filter(pair => pair.zone === 'same')
  const [first] = zone
  await settle(decide(first!.one, first!.other, { decision: 'later' }))
  const list = (asked: Partial<OpenPairsAsked>) =>
    asClerk(async tx => {
      const pairs = await listOpenPairs(tx, 'ma', { limit: 10_000, ...asked })
      assert.equal(await countOpenPairs(tx, 'ma', asked), pairs.length)
      return pairs
    }, '')
  assert.equal((await list({ zone: 'same' })).length, zone.length)
  assert.ok((await list({ postponed: true })).some(({ one }) => one === first!.one))
  assert.ok((await list({ postponed: false })).every(pair => !pair.postponed))
})
