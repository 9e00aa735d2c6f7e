// What happens when the time ends: nobody is left, the figures stay, and every hash that was taken still holds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Country, RetainedCategory } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { recordEvent } from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { listRuns } from '#payments'
import { planRetention, type RetentionDone, retain } from '#privacy'
import { sealAudit, verifyAudit, verifySets } from '#security'
import { demonstrated, staffIn } from '../../test/demonstrated.ts'
import { auditedSets } from '../cli/audited-sets.ts'

const { databases, country } = await demonstrated(60)
const { owner, worker } = databases
const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(owner, workerActor('test'), work)

// A household of which events are known leaves like any other: a birth, and one whose members have joined another.
await transaction(databases.app, staffIn(''), async tx => {
  const { rows } = await sql<{
    id: Id<'Household'>
  }>`select id from households.household order by source_id limit 3`.execute(tx)
  const [born, joined, joining] = rows.map(({ id }) => id) as [Id<'Household'>, Id<'Household'>, Id<'Household'>]
  const terms = { on: '2026-12-05' as DateText, says: '' }
  const child = { id: newId<'Person'>(), givenName: 'Aya', familyName: null, givenNameAr: null, familyNameAr: null }
  for (const event of [
    {
      kind: 'birth',
      household: born,
      child: { ...child, sex: 'female', birthDate: terms.on },
      mother: null,
      relation: 'other',
    },
    { kind: 'merge', household: joined, other: joining, relations: {} },
  ] as const) {
    const answer = await recordEvent(
      tx,
      country,
      { id: newId(), ...terms, ...event },
      { today: '2026-12-10' as DateText, channel: 'desk' },
    )
    if (!answer.ok) throw new Error(JSON.stringify(answer.refusal))
  }
})

/** The country with times set, as a controller would. */
function keeping(months: Partial<Record<RetainedCategory, number>>): Country {
  const processings = country.personalData.processings.map(each => {
    const own = months[each.category as RetainedCategory]
    return own === undefined || !each.retention
      ? each
      : { ...each, retention: { ...each.retention, months: own, source: 'T' } }
  })
  return { ...country, personalData: { ...country.personalData, processings } }
}
const later = '2040-01-01' as DateText
const ended = (done: readonly RetentionDone[]) => Object.fromEntries(done.map(each => [each.category, each.ended]))
const all = { contact: 12, sensitive: 12, accounts: 24, payments: 120, identity: 60 }

async function one<Value>(query: ReturnType<typeof sql<{ value: Value }>>): Promise<Value> {
  return asOwner(async tx => (await query.execute(tx)).rows[0]!.value)
}
const count = (table: string) => one(sql<{ value: number }>`select count(*)::int as value from ${sql.table(table)}`)

/** Everything that the sealed audit and the hashes of runs say, compared with the tables. */
async function everyHashHolds(): Promise<void> {
  await sealAudit(worker, new AbortController().signal)
  assert.deepEqual((await verifyAudit(worker, {})).findings, [])
  const sets = await verifySets(worker, auditedSets)
  assert.deepEqual(sets.findings, [])
  assert.ok(sets.sets > 10)
}

test('a plan counts back from the day asked, and does nothing where no time is set', () => {
  assert.ok(planRetention(country.personalData, later).every(plan => plan.before === null))
  const plan = planRetention(keeping({ identity: 60 }).personalData, '2026-03-31' as DateText)
  assert.deepEqual(
    plan.map(({ category, before }) => [category, before]),
    [
      ['contact', null],
      ['sensitive', null],
      ['accounts', null],
      ['payments', null],
      ['identity', '2021-03-31'],
    ],
  )
})

test('nothing is anonymised where the register sets no time, however late the day', async () => {
  const before = await count('households.household')
  assert.deepEqual(ended(await retain(worker, { country, asOf: later })), {
    contact: 0, sensitive: 0, accounts: 0, payments: 0, identity: 0,
  }) // biome-ignore format: one line
  assert.equal(await count('households.household'), before)
})

test('what is still alive is not touched: nothing has ended on the day after', async () => {
  const done = await retain(worker, { country: keeping(all), asOf: '2026-11-24' as DateText })
  assert.ok(
    done.every(each => each.ended === 0),
    JSON.stringify(ended(done)),
  )
})

test('a trial says how much would end and changes nothing', async () => {
  const before = await count('households.household')
  const done = ended(await retain(worker, { country: keeping(all), asOf: later, dryRun: true }))
  assert.equal(done.identity, 60)
  assert.ok(done.contact! > 0 && done.accounts! > 0 && done.payments === 1, JSON.stringify(done))
  assert.equal(await count('households.household'), before)
})

test('telephones and sensitive facts end by their own time, and every set of the audit still verifies', async () => {
  await everyHashHolds()
  const only = keeping({ contact: 12, sensitive: 12 })
  const disabled = sql<{ value: number }>`
    select count(*)::int as value from households.declaration d, jsonb_array_elements(d.members) m
    where m -> 'facts' ?| ${country.personalData.sensitiveFacts.map(fact => fact.name)}::text[]`
  assert.ok((await one(disabled)) > 0)
  const done = ended(await retain(worker, { country: only, asOf: later }))
  assert.ok(done.contact! > 0 && done.sensitive! > 0)
  assert.equal(await one(disabled), 0)
  assert.equal(
    await one(sql<{ value: number }>`
    select count(*)::int as value from population.person where num_nonnulls(phone, phone_sealed) > 0`),
    0,
  )
  assert.equal(await count('households.household'), 60, 'the households stay')
  await everyHashHolds()
})

test('a run stopped between two batches leaves whole batches, and goes on when asked again', async () => {
  const stopping = new AbortController()
  const request = { country: keeping({ identity: 60 }), asOf: later, batch: 20 }
  await assert.rejects(retain(worker, request, { signal: stopping.signal, onProgress: () => stopping.abort() }), {
    name: 'AbortError',
  })
  assert.equal(await count('households.household'), 40)
  assert.equal(
    await one(sql<{ value: number }>`select count(distinct series)::int as value from households.anonymised`),
    20,
  )
  await everyHashHolds()
})

/** Protected tables in which one of these words stands, whatever the column. Staff are named in the audit and in steps of runs. */
async function tablesNaming(words: readonly string[]): Promise<string[]> {
  const staffIn = ['payments.provider', 'security.audit_record', 'payments.run_event']
  return asOwner(async tx => {
    const { rows: tables } = await sql<{ name: string }>`
      select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relrowsecurity and c.relkind = 'r' order by 1`.execute(tx)
    const found: string[] = []
    for (const { name } of tables.filter(each => !staffIn.includes(each.name))) {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from ${sql.table(name)} t
        where t::text like any (${words.map(word => `%${word}%`)})`.execute(tx)
      if (rows[0]!.n > 0) found.push(name)
    }
    return found
  })
}

test('at the end nobody is left: no name, number, telephone or id of a person anywhere, and the figures stay', async () => {
  const declared = await one(sql<{ value: number }>`
    select sum(jsonb_array_length(members))::int as value from households.declaration`)
  const known = await one(sql<{ value: string[] }>`
    select (array_agg(distinct word))[1:40] as value from population.person p,
      lateral unnest(array[p.given_name, p.family_name, p.given_name_ar, p.family_name_ar]) as word where length(word) > 5`)
  assert.deepEqual(await tablesNaming(known), ['payments.instruction', 'population.person'])
  const amounts = await one(sql<{ value: bigint }>`select sum(amount) as value from payments.instruction`)
  await retain(worker, { country: keeping(all), asOf: later, batch: 7 })
  for (const table of ['population.person', 'population.person_past', 'households.household', 'households.declaration',
    'households.membership', 'households.recipient', 'households.score']) assert.equal(await count(table), 0, table) // biome-ignore format: a list
  assert.deepEqual(await tablesNaming(known), [])
  assert.equal(
    (await one(sql<{ value: number }>`
    select sum(jsonb_array_length(members))::int as value from households.anonymised where place = 1`)) > 0,
    true,
  )
  assert.ok(declared > 0)
  assert.equal(await one(sql<{ value: bigint }>`select sum(amount) as value from payments.instruction`), amounts)
  assert.equal(
    await one(sql<{ value: number }>`
    select count(*)::int as value from payments.payee_account where num_nonnulls(number, number_sealed) > 0`),
    0,
  )
})

test('nothing leads from a figure to the household it was: no id, no exact day, no commune', async () => {
  const leads = await asOwner(async tx => {
    const { rows } = await sql<{ said: string }>`
      select a::text as said from households.anonymised a
      where a.facts::text || a.members::text ~ '[0-9a-f]{8}-[0-9a-f]{4}-'
        or a.facts::text || a.members::text ~ '[0-9]{4}-[0-9]{2}-[0-9]{2}'
        or a.territory ~ '^[^.]*[.][^.]*[.]'
        or exists (select from programmes.determination d where d.household_id = a.series)
        or exists (select from households.registered_line l where l.household_id = a.series)`.execute(tx)
    return rows
  })
  assert.deepEqual(leads, [])
})

test('the audit, the determinations and the approved runs still verify, to the last hash', async () => {
  await everyHashHolds()
  const runs = await transaction(worker, workerActor('test'), tx => listRuns(tx, { limit: 10 }))
  for (const run of runs) {
    const [now, approved] = await Promise.all([
      one(sql<{ value: string }>`select payments.run_hash(${run.id}) as value`),
      one(
        sql<{
          value: string
        }>`select content_hash as value from payments.run_event where run_id = ${run.id} and state = 'approved'`,
      ),
    ])
    assert.equal(now, approved)
  }
  const acts = await asOwner(async tx => {
    const { rows } = await sql<{ category: string; rows: number; detail: string }>`
      select detail ->> 'category' as category, sum(row_count)::int as rows, string_agg(detail::text, '') as detail
      from security.audit_record where action = 'personal_data.anonymise' group by 1`.execute(tx)
    return rows
  })
  assert.equal(acts.find(act => act.category === 'identity')?.rows, 60)
})

test('what is altered after it was anonymised is found all the same', async () => {
  await assert.rejects(
    asOwner(async tx => {
      await sql`select security.open_rewriting('payments.instruction')`.execute(tx)
      await sql`update payments.instruction set amount = amount + 1 where position = 1`.execute(tx)
      const { rows } = await sql<{ same: boolean }>`
        select payments.run_hash(run_id) = content_hash as same from payments.run_event where state = 'approved'`.execute(
        tx,
      )
      assert.equal(rows[0]!.same, false)
      throw new Error('put back')
    }),
    /put back/,
  )
})

test('asked again, nothing is left to end', async () => {
  const done = await retain(worker, { country: keeping(all), asOf: later })
  assert.ok(
    done.every(each => each.ended === 0),
    JSON.stringify(ended(done)),
  )
})

test('nobody but the worker may anonymise, and the application not at all', async () => {
  for (const call of [
    `households.anonymise('{}', '{}', '{}', 2)`,
    `households.erase_facts('{}', '{}', '{}')`,
    `population.erase_phones('{}')`,
    `payments.erase_numbers('{}')`,
    `payments.anonymise_run(gen_random_uuid())`,
  ]) {
    // biome-ignore format: a list
    await assert.rejects(
      transaction(databases.app, workerActor('test'), tx => sql.raw(`select ${call}`).execute(tx)),
      /permission denied/,
      call,
    )
  }
  await assert.rejects(
    transaction(worker, workerActor('test'), tx => sql`select population.erase_persons('{}')`.execute(tx)),
    /permission denied/,
  )
})
