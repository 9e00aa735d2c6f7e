// A database for the length of a verification: on the same server where its owner may make one, else in an embedded
// PostgreSQL of its own. It holds persons' data while it lasts, under the same roles; it is dropped whatever happens.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { removeCluster, useCluster } from '../embedded/cluster.ts'
import { type RoleUrls, roleUrls } from '../roles.ts'

const PREFIX = 'socle_scratch_'
/** One verification at a time on a database: whatever else has the prefix was left by a killed one. */
const LOCK = 0x73637261

export class ScratchBusy extends Error {}

/** Throws {@link ScratchBusy} when another verification is under way. */
export async function withScratchDatabase<Value>(
  urls: RoleUrls,
  work: (scratch: RoleUrls) => Promise<Value>,
): Promise<Value> {
  const client = new pg.Client({ connectionString: urls.owner, application_name: 'socle backup verify' })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ free: boolean; may: boolean }>(
      `select pg_try_advisory_lock($1) as free, (select rolcreatedb or rolsuper from pg_roles where rolname = current_user) as may`,
      [LOCK],
    )
    if (!rows[0]!.free) throw new ScratchBusy()
    return rows[0]!.may ? await beside(client, urls, work) : await apart(work)
  } finally {
    await client.end()
  }
}

async function beside<Value>(client: pg.Client, urls: RoleUrls, work: (scratch: RoleUrls) => Promise<Value>) {
  const left = await client.query<{ name: string }>(
    `select datname as name from pg_database where starts_with(datname, $1) and datdba = current_user::regrole`,
    [`${PREFIX}${await ownMark(client)}`],
  )
  for (const { name } of left.rows) await drop(client, name)
  const name = `${PREFIX}${await ownMark(client)}${randomBytes(4).toString('hex')}`
  await client.query(`create database ${name} template template0`)
  try {
    return await work(inDatabase(urls, name))
  } finally {
    await drop(client, name)
  }
}

// Two Socle on one server do not drop each other's.
async function ownMark(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ oid: number }>(
    'select oid::int8::int4 as oid from pg_database where datname = current_database()',
  )
  return `${rows[0]!.oid}_`
}

/** An autovacuum worker may not be ended by the owner; the plain form waits for it to go. */
async function drop(client: pg.Client, name: string): Promise<void> {
  await client
    .query(`drop database if exists ${name} with (force)`)
    .catch(() => client.query(`drop database if exists ${name}`))
}

async function apart<Value>(work: (scratch: RoleUrls) => Promise<Value>): Promise<Value> {
  const data = await mkdtemp(join(tmpdir(), 'socle-scratch-'))
  try {
    const cluster = await useCluster({ data })
    try {
      return await work(roleUrls(cluster.ownerUrl))
    } finally {
      await cluster.leave()
    }
  } finally {
    await removeCluster(data)
    await rm(data, { recursive: true, force: true })
  }
}

/** The same server and roles, another database. */
export function inDatabase(urls: RoleUrls, name: string): RoleUrls {
  const moved = (text: string) => {
    const url = new URL(text)
    url.pathname = `/${name}`
    return url.href
  }
  return { owner: moved(urls.owner), app: moved(urls.app), worker: moved(urls.worker) }
}
