import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { type Databases, startWorker, type Transaction, transaction, workerActor } from '#db'
import { appendAudit, sealAudit, sealing, verifyAudit } from '#security'
import { testDatabase } from '../../test/database.ts'

const actor = workerActor('test')
const record = (tx: Transaction, id: string) =>
  appendAudit(tx, { action: 'household.read', subject: { kind: 'household', id }, purpose: 'examination' })
const append = ({ app }: Databases, id: string) => transaction(app, actor, tx => record(tx, id))

async function seals({ worker }: Databases): Promise<{ positions: string; total: bigint }[]> {
  const { rows } = await transaction(worker, actor, tx =>
    sql<{ positions: string; total: bigint }>`
      select positions::text as positions, total from security.audit_seal order by number`.execute(tx),
  )
  return rows
}

/** An open transaction that holds a position, and commits or gives up when told. */
function opened({ app }: Databases, id: string) {
  const held = Promise.withResolvers<void>()
  const told = Promise.withResolvers<'commit' | 'roll back'>()
  const ended = transaction(app, actor, async tx => {
    await record(tx, id)
    held.resolve()
    if ((await told.promise) === 'roll back') throw new Error('given up')
  }).catch(error => assert.match(String(error), /given up/))
  return {
    held: held.promise,
    async end(how: 'commit' | 'roll back') {
      told.resolve(how)
      await ended
    },
  }
}

/** What must hold whatever happened: all that was committed is sealed once, and the chain is good. */
async function assertSealed(databases: Databases, committed: number): Promise<void> {
  const { records, findings, waiting } = await verifyAudit(databases.worker)
  assert.deepEqual({ records, findings, waiting: waiting.records }, { records: committed, findings: [], waiting: 0 })
  const { rows } = await transaction(databases.worker, actor, tx =>
    sql<{ written: number; covered: number }>`
      select (select count(*)::int from security.audit_record) as written,
        (select coalesce(sum(upper(run) - lower(run)), 0)::int
          from unnest((select range_agg(positions) from security.audit_seal)) as run) as covered`.execute(tx),
  )
  assert.deepEqual(rows, [{ written: committed, covered: committed }])
}

test('a transaction that commits late is sealed late, and one that gives up never', async t => {
  const databases = await testDatabase(t)
  const [late, never] = [opened(databases, 'late'), opened(databases, 'never')]
  await late.held
  await never.held
  await append(databases, 'early')
  assert.equal(await sealAudit(databases.worker), 1)
  await late.end('commit')
  await never.end('roll back')
  await append(databases, 'after')
  assert.equal(await sealAudit(databases.worker), 2)
  assert.equal(await sealAudit(databases.worker), 0)
  const [first, second] = await seals(databases)
  assert.match(first!.positions, /^\{\[3,4\)\}$/)
  assert.match(second!.positions, /^\{\[[12],[23]\),\[4,5\)\}$/)
  await assertSealed(databases, 3)
})

test('eight write at once, some give up, two seal meanwhile: nothing is lost', { timeout: 120_000 }, async t => {
  const databases = await testDatabase(t)
  const done = new AbortController()
  const sealer = async () => {
    while (!done.signal.aborted) await sealAudit(databases.worker, undefined, 7)
  }
  const sealers = [sealer(), sealer()]
  let committed = 0
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 40; n += 1) {
        const gives = (n * 7 + writer) % 5 === 0
        const work = transaction(databases.app, actor, async tx => {
          await record(tx, `${writer}-${n}`)
          if (n % 3 === 0) await record(tx, `${writer}-${n} again`)
          if (gives) throw new Error('given up')
        })
        await work.then(
          () => (committed += n % 3 === 0 ? 2 : 1),
          error => assert.match(String(error), /given up/),
        )
      }
    }),
  )
  done.abort()
  await Promise.all(sealers)
  await sealAudit(databases.worker)
  await assertSealed(databases, committed)
})

test('the worker seals by itself, within five seconds of the commit', async t => {
  const databases = await testDatabase(t)
  const errors: Error[] = []
  const worker = await startWorker(databases, { tasks: [sealing], onError: error => errors.push(error) })
  try {
    await append(databases, 'h1')
    const deadline = performance.now() + 5000
    let sealed = 0
    while (sealed === 0 && performance.now() < deadline) sealed = (await seals(databases)).length
    assert.equal(sealed, 1)
    await assertSealed(databases, 1)
  } finally {
    await worker.stop()
  }
  assert.deepEqual(errors, [])
})

// Seals two records, and stays in that transaction.
const HANGING = `
  import { sql } from 'kysely'
  import { databasesOf, transaction, workerActor } from '#db'
  const { worker } = databasesOf(JSON.parse(process.argv[1]), undefined, async () => {})
  await transaction(worker, workerActor('hanging'), async tx => {
    await sql\`select security.seal_audit(2)\`.execute(tx)
    process.stdout.write('sealing')
    await new Promise(() => setInterval(() => {}, 1000))
  })`

test('a sealer killed midway has sealed nothing, and the next one seals all', async t => {
  const databases = await testDatabase(t)
  for (const id of ['a', 'b', 'c']) await append(databases, id)
  for (let round = 0; round < 2; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', HANGING, JSON.stringify(databases.urls)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    assert.equal(await sealAudit(databases.worker), 0, 'one at a time')
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const deadline = performance.now() + 10_000
  let count = 0
  while (count === 0 && performance.now() < deadline) count = await sealAudit(databases.worker)
  assert.deepEqual(await seals(databases), [{ positions: '{[1,4)}', total: 3n }])
  await assertSealed(databases, 3)
})

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('open' as const) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(9), commit: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('set' as const), count: fc.integer({ min: 1, max: 9 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('seal' as const), most: fc.integer({ min: 1, max: 6 }) }) },
  ),
  { maxLength: 25 },
)

test('whatever the order of writing, giving up and sealing, all is sealed and any change is found', {
  timeout: 170_000,
}, async t => {
  const databases = await testDatabase(t)
  let committed = 0
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (sequence, victim) => {
      const open: ReturnType<typeof opened>[] = []
      const end = async (one: ReturnType<typeof opened>, commit: boolean) => {
        await one.end(commit ? 'commit' : 'roll back')
        if (commit) committed += 1
      }
      for (const step of sequence) {
        if (step.do === 'seal') await sealAudit(databases.worker, undefined, step.most)
        else if (step.do === 'set') committed += await appendMany(databases, step.count)
        else if (step.do === 'end' && open.length > 0) {
          await end(open.splice(step.which % open.length, 1)[0]!, step.commit)
        } else if (step.do === 'open' && open.length < 6) {
          const one = opened(databases, 'h')
          await one.held
          open.push(one)
        }
      }
      for (const one of open) await end(one, true)
      await sealAudit(databases.worker)
      await assertSealed(databases, committed)
      if (committed > 0) await assertFound(databases, victim % committed)
    }),
    { numRuns: 12, endOnFailure: true },
  )
})

async function appendMany({ worker }: Databases, count: number): Promise<number> {
  await transaction(worker, actor, tx =>
    sql`insert into security.audit_record (actor, actor_name, digest, action, subject_kind, subject_id, purpose)
      select '', '', '', 'household.read', 'household', n::text, 'many' from generate_series(1, ${count}::int) as n`.execute(
      tx,
    ),
  )
  return count
}

/** Alters the nth record and back. */
async function assertFound(databases: Databases, nth: number): Promise<void> {
  const renamed = async (from: string, to: string) => {
    const { rows } = await transaction(databases.owner, actor, async tx => {
      await sql`alter table security.audit_record disable trigger user`.execute(tx)
      const answer = await sql<{ position: bigint }>`
        update security.audit_record set subject_kind = replace(subject_kind, ${from}, ${to})
        where position = (select position from security.audit_record order by position offset ${nth} limit 1)
        returning position`.execute(tx)
      await sql`alter table security.audit_record enable trigger user`.execute(tx)
      return answer
    })
    return rows[0]!.position
  }
  const position = await renamed('household', 'person')
  const { findings } = await verifyAudit(databases.worker)
  assert.deepEqual(
    findings.map(one => [one.kind, 'position' in one && one.position]),
    [['record_altered', position]],
  )
  await renamed('person', 'household')
}

const sealed = await testDatabase()
await append(sealed, 'h')
await sealAudit(sealed.worker)

for (const role of ['app', 'worker', 'owner'] as const) {
  for (const attempt of [
    'update security.audit_seal set total = 0',
    'delete from security.audit_seal',
    'truncate security.audit_seal',
  ]) {
    test(`${role} cannot: ${attempt}`, async () => {
      await assert.rejects(
        transaction(sealed[role], actor, tx => sql.raw(attempt).execute(tx)),
        /permission denied|append-only/,
      )
    })
  }
}

for (const [role, attempt] of [
  ['app', 'select security.seal_audit(1)'],
  ['app', 'select * from security.audit_seal'],
  ['app', 'select * from security.audit_pending'],
  ['app', "insert into security.audit_pending values (9, sha256(''))"],
  ['worker', "insert into security.audit_pending values (9, sha256(''))"],
  ['worker', 'delete from security.audit_pending'],
  ['worker', 'insert into security.audit_seal select * from security.audit_seal'],
] as const) {
  test(`${role} may not: ${attempt}`, async () => {
    await assert.rejects(
      transaction(sealed[role], actor, tx => sql.raw(attempt).execute(tx)),
      /permission denied/,
    )
  })
}
