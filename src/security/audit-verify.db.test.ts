// Attacks on the audit by somebody who owns the database and turns its triggers off: each is found, and named.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type Databases, transaction, workerActor } from '#db'
import { appendAudit, appendAuditOfRows, lastCheckpoint, sealAudit, verifyAudit } from '#security'
import { testDatabase } from '../../test/database.ts'

const intruder = workerActor('intruder')

/** Twelve records under three seals: 1–5, 6–10, 11–12; 12 is that of a set. */
async function sealedDatabase(t: TestContext): Promise<Databases> {
  const databases = await testDatabase(t)
  await append(databases, 11)
  await transaction(databases.worker, workerActor('determine'), tx =>
    appendAuditOfRows(tx, {
      action: 'determination.append',
      subject: { kind: 'determination' },
      purpose: 'determination: December “ASD” \n\\ é',
      rows: sql`select 'line ' || n from generate_series(1, 3) as n`,
    }),
  )
  await sealAudit(databases.worker, undefined, 5)
  return databases
}

async function append({ worker }: Databases, count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    await transaction(worker, workerActor('clerk'), tx =>
      appendAudit(tx, {
        action: 'household.read',
        subject: { kind: 'household', id: `h${n}` },
        territory: '07.1',
        purpose: 'examination: household page',
        detail: { n, name: 'فاطمة', nested: { b: 1.5, a: null } },
      }),
    )
  }
}

async function attack({ owner }: Databases, statements: readonly string[]): Promise<void> {
  const off = ['audit_record', 'audit_seal'].map(name => `alter table security.${name} disable trigger user`)
  const on = off.map(text => text.replace('disable', 'enable'))
  await transaction(owner, intruder, async tx => {
    for (const statement of [...off, ...statements, ...on]) await sql.raw(statement).execute(tx)
  })
}

const found = async ({ worker }: Databases) =>
  (await verifyAudit(worker)).findings.map(one => `${one.kind} ${'position' in one ? one.position : one.seal}`)

const redigest = `update security.audit_record r set digest = sha256(convert_to(security.audit_content(r), 'UTF8'))`
const rehash = `update security.audit_seal s
  set hash = sha256(s.previous || convert_to(security.audit_seal_header(s), 'UTF8') || s.digests)`
const insertAt = (position: string) => `insert into security.audit_record
  (position, actor, actor_name, action, subject_kind, subject_id, purpose, digest) overriding system value
  values (${position}, 'staff:1', 'Zineb', 'payment_run.approve', 'payment_run', 'r1', 'forged', sha256(''))`

const attacks: Record<string, { readonly by: readonly string[]; readonly found: readonly string[] }> = {
  'a field altered': {
    by: [`update security.audit_record set subject_id = 'h99' where position = 5`],
    found: ['record_altered 5'],
  },
  'a field altered, and the digest computed again': {
    by: [`update security.audit_record set actor_name = 'The Boss' where position = 8`, redigest],
    found: ['record_altered 8'],
  },
  'a time moved by a microsecond': {
    by: [`update security.audit_record set recorded_at = recorded_at + interval '1 microsecond' where position = 1`],
    found: ['record_altered 1'],
  },
  'a value deep in the detail altered': {
    by: [`update security.audit_record set detail = jsonb_set(detail, '{nested,b}', '1.50') where position = 2`],
    found: ['record_altered 2'],
  },
  'the count of a set altered': {
    by: ['update security.audit_record set row_count = 2 where position = 12'],
    found: ['record_altered 12'],
  },
  'a digest altered alone': {
    by: [`update security.audit_record set digest = sha256('') where position = 11`],
    found: ['record_altered 11'],
  },
  'one deleted': { by: ['delete from security.audit_record where position = 7'], found: ['record_removed 7'] },
  'the last ones deleted': {
    by: ['delete from security.audit_record where position > 10'],
    found: ['record_removed 11', 'record_removed 12'],
  },
  'all deleted under one seal': {
    by: ['delete from security.audit_record where position between 6 and 10'],
    found: [6, 7, 8, 9, 10].map(position => `record_removed ${position}`),
  },
  'two swapped, across seals': {
    by: [
      'create temp table swapped as select * from security.audit_record where position in (3, 9)',
      'update swapped set position = 12 - position',
      'delete from security.audit_record where position in (3, 9)',
      'insert into security.audit_record overriding system value select * from swapped',
    ],
    found: ['record_moved 3', 'record_moved 9'],
  },
  'one inserted at the end': { by: [insertAt('13'), redigest], found: ['record_inserted 13'] },
  'one inserted before all others': { by: [insertAt('-4'), redigest], found: ['record_inserted -4'] },
  'one replaced by another': {
    by: ['delete from security.audit_record where position = 4', insertAt('4'), redigest],
    found: ['record_altered 4'],
  },
  'a record and what was sealed of it altered together': {
    by: [
      `update security.audit_record set subject_id = 'h99' where position = 6`,
      redigest,
      'update security.audit_seal set digests = overlay(digests placing (select digest from security.audit_record where position = 6) from 1) where number = 2',
    ],
    found: ['seal_altered 2'],
  },
  'the same, with the hash of that seal computed again': {
    by: [
      `update security.audit_record set subject_id = 'h99' where position = 6`,
      redigest,
      'update security.audit_seal set digests = overlay(digests placing (select digest from security.audit_record where position = 6) from 1) where number = 2',
      rehash,
    ],
    found: ['seal_unlinked 3'],
  },
  'a seal moved in time': {
    by: [`update security.audit_seal set sealed_at = sealed_at - interval '1 day' where number = 1`],
    found: ['seal_altered 1'],
  },
  'a seal that claims every position': {
    by: [`update security.audit_seal set positions = '{(,)}' where number = 3`],
    found: ['seal_altered 3'],
  },
  'a seal removed, with its records': {
    by: [
      'delete from security.audit_seal where number = 2',
      'delete from security.audit_record where position between 6 and 10',
    ],
    found: ['seals_removed 3'],
  },
  'a seal removed alone': {
    by: ['delete from security.audit_seal where number = 1'],
    found: ['seals_removed 2', ...[1, 2, 3, 4, 5].map(position => `record_inserted ${position}`)],
  },
}

for (const [name, { by, found: expected }] of Object.entries(attacks)) {
  test(`found: ${name}`, async t => {
    const databases = await sealedDatabase(t)
    assert.deepEqual(await found(databases), [])
    await attack(databases, by)
    assert.deepEqual(await found(databases), expected)
  })
}

test('a finding says when, what, on what and by whom', async t => {
  const databases = await sealedDatabase(t)
  await attack(databases, [`update security.audit_record set subject_id = 'h99' where position = 5`])
  const [finding] = (await verifyAudit(databases.worker)).findings
  assert.ok(finding?.kind === 'record_altered')
  assert.deepEqual(
    [finding.position, finding.action, finding.subjectKind, finding.subjectId, finding.by, finding.seal],
    [5n, 'household.read', 'household', 'h99', 'clerk', 1n],
  )
  assert.ok(finding.at instanceof Date)
})

test('what is done to a record that waits for its seal is found once it is sealed', async t => {
  const databases = await testDatabase(t)
  await append(databases, 4)
  assert.deepEqual((await verifyAudit(databases.worker)).waiting.records, 4)
  await attack(databases, [
    'delete from security.audit_record where position = 2',
    `update security.audit_record set purpose = 'forged' where position = 3`,
    redigest,
  ])
  await sealAudit(databases.worker)
  assert.deepEqual(await found(databases), ['record_removed 2', 'record_altered 3'])
})

test('a record that no longer waits and has no seal is found', async t => {
  const databases = await sealedDatabase(t)
  await append(databases, 1)
  assert.deepEqual(await found(databases), [])
  await attack(databases, ['delete from security.audit_pending'])
  assert.deepEqual(await found(databases), ['record_inserted 13'])
})

test('a chain written again from its first record is good in itself, and not that of the checkpoint', async t => {
  const databases = await sealedDatabase(t)
  const witnessed = await transaction(databases.worker, intruder, lastCheckpoint)
  assert.ok(witnessed)
  assert.deepEqual((await verifyAudit(databases.worker, { checkpoint: witnessed })).findings, [])
  await attack(databases, [
    `update security.audit_record set purpose = 'nothing to see' where position = 2`,
    redigest,
    'delete from security.audit_seal',
    'insert into security.audit_pending select position, digest from security.audit_record',
    'select security.seal_audit(5), security.seal_audit(5), security.seal_audit(5)',
  ])
  const alone = await verifyAudit(databases.worker)
  assert.deepEqual([alone.findings, alone.records, alone.seals], [[], 12, 3])
  const checked = await verifyAudit(databases.worker, { checkpoint: witnessed })
  assert.deepEqual(
    checked.findings.map(one => one.kind),
    ['checkpoint_differs'],
  )
})

test('an end that was cut off with its seals is seen from the checkpoint alone', async t => {
  const databases = await sealedDatabase(t)
  const witnessed = await transaction(databases.worker, intruder, lastCheckpoint)
  await attack(databases, [
    'delete from security.audit_seal where number = 3',
    'delete from security.audit_record where position > 10',
  ])
  assert.deepEqual(await found(databases), [])
  const { findings } = await verifyAudit(databases.worker, { checkpoint: witnessed })
  assert.deepEqual(findings, [{ kind: 'checkpoint_beyond_chain', seal: 3n, last: 2n }])
})

test('whatever a record says, verification computes the digest that the database did', async t => {
  const databases = await testDatabase(t)
  // PostgreSQL's text holds any character but U+0000, and no half of a surrogate pair.
  const text = fc.string({ unit: 'binary' }).map(value => value.replaceAll('\u0000', ''))
  const samples = fc.sample(fc.tuple(text, text, fc.jsonValue()), 60)
  for (const [id, purpose, value] of samples) {
    const detail = JSON.parse(JSON.stringify({ value }).replaceAll('\\u0000', '')) as Record<string, unknown>
    await transaction(databases.worker, workerActor(`é ${purpose}`), tx =>
      appendAudit(tx, {
        action: 'household.read',
        subject: { kind: 'household', id },
        purpose: `examination: ${purpose}`,
        detail,
      }),
    )
  }
  assert.equal(await sealAudit(databases.worker), 60)
  assert.deepEqual(await found(databases), [])
})

test('more wrong than is worth naming is cut short and said to be', async t => {
  const databases = await testDatabase(t)
  await transaction(databases.worker, intruder, tx =>
    sql`insert into security.audit_record (actor, actor_name, digest, action, subject_kind, subject_id, purpose)
      select '', '', '', 'household.read', 'household', n::text, 'many' from generate_series(1, 2500) as n`.execute(tx),
  )
  await sealAudit(databases.worker)
  await attack(databases, [`update security.audit_record set purpose = 'other'`])
  const { findings, more } = await verifyAudit(databases.worker)
  assert.deepEqual([findings.length, more], [1000, true])
})
