import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, type StaffActor, transaction, workerActor } from '#db'
import { appendAudit, appendAuditOfRows } from '#security'
import { testDatabase } from '../../test/database.ts'

const { owner, app, worker } = await testDatabase()
const clerk: StaffActor = { kind: 'staff', staffId: '0199', name: 'Zineb', territories: ['07'] }
const read = {
  action: 'household.read',
  subject: { kind: 'household', id: 'h1' },
  purpose: 'examination: household page',
} as const
const records = async () =>
  (
    await transaction(worker, workerActor('test'), tx =>
      tx.selectFrom('security.audit_record').selectAll().orderBy('position').execute(),
    )
  ).map(({ recorded_at: _, ...rest }) => rest)

test('a record says who, from the transaction, and stands if and only if the act does', async () => {
  await transaction(app, clerk, tx => appendAudit(tx, { ...read, territory: '07.1', detail: { fields: ['phone'] } }))
  await assert.rejects(
    transaction(app, clerk, async tx => {
      await appendAudit(tx, { ...read, action: 'household.change' })
      throw new Error('refused')
    }),
  )
  const [record, ...more] = await records()
  assert.deepEqual(more, [])
  assert.deepEqual(
    { actor: record?.actor, name: record?.actor_name, action: record?.action, detail: record?.detail },
    { actor: 'staff:0199', name: 'Zineb', action: 'household.read', detail: { fields: ['phone'] } },
  )
})

test('nobody writes a record in another name or at another time', async () => {
  await transaction(app, clerk, tx =>
    sql`insert into security.audit_record (actor, actor_name, recorded_at, action, subject_kind, subject_id, purpose, digest)
      values ('staff:boss', 'The Boss', '2001-01-01', 'payment_run.approve', 'payment_run', '1', 'forged', sha256(''))`.execute(
      tx,
    ),
  )
  const { rows } = await transaction(worker, workerActor('test'), tx =>
    sql`select actor, actor_name, recorded_at > now() - interval '1 minute' as recent from security.audit_record where purpose = 'forged'`.execute(
      tx,
    ),
  )
  assert.deepEqual(rows, [{ actor: 'staff:0199', actor_name: 'Zineb', recent: true }])
})

test('each record carries the digest of its canonical text', async () => {
  const { rows } = await transaction(worker, workerActor('test'), tx =>
    sql<{
      content: string
      digest: Buffer
    }>`select security.audit_content(r) as content, digest from security.audit_record r`.execute(tx),
  )
  assert.ok(rows.length > 0)
  for (const { content, digest } of rows) {
    assert.equal(createHash('sha256').update(content).digest('hex'), digest.toString('hex'))
  }
})

test('an act on many rows leaves one record, with their number and the hash of their lines', async () => {
  await transaction(worker, workerActor('determine'), tx =>
    appendAuditOfRows(tx, {
      action: 'determination.append',
      subject: { kind: 'determination' },
      purpose: 'determination: ma/asd 2026-12',
      rows: sql`select 'line ' || n from generate_series(1, 3) as n`,
    }),
  )
  const record = (await records()).at(-1)
  assert.equal(record?.row_count, 3n)
  assert.equal(record?.actor, 'worker:determine')
  assert.equal(record?.row_digest?.toString('hex'), createHash('sha256').update('line 1\nline 2\nline 3').digest('hex'))
})

for (const [name, database] of Object.entries({ app, worker, owner })) {
  for (const attempt of [
    `update security.audit_record set purpose = 'nothing to see'`,
    'delete from security.audit_record',
    'truncate security.audit_record',
  ]) {
    test(`${name} cannot: ${attempt}`, async () => {
      await assert.rejects(
        transaction(database, clerk, tx => sql.raw(attempt).execute(tx)),
        /permission denied|append-only/,
      )
    })
  }
}

test('staff read of the accesses in their territory only', async () => {
  const seen = async (actor: StaffActor | typeof anonymous) =>
    (await transaction(app, actor, tx => tx.selectFrom('security.audit_record').select('territory').execute())).map(
      row => row.territory,
    )
  await transaction(app, clerk, tx => appendAudit(tx, { ...read, territory: '08.1' }))
  assert.deepEqual(await seen(clerk), ['07.1'])
  assert.deepEqual(await seen({ ...clerk, territories: ['08'] }), ['08.1'])
  assert.equal((await seen({ ...clerk, territories: [''] })).length, 4)
  assert.deepEqual(await seen(anonymous), [])
})
