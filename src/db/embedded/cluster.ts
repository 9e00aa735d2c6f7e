// The PostgreSQL of one data folder, shared by every process of the checkout: whoever finds it stopped starts it, and the
// last one to leave stops it.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { accountOf } from './account.ts'
import {
  binariesFor,
  controlFolder,
  newPlace,
  type Passwords,
  type Place,
  prepareData,
  readPasswords,
  readPlace,
  writePlace,
} from './places.ts'
import {
  askToStop,
  dataOf,
  findPostmaster,
  initialise,
  type Postmaster,
  startPostmaster,
  stopPostmaster,
} from './postmaster.ts'
import { leaveNow, type Register, withRegister } from './register.ts'
import { watchOver } from './watch.ts'

export type ClusterOptions = {
  /** The data folder (SOCLE_DATA). */
  readonly data: string
  /** Told what a person should know: a folder elsewhere, a long first start. */
  readonly say?: (line: string) => void
  /** False in tests only: faster, and a power cut may cost the data. */
  readonly durable?: boolean
}

export type Cluster = {
  /** Connection string of the owner of database `socle`. Holds a password: never print it. */
  readonly ownerUrl: string
  readonly port: number
  readonly home: string
  /** True when this call started PostgreSQL, false when it was running. */
  readonly started: boolean
  /** Says that this process no longer needs the cluster. The last process to leave stops it. */
  leave(): Promise<void>
}

type Use = { count: number; cluster: Promise<Cluster> }
const inUse = new Map<string, Use>()
/** Of this process: whoever enters again waits until the leaving is done. */
const leaving = new Map<string, Promise<void>>()

/** Joins the users of the data folder's cluster, starting it (and at first making it) when it is not running. */
export async function useCluster(options: ClusterOptions): Promise<Cluster> {
  const data = prepareData(options.data)
  await leaving.get(data)
  const use = inUse.get(data) ?? { count: 0, cluster: enter(data, options) }
  inUse.set(data, use)
  use.count += 1
  let left = false
  const cluster = await use.cluster.catch(error => {
    inUse.delete(data)
    throw error
  })
  return {
    ...cluster,
    async leave() {
      if (left) return
      left = true
      use.count -= 1
      if (use.count > 0) return
      inUse.delete(data)
      const done = cluster.leave().finally(() => leaving.delete(data))
      leaving.set(data, done)
      await done
    },
  }
}

/** Removes a data folder's cluster. Refused, with the answer 'in use', while a process uses it. */
export async function removeCluster(folder: string): Promise<'removed' | 'in use' | 'nothing there'> {
  if (!existsSync(controlFolder(folder))) return 'nothing there'
  const data = prepareData(folder)
  const outcome = await withRegister(registerFile(data), async register => {
    if (register.users().length > 0) return 'in use'
    const place = readPlace(data)
    if (place && existsSync(place.home)) {
      const running = await findPostmaster(place.home)
      if (running) await stopPostmaster(place.home, running.pid)
      rmSync(place.home, { recursive: true, force: true })
    }
    return 'removed'
  })
  if (outcome === 'removed') rmSync(controlFolder(data), { recursive: true, force: true })
  return outcome
}

async function enter(data: string, options: ClusterOptions): Promise<Cluster> {
  const passwords = readPasswords(data)
  const file = registerFile(data)
  const { place, started, pid } = await withRegister(file, async register => {
    const running = await ensureRunning(data, passwords, options)
    register.users()
    register.join()
    return running
  })
  const forgetEnd = atEnd(() => leaveNow(file, () => askToStop(place.home)))
  const watch = watchOver(pid, async () => {
    const again = await withRegister(file, () => ensureRunning(data, passwords, { ...options, port: place.port }))
    if (again.started) options.say?.('PostgreSQL had stopped; it was started again.')
    return again.pid
  })
  return {
    ownerUrl: urlOf('socle_owner', passwords.owner, place.port, 'socle'),
    port: place.port,
    home: place.home,
    started,
    async leave() {
      forgetEnd()
      await watch.end()
      await withRegister(file, register => leaveLast(register, place.home))
    },
  }
}

// A process may end without having left: by process.exit, or by a signal that nobody else here answers.
const toLeave = new Set<() => void>()
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function atEnd(leave: () => void): () => void {
  if (toLeave.size === 0) listen()
  toLeave.add(leave)
  return () => {
    toLeave.delete(leave)
    if (toLeave.size === 0) listenNoMore()
  }
}

function listen(): void {
  process.once('exit', leaveAll)
  for (const name of SIGNALS) process.on(name, onSignal)
}

function listenNoMore(): void {
  process.removeListener('exit', leaveAll)
  for (const name of SIGNALS) process.removeListener(name, onSignal)
}

function leaveAll(): void {
  for (const leave of toLeave) leave()
  toLeave.clear()
}

function onSignal(name: NodeJS.Signals): void {
  if (process.listenerCount(name) > 1) return // Somebody ends this process in order, and will leave.
  leaveAll()
  listenNoMore()
  process.kill(process.pid, name)
}

async function leaveLast(register: Register, home: string): Promise<void> {
  register.leave()
  if (register.users().length > 0) return
  const running = await findPostmaster(home)
  if (running) await stopPostmaster(home, running.pid)
}

/** `port`: this one or none, since connections to it are held. */
async function ensureRunning(data: string, passwords: Passwords, options: ClusterOptions & { readonly port?: number }) {
  const say = options.say ?? (() => {})
  const place = readPlace(data) ?? newPlace(data, say)
  if (!existsSync(place.home)) {
    throw new Error(`The database was in ${place.home}, which is gone. npm run reset starts again with an empty one.`)
  }
  const found = existsSync(dataOf(place.home)) ? await findPostmaster(place.home) : undefined
  const running = found ?? (await start(place, passwords, options))
  if (!place.ready) await makeOwner(running, passwords)
  const settled: Place = { ...place, port: running.port, ready: true }
  if (settled.port !== place.port || !place.ready) writePlace(data, settled)
  return { place: settled, started: found === undefined, pid: running.pid }
}

async function start(
  place: Place,
  passwords: Passwords,
  options: ClusterOptions & { readonly port?: number },
): Promise<Postmaster> {
  const account = accountOf(place.home)
  const binaries = await binariesFor(place, account)
  const how = {
    home: place.home,
    binaries,
    account,
    port: options.port ?? place.port,
    portsTried: options.port === undefined ? undefined : 1,
    durable: options.durable ?? true,
  }
  if (!existsSync(dataOf(place.home))) await initialise(how, passwords.superuser)
  return startPostmaster(how)
}

// The owner is an ordinary role that may create roles and databases, as it would be in a ministry: what works here
// works there.
async function makeOwner(running: Postmaster, passwords: Passwords): Promise<void> {
  const client = new pg.Client(urlOf('postgres', passwords.superuser, running.port, 'postgres'))
  await client.connect()
  try {
    const has = async (query: string) => (await client.query(query)).rowCount === 1
    if (!(await has(`select from pg_roles where rolname = 'socle_owner'`))) {
      await client.query(`create role socle_owner login createrole createdb password '${passwords.owner}'`)
    }
    if (!(await has(`select from pg_database where datname = 'socle'`))) {
      await client.query('create database socle owner socle_owner')
    }
  } finally {
    await client.end()
  }
}

function registerFile(data: string): string {
  return join(controlFolder(data), 'register.sqlite')
}

function urlOf(user: string, password: string, port: number, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`
}
