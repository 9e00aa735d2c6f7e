// `npm start` as a newcomer meets it: real processes, a data folder whose path has a space and an accent, a port that is taken.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { removeCluster } from '#db'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'socle-start-'))
const data = join(folder, 'données du socle')
mkdirSync(data)
const running = new Set<ChildProcess>()
after(async () => {
  for (const child of running) child.kill('SIGKILL')
  await removeCluster(data)
  rmSync(folder, { recursive: true, force: true })
})

/** Takes a port and holds it. */
async function holdPort(): Promise<{ server: Server; port: number }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  return { server, port: address.port }
}

type Started = { child: ChildProcess; url: string; said: string; seconds: number }

/** Starts the server and waits until it says that it is ready. */
async function start(port: number, ...args: string[]): Promise<Started> {
  const began = performance.now()
  const env = { ...process.env, SOCLE_DATA: data, SOCLE_PORT: String(port), SOCLE_LOG: 'error' }
  const child = spawn(process.execPath, ['bin/socle.mjs', 'start', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let said = ''
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', piece => {
        said += piece
        const url = /Socle is ready: (http:\S+)[\s\S]*Ctrl-C stops it/.exec(said)?.[1]
        if (url) resolve({ child, url, said, seconds: (performance.now() - began) / 1000 })
      })
    }
    child.on('exit', code => {
      running.delete(child)
      reject(new Error(`the server ended with ${code} before it was ready:\n${said}`))
    })
  })
}

async function stop({ child }: Started, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, 'exit')
  child.kill(signal)
  const [code] = await ended
  return code
}

/** Signs in as a person of the demonstration and reads the console's first page. */
async function consoleOf({ url, said }: Started): Promise<string> {
  const password = /password for all: (\S+)/.exec(said)?.[1] ?? ''
  const form = new URLSearchParams({ email: 'amina@demo.socle', password, next: '/console' })
  const headers = { origin: url, 'content-type': 'application/x-www-form-urlencoded' }
  const signedIn = await fetch(`${url}/console/sign-in`, { method: 'POST', body: form, headers, redirect: 'manual' })
  assert.equal(signedIn.status, 303)
  const cookie = signedIn.headers
    .getSetCookie()
    .map(each => each.split(';')[0])
    .join('; ')
  const page = await fetch(`${url}/console`, { headers: { cookie } })
  assert.equal(page.status, 200)
  return page.text()
}

/** Processes of PostgreSQL that work in a folder (Linux). */
function postgresOf(path: string): number {
  if (!existsSync('/proc')) return 0
  return readdirSync('/proc').filter(name => {
    if (!/^\d+$/.test(name)) return false
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(path)
    } catch {
      return false
    }
  }).length
}

test('the first start fills a register, decides and pays; the next ones keep it, after kill -9 too, on a free port', async t => {
  const { server: held, port } = await holdPort()
  t.after(() => held.close())
  const first = await start(port)
  t.diagnostic(`first start: ${first.seconds.toFixed(1)} s`)
  assert.match(first.said, new RegExp(`Port ${port} is taken; using (?!${port})\\d+`))
  for (const step of ['Registering', 'Scoring', 'Deciding', 'Paying']) assert.match(first.said, new RegExp(step))
  const figures = /20[\s\u00a0\u202f]005/
  assert.match(await consoleOf(first), figures)

  await stop(first, 'SIGKILL')
  const second = await start(port)
  t.diagnostic(`second start, after kill -9: ${second.seconds.toFixed(1)} s`)
  assert.doesNotMatch(second.said, /Registering|Deciding/)
  assert.match(await consoleOf(second), figures)

  assert.equal(await stop(second, 'SIGTERM'), 0)
  assert.equal(postgresOf(data), 0)

  const third = await start(port, '--empty')
  assert.doesNotMatch(third.said, /password for all/)
  assert.equal(await stop(third, 'SIGINT'), 0)
  assert.equal(postgresOf(data), 0)
})
