import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { phonesOf } from '#population'
import { accessText, collectAccessFile } from '#privacy'
import { appendAudit, appendReading } from '#security'
import { demonstrated, staffIn } from '../../test/demonstrated.ts'

const { databases, country } = await demonstrated(60)
const { app, worker, owner } = databases
const by = staffIn('')
const asOwner = <Value>(work: (tx: Transaction) => Promise<Value>) => transaction(owner, workerActor('test'), work)

/** A household that was paid, with its members. */
const paid = await asOwner(async tx => {
  const { rows } = await sql<{ household: Id<'Household'>; territory: string; persons: Id<'Person'>[] }>`
    select h.id as household, h.territory, array_agg(m.person_id order by m.person_id) as persons
    from households.household h join households.membership m on m.household_id = h.id
    where exists (select from payments.instruction i join households.recipient r on r.person_id = i.payee_id
      where r.household_id = h.id)
    group by h.id having count(*) > 2 order by h.id limit 1`.execute(tx)
  return rows[0]!
})

/** Ids and names by which a search of the whole database finds somebody. */
async function tracesOf(persons: readonly string[]): Promise<string[]> {
  return asOwner(async tx => {
    const { rows } = await sql<{ id: string }>`
      select id::text from population.person where id = any (${persons}::uuid[])`.execute(tx)
    return rows.map(row => row.id)
  })
}

/** How many rows of every protected table speak of one of these, whatever the column. */
async function rowsThatSpeakOf(traces: readonly string[]): Promise<Record<string, number>> {
  return asOwner(async tx => {
    const { rows: tables } = await sql<{ name: string }>`
      select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relrowsecurity and c.relkind in ('r', 'p') order by 1`.execute(tx)
    const found: Record<string, number> = {}
    for (const { name } of tables) {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from ${sql.table(name)} as t where t::text like any (${traces.map(each => `%${each}%`)})`.execute(
        tx,
      )
      if (rows[0]!.n > 0) found[name] = rows[0]!.n
    }
    return found
  })
}

test('the file of a household holds every row of every protected table that speaks of it or of its members', async () => {
  const other = { id: newId<'Household'>(), territory: paid.territory }
  await transaction(app, by, async tx => {
    await appendAudit(tx, {
      action: 'household.read',
      subject: { kind: 'household', id: paid.household },
      territory: paid.territory,
      purpose: 'examination: household page',
    })
    await appendReading(tx, {
      action: 'household.list',
      kind: 'household',
      members: [{ id: paid.household, territory: paid.territory }, other],
      purpose: 'examination: search',
    })
  })
  const made = await collectAccessFile(
    { app, worker },
    { country, subject: { kind: 'household', id: paid.household }, by },
  )
  assert.ok(made.ok)
  const { tables, persons } = made.value
  assert.deepEqual(persons, [...paid.persons].sort())
  const expected = await rowsThatSpeakOf([paid.household, ...(await tracesOf(paid.persons))])
  const counted = Object.fromEntries(
    Object.entries(tables)
      .map(([table, rows]) => [table, rows.length] as const)
      .filter(([, count]) => count > 0),
  )
  // What an instruction pays for names the entitlement, not the household: found by the entitlement's own row.
  const { 'payments.run_line': lines, ...direct } = counted
  // The record of a list names nobody; whom it listed stands beside it.
  expected['security.audit_record']! += expected['security.audit_set_member']!
  assert.deepEqual(direct, expected)
  assert.ok(!accessText(made.value).includes(other.id), 'who else stood on the list stays out')
  assert.ok(
    !JSON.stringify(
      made.value.tables['security.audit_record']!.map(row => row.purpose + String(row.actor_name ?? '')),
    ).includes(by.name),
  )
  assert.equal(lines, tables['programmes.entitlement']!.filter(row => row.pack === 'ma/asd').length)
  for (const table of [
    'households.declaration',
    'programmes.determination',
    'payments.instruction',
    'security.audit_record',
  ]) {
    assert.ok(direct[table]! > 0, table)
  }
})

test('the values are those of the database, to the last column', async () => {
  const made = await collectAccessFile(
    { app, worker },
    { country, subject: { kind: 'household', id: paid.household }, by },
  )
  assert.ok(made.ok)
  const read = JSON.parse(accessText(made.value))
  const stored = await asOwner(async tx => {
    const { rows } = await sql<Record<string, unknown>>`
      select * from population.person where id = any (${paid.persons}::uuid[]) order by id`.execute(tx)
    return rows
  })
  const told = read.tables['population.person'].toSorted((a: { id: string }, b: { id: string }) =>
    a.id < b.id ? -1 : 1,
  )
  const phones = await transaction(worker, workerActor('test'), tx => phonesOf(tx, paid.persons))
  assert.ok(phones.size > 0)
  assert.deepEqual(
    told.map((row: object) => Object.fromEntries(Object.entries(row).sort())),
    stored.map(({ phone_sealed, ...row }) => {
      const said = { ...JSON.parse(JSON.stringify(row)), phone: phones.get(String(row.id)) ?? null }
      said.phone_index &&= Buffer.from(said.phone_index.data).toString('hex')
      return Object.fromEntries(Object.entries(said).sort())
    }),
  )
  assert.equal(read.format, 'socle.access/1')
  assert.equal(read.register.length, 11)
  assert.ok(read.explanations['payments.run'].length > 0)
  assert.ok(read.explanations['programmes.determination_run'].length > 0)
})

test("a person's own file leaves the facts of the other members out", async () => {
  const [one, other] = paid.persons
  const made = await collectAccessFile({ app, worker }, { country, subject: { kind: 'person', id: one! }, by })
  assert.ok(made.ok)
  const text = accessText(made.value)
  assert.ok(text.includes(one!))
  assert.deepEqual(
    made.value.tables['population.person']!.map(row => row.id),
    [one],
  )
  for (const row of made.value.tables['households.declaration']!) {
    assert.deepEqual(
      (row.members as { id: string }[]).map(member => member.id),
      [one],
    )
  }
  assert.ok(!text.includes(other!), 'no other member is named')
})

test('the export stands in the audit under the name of who made it, and nobody makes one of what he may not see', async () => {
  const foreign = staffIn('99')
  const subject = { kind: 'household', id: paid.household } as const
  const refused = await collectAccessFile({ app, worker }, { country, subject, by: foreign })
  assert.ok(!refused.ok)
  const unknown = await collectAccessFile({ app, worker }, { country, subject: { kind: 'person', id: newId() }, by })
  assert.ok(!unknown.ok)
  const acts = await asOwner(async tx => {
    const { rows } = await sql<{ actor: string; n: number }>`
      select actor, count(*)::int as n from security.audit_record where action = 'household.export' group by 1`.execute(
      tx,
    )
    return rows
  })
  assert.deepEqual(acts, [{ actor: `staff:${by.staffId}`, n: 2 }])
})
