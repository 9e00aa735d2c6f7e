import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { anonymous, migrate, openDatabase, roleUrls, transaction, workerActor } from '#db'
import { testDatabase } from '../../test/database.ts'

const { owner, app, worker, urls } = await testDatabase()

test('an existing PostgreSQL is used through DATABASE_URL alone', async () => {
  const databases = await openDatabase({ data: '/nonexistent/never made', url: urls.owner })
  const { rows } = await transaction(databases.app, anonymous, tx => sql`select current_user as role`.execute(tx))
  assert.deepEqual(rows, [{ role: 'socle_app' }])
  assert.equal(databases.embeddedPort, undefined)
  await databases.close()
})

test('the roles that connect own nothing, belong to nobody and bypass nothing', async () => {
  for (const database of [app, worker]) {
    const { rows } = await transaction(database, workerActor('test'), tx =>
      sql`select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as strong,
          exists (select from pg_auth_members where member = r.oid) as member,
          exists (select from pg_class where relowner = r.oid) as owns
        from pg_roles r where rolname = current_user`.execute(tx),
    )
    assert.deepEqual(rows, [{ strong: false, member: false, owns: false }])
  }
})

test('an owner that may not make roles is told what to do', async () => {
  const plain = new URL(urls.owner)
  plain.username = `plain_${process.pid}`
  plain.password = 'plain'
  const database = plain.pathname.slice(1)
  await transaction(owner, workerActor('test'), tx =>
    sql
      .raw(
        `create role ${plain.username} login password 'plain'; grant connect, create on database ${database} to ${plain.username}`,
      )
      .execute(tx),
  )
  try {
    await assert.rejects(
      migrate(roleUrls(plain.href)),
      /may not create or alter role socle_app. Either grant it CREATEROLE, or/,
    )
  } finally {
    await transaction(owner, workerActor('test'), tx =>
      sql.raw(`revoke all on database ${database} from ${plain.username}; drop role ${plain.username}`).execute(tx),
    )
  }
})

test('passwords are derived from the owner, differ by role, and are never the owner', () => {
  const made = roleUrls('postgres://me:secret%2F1@db:5432/socle')
  const passwords = Object.values(made).map(url => new URL(url).password)
  assert.equal(new Set(passwords).size, 3)
  assert.deepEqual(made, roleUrls('postgres://me:secret%2F1@db:5432/socle'))
  assert.equal(
    roleUrls('postgres://me:a@db/socle', { app: 'postgres://socle_app:own@db/socle' }).app,
    'postgres://socle_app:own@db/socle',
  )
})

test('an owner without password cannot lend it to the roles', () => {
  assert.throws(() => roleUrls('postgres://me@db/socle'), /carries no password to derive that of socle_app from/)
})

test('a connection string of another role is refused', async () => {
  await assert.rejects(
    migrate({ ...urls, app: urls.owner }),
    /DATABASE_APP_URL must connect as socle_app, not as socle_owner/,
  )
})
