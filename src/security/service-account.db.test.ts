import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, transaction, workerActor } from '#db'
import {
  appendAudit,
  auditOf,
  createService,
  findService,
  type Permission,
  revokeService,
  rotateKey,
  serviceActor,
  servicePermissions,
} from '#security'
import { testDatabase } from '../../test/database.ts'

const { app, owner } = await testDatabase()
const worker = workerActor('socle service')

async function created(name: string, about: { scopes?: Permission[]; territory?: string; programme?: string } = {}) {
  const { scopes = ['household.read'], territory = '', programme = null } = about
  const request = { name, organisation: 'A partner', scopes, territory, programme, days: 30 }
  const told = await transaction(app, worker, tx => createService(tx, request))
  assert.ok(told.ok)
  return told.value
}

const rewrite = (text: string) => transaction(owner, worker, tx => sql.raw(text).execute(tx))

test('a key says whose it is and what it may do; the database holds its hash alone', async () => {
  const { key, service } = await created('reader', { territory: '07', programme: 'ma/asd', scopes: ['payment.read'] })
  assert.match(key, /^socle_[0-9a-z]{8}_[\w-]{43}$/)
  const found = await findService(app, key)
  assert.ok(found.ok)
  const { id, name, scopes, territory, programme } = found.value
  assert.deepEqual(
    { id, name, scopes, territory, programme },
    {
      id: service,
      name: 'reader',
      scopes: ['payment.read'],
      territory: '07',
      programme: 'ma/asd',
    },
  )
  const { rows } = await transaction(app, anonymous, tx =>
    sql<{ all: string }>`select string_agg(k::text, '') as all from security.service_key k`.execute(tx),
  )
  assert.ok(!rows[0]!.all.includes(key.slice(15)))
})

test('a key with any letter changed, cut, or of another is unknown', async () => {
  const [{ key }, other] = [await created('altered'), await created('other')]
  const odd = [
    '',
    'socle',
    key.slice(0, -1),
    `${key}x`,
    key.slice(0, 15) + other.key.slice(15),
    key.replace(/.$/, last => (last === 'A' ? 'B' : 'A')),
    "' or true --",
    `${key}\u0000`,
  ]
  for (const text of odd) {
    assert.deepEqual(await findService(app, text), { ok: false, refusal: { code: 'key_unknown' } }, text)
  }
})

test('rotation: both keys open until the overlap is over, then the new one alone', async () => {
  const { key: first } = await created('rotated')
  const second = await transaction(app, worker, tx => rotateKey(tx, { name: 'rotated', overlapHours: 24 }))
  assert.ok(second.ok)
  assert.ok((await findService(app, first)).ok && (await findService(app, second.value.key)).ok)
  const third = await transaction(app, worker, tx => rotateKey(tx, { name: 'rotated', overlapHours: 0 }))
  assert.ok(third.ok)
  for (const key of [first, second.value.key]) {
    const refused = await findService(app, key)
    assert.ok(!refused.ok && refused.refusal.code === 'key_expired')
  }
  assert.ok((await findService(app, third.value.key)).ok)
})

test('a revoked account and one that has ended open nothing, and take no other key', async () => {
  const { key, service } = await created('revoked')
  assert.deepEqual(await transaction(app, worker, tx => revokeService(tx, 'revoked')), { ok: true, value: service })
  const ended = await created('ended')
  await rewrite(`update security.service_account set expires_at = now() where name = 'ended'`)
  for (const [each, code] of [
    [key, 'service_revoked'],
    [ended.key, 'service_expired'],
  ] as const) {
    const refused = await findService(app, each)
    assert.ok(!refused.ok && refused.refusal.code === code)
  }
  for (const name of ['revoked', 'ended', 'never-made']) {
    assert.equal((await transaction(app, worker, tx => rotateKey(tx, { name, overlapHours: 1 }))).ok, false)
  }
  const acts = await transaction(owner, worker, tx => auditOf(tx, { kind: 'service', id: service }, 9))
  assert.deepEqual(
    acts.map(act => act.action),
    ['service_account.revoke', 'service_account.create'],
  )
})

test('a service acts where it may and nowhere else, under its own name in the audit', async () => {
  await rewrite(`
    create table public.thing (territory text collate "C" not null, programme text);
    grant select on public.thing to socle_app;
    select security.protect('public.thing');
    insert into public.thing values ('07.351'), ('08.1'), ('071')`)
  const { key } = await created('regional', { territory: '07' })
  const found = await findService(app, key)
  assert.ok(found.ok)
  const seen = (permission: Permission) =>
    transaction(app, serviceActor(found.value, permission), tx =>
      sql<{ territory: string }>`select territory from public.thing`
        .execute(tx)
        .then(({ rows }) => rows.map(row => row.territory)),
    )
  assert.deepEqual(await seen('household.read'), ['07.351'])
  assert.deepEqual(await seen('household.write'), [])
  const act = { action: 'household.read', subject: { kind: 'household', id: 'x' }, purpose: 'exchange: api' } as const
  await transaction(app, serviceActor(found.value, 'household.read'), tx => appendAudit(tx, act))
  const { rows } = await transaction(owner, worker, tx =>
    sql<{
      actor: string
    }>`select actor || ' ' || actor_name as actor from security.audit_record where subject_id = 'x'`.execute(tx),
  )
  assert.deepEqual(rows, [{ actor: `service:${found.value.id} regional` }])
})

test('a scope limited to a programme opens nothing that belongs to none', async () => {
  const { key } = await created('limited', { programme: 'ma/asd', scopes: ['household.read', 'payment.read'] })
  const found = await findService(app, key)
  assert.ok(found.ok)
  assert.deepEqual(serviceActor(found.value, 'household.read').territories, [])
  assert.deepEqual(serviceActor(found.value, 'payment.read').programmes, [{ programme: 'ma/asd', territory: '' }])
})

test('no program approves money or gives rights, even where its row was altered to say so', async () => {
  assert.ok(!servicePermissions.some(name => /approve|send|staff|budget\.write/.test(name)))
  const { key } = await created('forged')
  await rewrite(`update security.service_account set scopes = '{payment_run.approve,everything}' where name = 'forged'`)
  const found = await findService(app, key)
  assert.ok(found.ok)
  assert.deepEqual(found.value.scopes, [])
})

test('the last use is written, and a name is taken once', async () => {
  const { key } = await created('used')
  await findService(app, key)
  const { rows } = await transaction(app, anonymous, tx =>
    sql<{ used: boolean }>`
      select k.last_used_at > now() - interval '1 minute' as used from security.service_key k
      join security.service_account s on s.id = k.service_id where s.name = 'used'`.execute(tx),
  )
  assert.deepEqual(rows, [{ used: true }])
  const request = {
    name: 'used',
    organisation: 'B',
    scopes: ['household.read'],
    territory: '',
    programme: null,
    days: 1,
  } as const
  const again = await transaction(app, worker, tx => createService(tx, request))
  assert.deepEqual(again, { ok: false, refusal: { code: 'service_name_taken', name: 'used' } })
})
