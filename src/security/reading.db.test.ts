import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, type StaffActor, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { appendAudit, appendReading, officesOf, readingsOf, recordGrant, registerStaff } from '#security'
import { testDatabase } from '../../test/database.ts'

const { owner, app, worker } = await testDatabase()
const clerk: StaffActor = { kind: 'staff', staffId: '0199', name: 'Zineb', territories: ['07', '08'] }
const [one, two, three, nobody] = [
  newId<'Household'>(),
  newId<'Household'>(),
  newId<'Household'>(),
  newId<'Household'>(),
]
const of = (id: string) => [{ kind: 'household', id } as const]
const list = (members: readonly string[], territories: readonly string[]) =>
  transaction(app, clerk, tx =>
    appendReading(tx, {
      action: 'household.list',
      kind: 'household',
      members: members.map((id, index) => ({ id, territory: territories[index]! })),
      purpose: 'examination: search',
      detail: { page: 1 },
    }),
  )

test('who opened a file, and on which list it stood, is answered together, the latest first', async () => {
  await transaction(app, clerk, tx =>
    appendAudit(tx, {
      action: 'household.read',
      subject: { kind: 'household', id: one },
      territory: '07.1',
      purpose: 'examination: household page',
    }),
  )
  await transaction(app, clerk, tx =>
    appendAudit(tx, {
      action: 'household.change',
      subject: { kind: 'household', id: one },
      territory: '07.1',
      purpose: 'registration: desk',
    }),
  )
  await list([two, one, one], ['08.2', '07.1', '07.1'])
  const found = await transaction(app, { ...clerk, territories: ['07'] }, tx =>
    readingsOf(tx, of(one), { territory: '07.1', limit: 10 }),
  )
  assert.deepEqual(
    found.map(({ action, by, actor, purpose, screen, listed }) => [action, by, actor, purpose, screen, listed]),
    [
      ['household.list', 'Zineb', 'staff:0199', 'examination', 'search', 2],
      ['household.read', 'Zineb', 'staff:0199', 'examination', 'household page', undefined],
    ],
  )
  const other = await transaction(worker, workerActor('test'), tx =>
    readingsOf(tx, of(two), { territory: '08.2', limit: 10 }),
  )
  assert.deepEqual(
    other.map(({ action }) => action),
    ['household.list'],
  )
  const none = await transaction(worker, workerActor('test'), tx =>
    readingsOf(tx, of(nobody), { territory: '', limit: 10 }),
  )
  assert.deepEqual(none, [])
})

test('an id of one kind is not taken for another', async () => {
  const found = await transaction(worker, workerActor('test'), tx =>
    readingsOf(tx, [{ kind: 'person', id: one }], { territory: '', limit: 10 }),
  )
  assert.deepEqual(found, [])
})

test('readings are answered only to who may see where the household lives', async () => {
  for (const actor of [{ ...clerk, territories: ['08'] }, { ...clerk, territories: [] }, anonymous]) {
    const found = await transaction(app, actor, tx => readingsOf(tx, of(one), { territory: '07.1', limit: 10 }))
    assert.deepEqual(found, [])
  }
})

test('the record of a list holds the count and the hash of the ids it keeps, each once; an empty list too', async () => {
  await list([three], ['07.1.2'])
  await list([], [])
  const { rows } = await transaction(worker, workerActor('test'), tx =>
    sql<{ count: bigint; digest: string; members: string[]; territory: string }>`
      select r.row_count as count, encode(r.row_digest, 'hex') as digest, m.members, r.territory
      from security.audit_record r join security.audit_set_member m using (position) order by position`.execute(tx),
  )
  assert.deepEqual(
    rows.map(({ count, members, territory }) => [count, members, territory]),
    [
      [2n, [one, two].sort(), ''],
      [1n, [three], '07.1.2'],
      [0n, [], ''],
    ],
  )
  for (const { digest, members } of rows) {
    assert.equal(digest, createHash('sha256').update(members.join('\n')).digest('hex'))
  }
})

for (const [role, database, attempt] of [
  ['app', app, 'select * from security.audit_set_member'],
  ['app', app, `insert into security.audit_set_member values (1, 'household', '{}')`],
  ['worker', worker, `insert into security.audit_set_member values (1, 'household', '{}')`],
  ['worker', worker, 'delete from security.audit_set_member'],
  ['owner', owner, `update security.audit_set_member set members = '{}'`],
  ['owner', owner, 'truncate security.audit_set_member'],
] as const) {
  test(`${role} cannot: ${attempt}`, async () => {
    await assert.rejects(
      transaction(database, clerk, tx => sql.raw(attempt).execute(tx)),
      /permission denied|append-only/,
    )
  })
}

test('the place of work of a reader is what the territories granted share', async () => {
  const id = newId<'staff'>()
  const offices = await transaction(worker, workerActor('test'), async tx => {
    await registerStaff(tx, { id, name: 'Salma' })
    await recordGrant(tx, id, { id: newId(), role: 'desk_agent', territory: '07.351' })
    await recordGrant(tx, id, { id: newId(), role: 'desk_agent', territory: '07.352' })
    return officesOf(tx, [`staff:${id}`, 'worker:x'])
  })
  assert.deepEqual([...offices], [[`staff:${id}`, { territory: '07', role: 'desk_agent' }]])
})
