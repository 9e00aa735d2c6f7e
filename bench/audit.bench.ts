// The audit: acts recorded by eight writers at once, each in a transaction of its own that waits for the disk as in an
// installation, sealed meanwhile; then everything verified, chain and records.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase, removeCluster, type StaffActor, startWorker, transaction, workerActor } from '#db'
import { appendAudit, sealAudit, sealing, verifyAudit } from '#security'
import { type Benchmark, quantile, thousands, timed } from './benchmark.ts'

const WRITERS = 8
const SECONDS = 8
const clerk: StaffActor = { kind: 'staff', staffId: '0199', name: 'Zineb', territories: ['07'] }

export const benchmark: Benchmark = async ({ nation, print }) => {
  const data = mkdtempSync(join(tmpdir(), 'socle-bench-'))
  const databases = await openDatabase({ data })
  try {
    await append()
    await verify(nation ? 2_000_000 : 400_000)
  } finally {
    await databases.close()
    await removeCluster(data)
    rmSync(data, { recursive: true, force: true })
  }

  async function append(): Promise<void> {
    const onError = (error: Error) => {
      throw error
    }
    const worker = await startWorker(databases, { tasks: [sealing], onError })
    const times: number[] = []
    const { seconds } = await timed(() =>
      Promise.all(
        Array.from({ length: WRITERS }, async () => {
          const until = performance.now() + SECONDS * 1000
          while (performance.now() < until) times.push((await timed(record)).seconds * 1000)
        }),
      ),
    )
    await worker.stop()
    const rate = thousands(times.length / seconds)
    print(`appended by ${WRITERS} writers, a durable transaction each: ${rate} a second, ${load()}`)
    print(`  p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`)
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
      const { seconds, value } = await timed(() => verifyAudit(databases.worker, { lanes }))
      if (value.findings.length > 0) throw new Error('an untouched chain was found altered')
      const rate = thousands(value.records / seconds)
      print(`verified ${thousands(value.records)} records in ${lanes} lanes: ${rate} a second, ${load()}`)
    }
  }
}

function load(): string {
  return `load of the machine ${loadavg()[0]!.toFixed(1)}`
}
