// The promises of the embedded PostgreSQL, kept by real processes that are really killed.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { removeCluster } from '#db'
import { canReach, parsePasswd } from './account.ts'
import { gone } from './postmaster.ts'
import { processesIn, processStart, signal } from './process.ts'

const isRoot = process.getuid?.() === 0
const nobody = parsePasswd(existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '').find(
  one => one.name === 'nobody',
)
const needsRoot = isRoot ? false : 'only root can run a process as somebody else'

type Said = { port: number; home: string; started: boolean; ownerUrl: string; lines: string[] }
type User = { process: ChildProcess; said: Said; end(name?: NodeJS.Signals): Promise<void> }
type Account = { uid: number; gid: number }

const CLUSTER = fileURLToPath(new URL('./cluster.ts', import.meta.url))
const PROGRAM = `
  const { useCluster } = await import(${JSON.stringify(CLUSTER)})
  const lines = []
  const options = { durable: process.argv[2] === 'durable', say: line => lines.push(line) }
  const { leave, ...cluster } = await useCluster({ data: process.argv[1], ...options })
  for (const other of process.argv.slice(3)) await useCluster({ data: other, ...options })
  console.log(JSON.stringify({ ...cluster, lines }))
  process.stdin.on('data', async word => {
    if (String(word).startsWith('exit')) process.exit(0)
    await leave()
    process.exit(0)
  })`

/** A process that uses the cluster of the folder, in a process group of its own, until it is told to leave or is killed. */
async function use(data: string, as?: Account, ...more: string[]): Promise<User> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, data, ...more], {
    ...as,
    cwd: '/',
    env: { HOME: '/nonexistent', PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  children.push(child)
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  let errors = ''
  child.stderr.on('data', text => {
    errors += text
  })
  const line = await Promise.race([
    new Promise<string>(resolve => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then(() => Promise.reject(new Error(`ended before it was ready: ${errors}`))),
  ])
  return {
    process: child,
    said: JSON.parse(line) as Said,
    async end(name) {
      if (name) process.kill(name === 'SIGINT' ? -child.pid! : child.pid!, name)
      else child.stdin.write('leave')
      await ended
    },
  }
}

const children: ChildProcess[] = []
const folders: string[] = []
function folder(): string {
  const made = join(mkdtempSync(join(tmpdir(), 'socle é à ')), 'données')
  mkdirSync(made, { mode: 0o711 })
  chmodSync(dirname(made), 0o711)
  folders.push(made)
  return made
}
after(async () => {
  for (const child of children) child.kill('SIGKILL') // None is left, unless a test failed.
  for (const data of folders) {
    await removeCluster(data)
    rmSync(dirname(data), { recursive: true, force: true })
  }
})

const postmaster = (home: string) => Number(readFileSync(join(home, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0])
const isStopped = (home: string) =>
  !existsSync(join(home, 'pg', 'postmaster.pid')) && processesIn(join(home, 'pg')).length === 0

async function query(said: Said, text: string): Promise<unknown[]> {
  const client = new pg.Client(said.ownerUrl)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** Each of these leaves it stopped and sound for the next. */
const shared = folder()

test('four processes that start at once share one PostgreSQL, and the last to leave stops it', async () => {
  const users = await Promise.all([use(shared), use(shared), use(shared), use(shared)])
  assert.equal(new Set(users.map(user => user.said.port)).size, 1)
  assert.equal(users.filter(user => user.said.started).length, 1)
  const home = users[0]!.said.home
  for (const user of users.slice(0, 3)) await user.end()
  assert.ok(!isStopped(home), 'one still uses it')
  await users[3]!.end()
  assert.ok(isStopped(home))
})

test('what a killed process left running is taken over by the next one, and stopped by it', async () => {
  const first = await use(shared)
  await query(first.said, 'create table left_running as select 41 as answer')
  await first.end('SIGKILL')
  const second = await use(shared)
  assert.equal(second.said.started, false)
  assert.deepEqual(await query(second.said, 'select * from left_running'), [{ answer: 41 }])
  await second.end()
  assert.ok(isStopped(second.said.home))
})

test('a PostgreSQL killed under a process that uses it is started again by it, at the same address', async () => {
  const user = await use(shared, undefined, 'durable')
  await query(user.said, 'create table kept_under as select 43 as answer')
  const killed = postmaster(user.said.home)
  signal(killed, 'SIGKILL')
  assert.ok(await gone(killed, 10_000))
  let answer: unknown[] | undefined
  while (answer === undefined) {
    answer = await query(user.said, 'select * from kept_under').catch(error => {
      assert.notEqual(error.code, '42P01', 'the table is there')
      return undefined
    })
  }
  assert.deepEqual(answer, [{ answer: 43 }])
  assert.notEqual(postmaster(user.said.home), killed)
  await user.end()
  assert.ok(isStopped(user.said.home), 'and it still stops with its last user')
})

test('a killed PostgreSQL is there for the next process, with its data', async () => {
  const first = await use(shared, undefined, 'durable')
  await query(first.said, 'create table kept as select 42 as answer')
  signal(postmaster(first.said.home), 'SIGKILL')
  const second = await use(shared)
  assert.deepEqual(await query(second.said, 'select * from kept'), [{ answer: 42 }])
  await Promise.all([first.end(), second.end()])
  assert.ok(isStopped(second.said.home))
})

test('everything killed at once, in the middle of work, stops nothing', async () => {
  const first = await use(shared)
  const busy = new pg.Client(first.said.ownerUrl)
  const [started, cut] = [once(busy, 'notice'), once(busy, 'error')]
  await busy.connect()
  busy.query(`do $$ begin raise notice 'at work'; perform pg_sleep(60); end $$`, () => {})
  await started
  signal(postmaster(first.said.home), 'SIGKILL')
  await first.end('SIGKILL')
  const second = await use(shared)
  assert.deepEqual(await query(second.said, 'select 1 as one'), [{ one: 1 }])
  await cut
  await second.end()
})

test('a pid file that names another living program is no obstacle', async () => {
  const first = await use(shared)
  const { home, port } = first.said
  await first.end()
  const stale = [process.pid, join(home, 'pg'), 1, port, '', '127.0.0.1', '', 'ready']
  writeFileSync(join(home, 'pg', 'postmaster.pid'), `${stale.join('\n')}\n`)
  const second = await use(shared)
  assert.deepEqual(await query(second.said, 'select 1 as one'), [{ one: 1 }])
  assert.ok(processStart(process.pid), 'that program was left alone')
  await second.end()
})

test('with its port taken, PostgreSQL takes the next free one', async () => {
  const first = await use(shared)
  await first.end()
  const squatter = createServer().listen(first.said.port, '127.0.0.1')
  await new Promise(resolve => squatter.once('listening', resolve))
  const second = await use(shared)
  assert.ok(second.said.port > first.said.port)
  assert.deepEqual(await query(second.said, 'select 1 as one'), [{ one: 1 }])
  await second.end()
  squatter.close()
})

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${name} to a process that does not answer it stops PostgreSQL in order`, async () => {
    const user = await use(shared)
    const pid = postmaster(user.said.home)
    await user.end(name)
    assert.ok(await gone(pid, 10_000))
    const log = readFileSync(join(user.said.home, 'postgres.log'), 'utf8')
    assert.match(log, /received fast shutdown request[\s\S]*database system is shut down/)
  })
}

test('a signal stops both of two clusters that a process uses', async () => {
  const data = folder()
  const user = await use(shared, undefined, 'fast', data)
  const pids = [shared, data].map(each => postmaster(join(each, 'postgres')))
  await user.end('SIGTERM')
  for (const pid of pids) assert.ok(await gone(pid, 10_000))
})

test('a process that ends without leaving stops PostgreSQL all the same', async () => {
  const user = await use(shared)
  const pid = postmaster(user.said.home)
  user.process.stdin?.write('exit')
  assert.ok(await gone(pid, 10_000))
  assert.ok(isStopped(user.said.home))
})

test('the password and the data are for their owner alone', async () => {
  const user = await use(shared)
  for (const path of [
    join(shared, 'database', 'passwords.json'),
    join(shared, 'database'),
    user.said.home,
    join(user.said.home, 'pg'),
  ]) {
    assert.equal(statSync(path).mode & 0o077, 0, path)
  }
  const stranger = new URL(user.said.ownerUrl)
  stranger.password = 'guess'
  const client = new pg.Client(stranger.href)
  await assert.rejects(client.connect(), /password authentication failed/)
  await user.end()
})

test('root, in a folder that nobody else can enter: the database lives outside, is found again and is removed', {
  skip: needsRoot,
}, async () => {
  const data = folder()
  chmodSync(dirname(data), 0o700)
  const first = await use(data)
  const { home, lines } = first.said
  assert.ok(!home.startsWith(data))
  assert.ok(
    lines.some(line => line.includes(home)),
    'the place is said',
  )
  assert.notEqual(statSync(home).uid, 0)
  assert.equal(statSync(home).mode & 0o077, 0)
  await query(first.said, 'create table kept as select 42 as answer')
  await first.end()
  const second = await use(data)
  assert.equal(second.said.home, home)
  assert.deepEqual(await query(second.said, 'select * from kept'), [{ answer: 42 }])
  assert.equal(await removeCluster(data), 'in use')
  await second.end()
  assert.equal(await removeCluster(data), 'removed')
  assert.ok(!existsSync(home))
})

const cannotTryAsNobody =
  needsRoot ||
  (nobody && canReach(nobody, dirname(CLUSTER)) && canReach(nobody, dirname(process.execPath))
    ? false
    : 'nobody cannot enter this checkout')

test('an ordinary user starts it, and root after that, as that user', { skip: cannotTryAsNobody }, async () => {
  const data = folder()
  chownSync(data, nobody!.uid, nobody!.gid)
  const asUser = await use(data, { uid: nobody!.uid, gid: nobody!.gid })
  await query(asUser.said, 'create table kept as select 42 as answer')
  const both = await use(data)
  assert.equal(both.said.started, false)
  await asUser.end()
  await both.end()
  const asRoot = await use(data)
  assert.equal(asRoot.said.started, true)
  await asRoot.end()
  const again = await use(data, { uid: nobody!.uid, gid: nobody!.gid })
  assert.deepEqual(await query(again.said, 'select * from kept'), [{ answer: 42 }])
  await again.end()
})

test('what root made, an ordinary user is told he cannot start', { skip: cannotTryAsNobody }, async () => {
  const data = folder()
  const asRoot = await use(data)
  await asRoot.end()
  await assert.rejects(use(data, { uid: nobody!.uid, gid: nobody!.gid }), /belongs to user 0/)
})
