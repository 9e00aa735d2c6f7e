// Starts and stops the postmaster of one cluster, and recognises one that runs already or that died badly.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chownSync, closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Account } from './account.ts'
import { asAccount, program } from './binaries.ts'
import { processesIn, processStart, signal } from './process.ts'

export type Postmaster = { readonly pid: number; readonly port: number }

export type StartOptions = {
  readonly home: string
  readonly binaries: string
  readonly account: Account | undefined
  readonly port: number
  /** How many ports to try from there; 1: that one alone. */
  readonly portsTried?: number | undefined
  /** Tests trade safety after a power cut for speed. Never for data that somebody needs. */
  readonly durable: boolean
}

const STOP_PATIENCE_MS = 30_000
const PORTS_TRIED = 200

export function dataOf(home: string): string {
  return join(home, 'pg')
}

/** Makes the cluster. In a folder aside that is renamed when whole: an interrupted initdb leaves nothing half-made. */
export async function initialise(options: StartOptions, superuserPassword: string): Promise<void> {
  const fresh = join(options.home, 'pg.new')
  const passwordFile = join(options.home, 'password')
  rmSync(fresh, { recursive: true, force: true })
  writeFileSync(passwordFile, superuserPassword, { mode: 0o600 })
  if (options.account) chownSync(passwordFile, options.account.uid, options.account.gid)
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const rest = ['--no-instructions', ...(options.durable ? [] : ['--no-sync'])]
  try {
    await promisify(execFile)(
      program(options.binaries, 'initdb'),
      [`--pgdata=${fresh}`, ...locale, ...access, ...rest],
      inItsOwnWorld(options),
    )
  } finally {
    rmSync(passwordFile)
  }
  renameSync(fresh, dataOf(options.home))
}

/** Starts the postmaster on the next free port and waits until it takes connections. */
export async function startPostmaster(options: StartOptions): Promise<Postmaster> {
  const most = options.portsTried ?? PORTS_TRIED
  for (let port = options.port, tried = 0; tried < most; port += 1, tried += 1) {
    if (!(await isFree(port))) continue
    const outcome = await tryStart({ ...options, port })
    if (outcome !== 'port taken') return outcome
  }
  throw new Error(`No free port for PostgreSQL from ${options.port} to ${options.port + most - 1}.`)
}

/**
 * The postmaster that runs this cluster already, whoever started it. When there is none, whatever a killed one left
 * (its pid file, server processes still at work) is cleared away, so that nothing stops the next start.
 */
export async function findPostmaster(home: string): Promise<Postmaster | undefined> {
  for (;;) {
    const found = readPidFile(home)
    if (!found || !isPostmaster(found.pid, home)) break
    if (found.status === 'ready') return { pid: found.pid, port: found.port }
    await sleep(20) // Starting, recovering or stopping: it is one of the others soon.
  }
  for (const pid of processesIn(dataOf(home))) signal(pid, 'SIGKILL')
  while (processesIn(dataOf(home)).length > 0) await sleep(20)
  rmSync(join(dataOf(home), 'postmaster.pid'), { force: true })
  return undefined
}

/** Fast shutdown: sessions are ended, everything is written, nothing is left to recover. */
export async function stopPostmaster(home: string, pid: number): Promise<void> {
  signal(pid, 'SIGINT')
  if (await gone(pid, STOP_PATIENCE_MS)) return
  signal(pid, 'SIGQUIT')
  if (await gone(pid, STOP_PATIENCE_MS)) return
  throw new Error(`PostgreSQL (process ${pid}, ${home}) does not stop. See ${join(home, 'postgres.log')}.`)
}

/** Asks for a fast shutdown without waiting: for the last moment of a process that ends. */
export function askToStop(home: string): void {
  const found = readPidFile(home)
  if (found && isPostmaster(found.pid, home)) signal(found.pid, 'SIGINT')
}

async function tryStart(options: StartOptions): Promise<Postmaster | 'port taken'> {
  const { home } = options
  const logFile = join(home, 'postgres.log')
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.1`)
  const log = openSync(logFile, 'a', 0o600)
  const parameters = settingsOf(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // Its own session: Ctrl-C in the terminal reaches us, and we stop PostgreSQL after we have finished with it.
  const child = spawn(program(options.binaries, 'postgres'), ['-D', dataOf(home), ...parameters], {
    ...inItsOwnWorld(options),
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()
  const ended = whenEnded(child)
  for (;;) {
    const found = readPidFile(home)
    if (found?.pid === child.pid && found?.status === 'ready') return { pid: found.pid, port: found.port }
    const failure = await Promise.race([ended, sleep(10, undefined)])
    if (failure === undefined) continue
    const said = readFileSync(logFile, 'utf8')
    if (/could not bind|Address already in use/.test(said)) return 'port taken'
    throw new Error(`PostgreSQL did not start (${failure}):\n${said.trim().split('\n').slice(-8).join('\n')}`)
  }
}

function whenEnded(child: ChildProcess): Promise<string> {
  return new Promise(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, name) => resolve(name ? `signal ${name}` : `code ${code}`))
  })
}

function settingsOf(options: StartOptions): [string, string | number][] {
  const memory = Math.floor(Math.min(process.constrainedMemory() || totalmem(), totalmem()) / 2 ** 20)
  const between = (low: number, value: number, high: number) => Math.max(low, Math.min(Math.floor(value), high))
  return [
    ['listen_addresses', '127.0.0.1'],
    ['unix_socket_directories', ''],
    ['port', options.port],
    ['max_connections', 100],
    ['timezone', 'UTC'],
    ['log_timezone', 'UTC'],
    ['log_line_prefix', '%m [%p] %q%u@%d '],
    ['shared_buffers', `${between(64, memory / 8, options.durable ? 1024 : 128)}MB`],
    ['effective_cache_size', `${between(256, memory / 2, 65536)}MB`],
    ['work_mem', '32MB'],
    // A batch of an import stands in temporary tables: in memory, used up to what the batch needs.
    ['temp_buffers', '32MB'],
    ['maintenance_work_mem', `${between(64, memory / 16, 512)}MB`],
    ['max_parallel_workers', availableParallelism()],
    ['random_page_cost', 1.1],
    ['jit', 'off'],
    // One machine and no standby: a load into a new table need not be written twice.
    ['wal_level', 'minimal'],
    ['max_wal_senders', 0],
    ['max_wal_size', '2GB'],
    ...(options.durable
      ? []
      : ([
          ['fsync', 'off'],
          ['full_page_writes', 'off'],
          ['synchronous_commit', 'off'],
        ] as [string, string][])),
  ]
}

// None of the caller's PG* variables, no home folder, a working folder that every account may enter.
function inItsOwnWorld(options: StartOptions) {
  return { ...asAccount(options.account), cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } }
}

function readPidFile(home: string): { pid: number; port: number; status: string } | undefined {
  try {
    const lines = readFileSync(join(dataOf(home), 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' }
  } catch {
    return undefined
  }
}

// The number may by now be another program's: on Linux the process must stand in this very data folder.
function isPostmaster(pid: number, home: string): boolean {
  if (processStart(pid) === undefined) return false
  return process.platform !== 'linux' || processesIn(dataOf(home)).includes(pid)
}

/** Waits for a process to end; false when it has not within the patience. */
export async function gone(pid: number, patienceMs: number): Promise<boolean> {
  const until = performance.now() + patienceMs
  while (processStart(pid) !== undefined) {
    if (performance.now() > until) return false
    await sleep(10)
  }
  return true
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
