// The audit: acts recorded by eight writers at once, each in a transaction of its own that waits for the disk as in an
// installation, sealed meanwhile; then everything verified, chain and records.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase, removeCluster, type StaffActor, startWorker, transaction, workerActor } from '#db'
import { appendAudit, sealAudit, sealing, verifyAudit } from '#security'
import { type Benchmark, quantile, thousands, timed } from './benchmark.ts'
import { processorTime } from './processor.ts'

const WRITERS = 8
const SECONDS = 8
const clerk: StaffActor = { kind: 'staff', staffId: '0199', name: 'Zineb', territories: ['07'] }

export const benchmark: Benchmark = async ({ nation, print }) => {
  const data = mkdtempSync(join(tmpdir(), 'socle-bench-'))
  const databases = await openDatabase({ data })
  const postmaster = `port=${databases.embeddedPort}`
  try {
    await append(2)
    await append(SECONDS)
    await verify(nation ? 2_000_000 : 400_000)
  } finally {
    await databases.close()
    await removeCluster(data)
    rmSync(data, { recursive: true, force: true })
  }

  async function append(lasting: number): Promise<void> {
    const onError = (error: Error) => {
      throw error
    }
    const worker = await startWorker(databases, { tasks: [sealing], onError })
    const times: number[] = []
    const before = processorTime(postmaster)
    let longest = 0
    const watch = setInterval(async () => {
      longest = Math.max(longest, await oldestWaiting())
    }, 250)
    const { seconds } = await timed(() =>
      Promise.all(
        Array.from({ length: WRITERS }, async () => {
          const until = performance.now() + lasting * 1000
          while (performance.now() < until) times.push((await timed(record)).seconds * 1000)
        }),
      ),
    )
    clearInterval(watch)
    const spent = processorTime(postmaster).since(before, times.length)
    await worker.stop()
    const rate = thousands(times.length / seconds)
    if (lasting < SECONDS) return // Warms connections and plans.
    print(`appended by ${WRITERS} writers, a durable transaction each: ${rate} a second, ${load()}`)
    print(
      `  p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms; processor time a record: ${spent}`,
    )
    print(`  longest wait for a seal, looked at every quarter of a second: ${longest.toFixed(1)} s`)
  }

  async function oldestWaiting(): Promise<number> {
    const { rows } = await transaction(databases.worker, workerActor('bench'), tx =>
      sql<{ seconds: string }>`
        select coalesce(extract(epoch from clock_timestamp() - min(r.recorded_at)), 0)::text as seconds
        from security.audit_record r where r.position = (select min(position) from security.audit_pending)`.execute(tx),
    )
    return Number(rows[0]!.seconds)
  }

  function record(): Promise<void> {
    return transaction(databases.app, clerk, tx =>
      appendAudit(tx, {
        action: 'household.read',
        subject: { kind: 'household', id: '019b0000-0000-7000-8000-000000000001' },
        territory: '07.351.01.',
        purpose: 'examination: household page',
        detail: { fields: ['phone', 'address'] },
      }),
    )
  }

  async function verify(more: number): Promise<void> {
    const filled = await timed(() =>
      transaction(databases.worker, workerActor('bench'), tx =>
        sql`insert into security.audit_record
            (actor, actor_name, digest, action, subject_kind, subject_id, territory, purpose, detail)
          select '', '', '', 'household.read', 'household', gen_random_uuid()::text, '07.351.01.',
            'examination: household page', '{"fields": ["phone", "address"]}' from generate_series(1, ${more}::int)`.execute(
          tx,
        ),
      ),
    )
    print(`written in one set: ${thousands(more / filled.seconds)} a second`)
    const sealed = await timed(() => sealAudit(databases.worker))
    print(`sealed: ${thousands(sealed.value / sealed.seconds)} a second`)
    for (const lanes of [1, availableParallelism()]) {
      const before = processorTime(postmaster)
      const { seconds, value } = await timed(() => verifyAudit(databases.worker, { lanes }))
      const spent = processorTime(postmaster).since(before, value.records)
      if (value.findings.length > 0) throw new Error('an untouched chain was found altered')
      const rate = thousands(value.records / seconds)
      print(`verified ${thousands(value.records)} records in ${lanes} lanes: ${rate} a second, ${load()}`)
      print(`  processor time a record: ${spent}`)
    }
  }
}

function load(): string {
  return `load of the machine ${loadavg()[0]!.toFixed(1)}`
}
