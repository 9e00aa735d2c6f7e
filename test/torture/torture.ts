// Real processes at work on the same runs, killed at random moments: two workers, the server, the provider's simulator, PostgreSQL.
// In the end what the providers did and what our books say must be the same.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { removeCluster, transaction, useCluster } from '#db'
import { newId } from '#kernel'
import { openBudgetLine, recordPayeeAccounts } from '#payments'
import { scriptOf } from '../../src/payments/providers/simulator/script.ts'
import { scratchDatabase } from '../database.ts'
import { maker, paymentTests } from '../payments.ts'
import { differences } from './compare.ts'
import { answerByFiles } from './file-providers.ts'
import { historyOf, type Place, SLOWEST_MS } from './plan.ts'

/** A cluster of its own, which may be killed: that of other tests is not touched. */
const DATA = fileURLToPath(new URL('../../.cache/torture', import.meta.url))
const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url))
const ROLES = ['worker-1', 'worker-2', 'server', 'simulator'] as const
type Role = (typeof ROLES)[number]

/** Runs tortured together on one database, by the same processes. */
export const TOGETHER = 10
const KILLS = 14
/** How long nothing may come nearer to agreement: on a busy machine everything takes longer. */
const PATIENCE_MS = 60_000

/** Leaves nothing of the cluster behind. */
export const removeTorture = () => removeCluster(DATA)

export type Tortured = { readonly kills: number; readonly differences: readonly string[] }

/** Tortures the runs of these seeds together. The first seed says when whom is killed. */
export async function torture(seeds: readonly number[]): Promise<Tortured> {
  const cluster = await useCluster({ data: DATA })
  const databases = await scratchDatabase(DATA)
  const folder = mkdtempSync(join(tmpdir(), 'socle-torture-'))
  mkdirSync(join(folder, 'inbox'))
  const ownerUrl = databases.urls.owner
  const place: Place = { ownerUrl, folder, seeds, simulatorPort: await freePort(), serverPort: await freePort() }
  const processes = new Processes(place)
  try {
    await begin(databases, seeds)
    for (const role of ROLES) processes.start(role)
    const draw = drawsOf(seeds[0]!)
    const truth = new Map<string, readonly string[]>()
    let found: readonly string[] = []
    for (const phase of ['one', 'all'] as const) {
      if (phase === 'all') writeFileSync(join(folder, 'second-phase'), '')
      await chaos(
        processes,
        draw,
        () => postmasterOf(cluster.home),
        () => answering(databases.worker, place, truth),
      )
      processes.setClocksRight()
      found = await settled(databases.worker, place, truth, phase)
      if (found.length > 0) break
    }
    return { kills: processes.kills, differences: [...found, ...processes.surprises()] }
  } finally {
    processes.end()
    await databases.close()
    await cluster.leave()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Databases = Awaited<ReturnType<typeof scratchDatabase>>

async function begin(databases: Databases, seeds: readonly number[]): Promise<void> {
  await paymentTests(databases)
  for (const { budgetLine, accounts } of seeds.map(historyOf)) {
    const line = { code: budgetLine, funder: 'State', label: 'Grant', currency: 'MAD' } as const
    await transaction(databases.app, maker, tx => openBudgetLine(tx, line, { id: newId(), amount: 10_000_000n }))
    await transaction(databases.worker, maker, tx => recordPayeeAccounts(tx, accounts))
  }
}

/** Numbers from 0 below a limit, one after the other, the same for the same seed. */
function drawsOf(seed: number) {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

async function chaos(
  processes: Processes,
  draw: (below: number) => number,
  postmaster: () => number,
  meanwhile: () => Promise<void>,
): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(150 + draw(700))
    const victim = draw(100)
    if (victim < 15) processes.killPostgres(postmaster())
    else processes.killAndStart(ROLES[draw(ROLES.length)]!, draw(100) < 15 ? [-3_600_000, 3_600_000][draw(2)]! : 0)
    await meanwhile()
  }
}

/** The file providers answer what has left, as far as the database is there to tell. */
async function answering(
  worker: Databases['worker'],
  place: Place,
  truth: Map<string, readonly string[]>,
): Promise<void> {
  await answerByFiles(worker, { seed: place.seeds[0]!, folder: place.folder }, truth).catch(() => {})
}

/** Waits until nothing is left to say and the two agree; answers in what they do not. */
async function settled(
  worker: Databases['worker'],
  place: Place,
  truth: Map<string, readonly string[]>,
  runs: 'one' | 'all',
): Promise<readonly string[]> {
  const script = scriptOf(place.seeds[0]!, SLOWEST_MS)
  let until = performance.now() + PATIENCE_MS
  let least = Number.POSITIVE_INFINITY
  let found: readonly string[] = ['nothing was compared']
  while (found.length > 0 && performance.now() < until) {
    await sleep(200)
    await answering(worker, place, truth)
    try {
      const said = Map.groupBy(await walletBooks(place), one => one.id)
      for (const [id, words] of said)
        truth.set(
          id,
          words.map(one => one.status),
        )
      const silent = [...said].filter(([id, words]) => words.length < script.fateOf(id).length)
      const all = place.seeds.map(seed => differences(worker, historyOf(seed), truth, { runs }))
      found = [...silent.map(([id]) => `${id}: the provider is not done`), ...(await Promise.all(all)).flat()]
      if (found.length < least) {
        least = found.length
        until = performance.now() + PATIENCE_MS
      }
    } catch (error) {
      found = [(error as Error).message]
    }
  }
  return found
}

async function walletBooks({ simulatorPort }: Place) {
  const response = await fetch(`http://127.0.0.1:${simulatorPort}/books`)
  return ((await response.json()) as { said: { id: string; status: string; at: number }[] }).said
}

/** What any of them may say while PostgreSQL is killed under it, or where the database held when an answer came in that very moment. */
const USUAL =
  /it pays what was paid after all|57P0[123]|08\d\d\d|ECONNREFUSED|ECONNRESET|EPIPE|25P02|terminated|connection|starting up|shutting down|recovery mode/i

class Processes {
  kills = 0
  readonly #place: Place
  readonly #running = new Map<Role, ChildProcess>()
  readonly #said: string[] = []

  constructor(place: Place) {
    this.#place = place
  }

  start(role: Role, shift = 0): void {
    const args = [PROCESS, role, JSON.stringify(this.#place), String(shift)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#running.set(role, child)
    child.stdout!.setEncoding('utf8').on('data', text => this.#said.push(...String(text).split('\n').filter(Boolean)))
    child.stderr!.setEncoding('utf8').on('data', text => this.#said.push(`${role}: ${String(text).slice(0, 500)}`))
    child.once('exit', code => {
      // Broken off by what was killed under it: a supervisor starts it again.
      if (this.#running.get(role) === child && code !== null) this.start(role, shift)
    })
  }

  killAndStart(role: Role, shift: number): void {
    const child = this.#running.get(role)
    this.#running.delete(role)
    child?.kill('SIGKILL')
    this.kills++
    this.start(role, shift)
  }

  killPostgres(pid: number): void {
    if (!Number.isInteger(pid) || pid <= 1) return
    try {
      process.kill(pid, 'SIGKILL')
      this.kills++
    } catch {
      // It is on its way up again.
    }
  }

  setClocksRight(): void {
    for (const role of ROLES) this.killAndStart(role, 0)
  }

  /** What was said that no kill explains. */
  surprises(): readonly string[] {
    return [...new Set(this.#said.filter(line => !USUAL.test(line)))].slice(0, 20)
  }

  end(): void {
    for (const [role, child] of this.#running) {
      this.#running.delete(role)
      child.kill('SIGKILL')
    }
  }
}

function postmasterOf(home: string): number {
  try {
    return Number(readFileSync(join(home, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0])
  } catch {
    return 0
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
