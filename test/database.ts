// A database of its own for each test file, on one PostgreSQL shared by the whole run: a template with every migration
// applied is made once and copied (about 50 ms a copy).

import { randomBytes } from 'node:crypto'
import { after, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import {
  type Databases,
  databasesOf,
  fingerprint,
  migrate,
  readMigrations,
  removeCluster,
  roleUrls,
  useCluster,
} from '#db'
import { keepColumnKeys, wrappingKey } from '#security'

/** Where the cluster of the tests lives; `test/run.ts` removes it at the end. */
export const TEST_DATA = fileURLToPath(new URL('../.cache/test-database', import.meta.url))
const TEMPLATE_LOCK = 0x74657374

/**
 * An empty, migrated database, removed when the test (or, called outside of a test, the file) ends:
 * `const { app, worker, owner } = await testDatabase()`.
 */
export async function testDatabase(t?: TestContext): Promise<Databases> {
  const databases = await scratchDatabase()
  if (t) t.after(databases.close)
  else after(databases.close)
  return databases
}

/**
 * The same outside of tests: removed by `close`, which may be called twice.
 * @param data the folder of the cluster: that of the tests, or one whose PostgreSQL may be killed, which then waits for the disk
 */
export async function scratchDatabase(data: string = TEST_DATA): Promise<Databases> {
  const cluster = await useCluster({ data, durable: data !== TEST_DATA })
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  await asOwner(cluster.ownerUrl, async client => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const template = await ensureTemplate(client, cluster.ownerUrl)
    // By files where it may be killed: copied page by page, what is unlogged does not survive a crash (PostgreSQL 18).
    const strategy = data === TEST_DATA ? '' : ' strategy file_copy'
    await client.query(`create database ${name} template ${template}${strategy}`)
  })
  const databases = databasesOf(roleUrls(inDatabase(cluster.ownerUrl, name)), cluster.port, async () => {
    await asOwner(cluster.ownerUrl, client => dropDatabase(client, name))
    await cluster.leave()
  })
  keepTestKeys(databases)
  let closing: Promise<void> | undefined
  return {
    ...databases,
    close() {
      closing ??= databases.close()
      return closing
    },
  }
}

/** The key that wraps column keys in tests. */
export const TEST_KEY = Buffer.alloc(32, 7)
export const TEST_WRAPPING = wrappingKey(TEST_KEY)

export function keepTestKeys({ app, worker }: Pick<Databases, 'app' | 'worker'>): void {
  keepColumnKeys([app, worker], () => [TEST_WRAPPING])
}

/** Keeps the tests' PostgreSQL running until the answer is called, which removes it unless others still use it. */
export async function holdTestCluster(): Promise<() => Promise<void>> {
  const cluster = await useCluster({ data: TEST_DATA, durable: false })
  return async () => {
    await cluster.leave()
    await removeCluster(TEST_DATA)
  }
}

/** The owner may not end an autovacuum worker that is at the tables; the plain form asks it to go and waits. */
async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  try {
    await client.query(`drop database if exists ${name} with (force)`)
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error
    await client.query(`drop database if exists ${name}`)
  }
}

async function ensureTemplate(client: pg.Client, ownerUrl: string): Promise<string> {
  const template = `template_${fingerprint(readMigrations()).slice(0, 16)}`
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database where datname ~ '^(test|template|making)_'`,
  )
  const names = rows.map(row => row.datname)
  if (names.includes(template)) return template
  for (const name of names.filter(isLeftOver)) await dropDatabase(client, name)
  const making = `making_${template}`
  await client.query(`create database ${making}`)
  await migrate(roleUrls(inDatabase(ownerUrl, making)))
  await client.query(`alter database ${making} rename to ${template}`)
  return template
}

// Of killed runs: databases of processes that are gone, templates half made.
function isLeftOver(name: string): boolean {
  const pid = Number(/^test_(\d+)_/.exec(name)?.[1])
  if (!pid) return true
  try {
    return process.kill(pid, 0) === undefined
  } catch {
    return true
  }
}

function inDatabase(ownerUrl: string, name: string): string {
  const url = new URL(ownerUrl)
  url.pathname = `/${name}`
  return url.href
}

async function asOwner<Value>(ownerUrl: string, work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client(ownerUrl)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
