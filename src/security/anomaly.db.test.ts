import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type StaffActor, transaction, workerActor } from '#db'
import { type DateText, type Id, newId } from '#kernel'
import {
  type AnomalyAnswer,
  type AnomalyRefusal,
  answerAnomaly,
  findAnomalies,
  lastDays,
  listAnomalies,
  searchAudit,
  watching,
} from '#security'
import { testDatabase } from '../../test/database.ts'

const { app, worker, owner } = await testDatabase()
const DAY = '2026-11-20' as DateText
const EVE = '2026-11-19' as DateText
const timeZone = 'Africa/Nairobi'
const asked = { day: DAY, timeZone } as const
const home = '019b0000-0000-7000-8000-000000000001'

type Acts = { readonly by: string; readonly count: number; readonly at: string } & Partial<
  Record<'action' | 'territory' | 'purpose' | 'subject', string> & { readonly rows: number }
>

/** Records as they would stand had they been written then: the clock of the trigger cannot be told. */
async function acted({ by, count, at, ...of }: Acts): Promise<void> {
  const { action = 'household.read', territory = '07.351', purpose = 'examination: household page', subject, rows } = of
  await transaction(owner, workerActor('past'), async tx => {
    await sql`alter table security.audit_record disable trigger user`.execute(tx)
    await sql`
      insert into security.audit_record (recorded_at, actor, actor_name, action, subject_kind, subject_id, territory, purpose,
        row_count, row_digest, digest)
      select ${at}::timestamp at time zone ${timeZone}, ${`staff:${by}`}, ${by}, ${action}, 'household',
        case when ${rows ?? null}::int is null then coalesce(${subject ?? null}, gen_random_uuid()::text) end, ${territory},
        ${purpose}, ${rows ?? null}::bigint, case when ${rows ?? null}::int is not null then sha256('') end, sha256('')
      from generate_series(1, ${count}::int)`.execute(tx)
    await sql`alter table security.audit_record enable trigger user`.execute(tx)
  })
}

const noon = `${DAY} 12:00`
await acted({ by: 'many', count: 400, at: noon })
await acted({ by: 'night', count: 5, at: `${DAY} 23:30` })
await acted({ by: 'day', count: 5, at: `${DAY} 21:59` })
await acted({ by: 'eve', count: 5, at: '2026-11-19 23:59' })
await acted({ by: 'export', count: 4, at: noon, action: 'household.export', rows: 5000 })
await acted({ by: 'same', count: 8, at: noon, subject: home })
await acted({ by: 'emergency', count: 1, at: noon, purpose: 'emergency: household page', territory: '12.1' })
for (let day = 1; day <= 8; day += 1) await acted({ by: 'away', count: 5, at: `2026-11-${String(day + 9)} 10:00` })
await acted({ by: 'away', count: 5, at: noon, territory: '12.401' })
await acted({ by: 'away', count: 5, at: noon })
for (let day = 1; day <= 5; day += 1) await acted({ by: 'busier', count: 8, at: `2026-11-${String(day + 9)} 10:00` })
await acted({ by: 'busier', count: 42, at: noon })

const found = () => transaction(worker, workerActor('test'), tx => listAnomalies(tx, { open: false, limit: 100 }))

test('what stands out in a day is found, and nothing else', async () => {
  assert.equal(await findAnomalies(worker, asked), 7)
  const rows = await found()
  assert.deepEqual(rows.map(one => [one.by, one.kind, one.level, one.territory]).sort(), [
    ['away', 'outside_area', 1, ''],
    ['busier', 'many_files', 1, '07.351'],
    ['emergency', 'emergency_access', 1, '12.1'],
    ['export', 'large_export', 1, '07.351'],
    ['many', 'many_files', 3, '07.351'],
    ['night', 'night_work', 1, '07.351'],
    ['same', 'same_file', 1, '07.351'],
  ])
  const busier = rows.find(({ by }) => by === 'busier')
  assert.deepEqual(busier?.facts, { opened: 42, usual: 8, peers: 5, threshold: 40 })
  assert.equal(rows.find(({ by }) => by === 'same')?.subjectId, home)
})

test('looking again finds nothing new, until it has grown worse', async () => {
  assert.equal(await findAnomalies(worker, asked), 0)
  await acted({ by: 'same', count: 8, at: noon, subject: home })
  assert.equal(await findAnomalies(worker, asked), 1)
  assert.deepEqual(
    (await found())
      .filter(({ by }) => by === 'same')
      .map(({ level }) => level)
      .sort(),
    [1, 2],
  )
})

test('the file of one’s own household is found where the list of conflicts says so', async () => {
  const conflicts = async () => [
    { actor: 'staff:same', kind: 'household', id: home },
    { actor: 'staff:many', kind: 'household', id: home },
  ]
  assert.equal(await findAnomalies(worker, { ...asked, conflicts }), 1)
  assert.equal((await found()).find(({ kind }) => kind === 'own_file')?.by, 'same')
})

test('failures to sign in belong to the account that was tried', async () => {
  const id = newId<'staff'>()
  const [, today] = await lastDays(worker, timeZone)
  await transaction(owner, workerActor('test'), async tx => {
    await sql`insert into security.staff (id, name) values (${id}, 'Tried')`.execute(tx)
    await sql`insert into security.staff_account (id, name, email, email_verified, created_at, updated_at)
      values (${id}, 'Tried', 'tried@example.org', true, now(), now())`.execute(tx)
    const hash = createHash('sha256').update('tried@example.org').digest()
    await sql`insert into security.sign_in_attempt (email_hash, succeeded)
      select ${hash}, false from generate_series(1, 12)`.execute(tx)
  })
  await watching(timeZone).run(worker, new AbortController().signal)
  const tried = (await found()).find(({ actor }) => actor === `staff:${id}`)
  assert.deepEqual(
    [tried?.kind, tried?.day, tried?.facts.failures, tried?.territory],
    ['sign_in_failures', today, 12, ''],
  )
})

const auditor: StaffActor = { kind: 'staff', staffId: 'auditor', name: 'Amal', territories: [''] }
const idOf = async (by: string) => (await found()).find(one => one.by === by)!.id
const answer = async (of: Partial<AnomalyAnswer>, actor = auditor) =>
  transaction(app, actor, async tx =>
    answerAnomaly(tx, { id: newId(), anomaly: await idOf('many'), state: 'explained', note: 'A campaign.', ...of }),
  )

const refused: Record<AnomalyRefusal['code'], () => ReturnType<typeof answer>> = {
  anomaly_unknown: async () => answer({ anomaly: newId() }),
  own_acts: async () => answer({}, { ...auditor, staffId: 'many' }),
  note_missing: async () => answer({ note: '  ' }),
  note_too_long: async () => answer({ note: 'x'.repeat(2001) }),
}
for (const [code, ask] of Object.entries(refused)) {
  test(`an answer is refused: ${code}`, async () => {
    const given = await ask()
    assert.equal(given.ok ? 'accepted' : given.refusal.code, code)
  })
}

test('an auditor sees and answers where the audit is granted, once, and that is recorded', async () => {
  const regional = { ...auditor, territories: ['12'] }
  const seen = await transaction(app, regional, tx => listAnomalies(tx, { open: false, limit: 100 }))
  assert.deepEqual(
    seen.map(({ by }) => by),
    ['emergency'],
  )
  const outside = await answer({}, regional)
  assert.equal(outside.ok ? 'accepted' : outside.refusal.code, 'anomaly_unknown')
  const id = newId<'AnomalyState'>()
  assert.ok((await answer({ id })).ok)
  assert.ok((await answer({ id })).ok)
  const many = (await found()).find(({ by }) => by === 'many')
  assert.deepEqual(
    many?.said.map(({ state, note, byName }) => [state, note, byName]),
    [['explained', 'A campaign.', 'Amal']],
  )
  const open = await transaction(app, auditor, tx => listAnomalies(tx, { open: true, limit: 100 }))
  assert.ok(open.length > 0 && !open.some(({ by }) => by === 'many'))
  const records = await transaction(app, auditor, tx =>
    searchAudit(
      tx,
      { by: '', action: 'anomaly', subject: many!.id, from: undefined, to: undefined },
      { limit: 9, timeZone },
    ),
  )
  assert.deepEqual(
    records.map(({ action, by }) => [action, by]),
    [['anomaly.answer', 'Amal']],
  )
})

test('pages of anomalies follow one another without a gap', async () => {
  const all = await found()
  const paged: Id<'Anomaly'>[] = []
  for (let before: Id<'Anomaly'> | undefined; ; ) {
    const page = await transaction(worker, workerActor('test'), tx =>
      listAnomalies(tx, { open: false, limit: 2, ...(before && { before }) }),
    )
    paged.push(...page.map(({ id }) => id))
    before = page.at(-1)?.id
    if (page.length < 2) break
  }
  assert.deepEqual(
    paged,
    all.map(({ id }) => id),
  )
})

test('records are found by who, what, on what and when, in the country’s zone, page after page', async () => {
  const search = { by: '', action: '', subject: '', from: undefined, to: undefined }
  const ask = (asked: Partial<Parameters<typeof searchAudit>[1]>, before?: bigint) =>
    transaction(worker, workerActor('test'), tx =>
      searchAudit(tx, { ...search, ...asked }, { limit: 3, timeZone, ...(before !== undefined && { before }) }),
    )
  assert.deepEqual((await ask({ by: 'staff:night' })).length, 3)
  assert.deepEqual((await ask({ by: 'staff:night' }, (await ask({ by: 'staff:night' })).at(-1)!.position)).length, 2)
  assert.equal((await ask({ subject: home, action: 'household' }))[0]?.by, 'same')
  assert.equal((await ask({ subject: home, action: 'house' })).length, 0)
  assert.equal((await ask({ by: 'staff:eve', from: EVE, to: EVE })).length, 3)
  assert.equal((await ask({ by: 'staff:eve', from: DAY })).length, 0)
  assert.equal((await ask({ by: 'nobody of that name' })).length, 0)
})

for (const [role, database, attempt] of [
  ['app', app, `insert into security.audit_anomaly select * from security.audit_anomaly`],
  [
    'app',
    app,
    `insert into security.audit_anomaly_state (id, anomaly_id, state, note, recorded_by)
    select gen_random_uuid(), id, 'explained', 'x', 'staff:other' from security.audit_anomaly`,
  ],
  ['worker', worker, `update security.audit_anomaly set level = 1`],
  ['owner', owner, `delete from security.audit_anomaly_state`],
] as const) {
  test(`${role} cannot: ${attempt.split('\n')[0]}`, async () => {
    await assert.rejects(
      transaction(database, auditor, tx => sql.raw(attempt).execute(tx)),
      /permission denied|append-only/,
    )
  })
}
