// Matching, on generated records with truth: how well, at the threshold chosen without it, and how long.
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type Database, openDatabase, removeCluster, type StaffActor, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { findCandidates, matchRegister, nameKey, type RegisteredPerson, refreshMatchKeys } from '#population'
import { matchGenerated } from '../test/matching/generated.ts'
import { historicalRecords } from '../test/matching/historical-records.ts'
import { moroccanRecords } from '../test/matching/moroccan-records.ts'
import { type Generated, personRecords } from '../test/matching/person-records.ts'
import { type Benchmark, quantile, thousands, timed } from './benchmark.ts'

export const benchmark: Benchmark = async ({ nation, print }) => {
  const clean = { seed: 41, originals: 5000, most: 1, share: 1, modified: { perField: 2, perRecord: 4 } }
  const worn = { seed: 42, originals: 2000, most: 5, share: 0.9, modified: { perField: 3, perRecord: 10 } }
  await measure('clean, two files', personRecords(clean), row => row[0]!.endsWith('org'))
  await measure('up to five copies', personRecords(worn))
  await measure('Moroccan, two scripts', moroccanRecords({ seed: 43, families: 2500, again: 0.5 }), row =>
    row[0]!.startsWith('A'),
  )
  const historical = { seed: 44, persons: nation ? 5000 : 1000, most: 20, missing: 0.25 }
  await measure('historical', historicalRecords(historical))
  if (nation) await measure('a large register', moroccanRecords({ seed: 45, families: 200_000, again: 0.25 }))

  await registration(nation ? 1_000_000 : 60_000)

  async function registration(size: number): Promise<void> {
    const data = mkdtempSync(join(tmpdir(), 'socle-bench-'))
    const databases = await openDatabase({ data })
    try {
      const rows = await fillRegister(databases.worker, size)
      const keys = await timed(() => refreshMatchKeys(databases.worker))
      print(`keys of ${thousands(keys.value)} persons: ${thousands(keys.value / keys.seconds)} a second`)
      const whole = await timed(() => matchRegister(databases.worker, 'ma'))
      print(`the whole register against itself: ${whole.seconds.toFixed(0)} s, ${thousands(whole.value.pairs)} pairs`)
      const times: number[] = []
      let known = 0
      for (const row of rows.filter((_, at) => at % Math.ceil(rows.length / 300) === 0)) {
        const ask = () => transaction(databases.app, clerk, tx => findCandidates(tx, 'ma', asked(row)))
        const { seconds, value } = await timed(ask)
        times.push(seconds * 1000)
        if (value.ok && value.value.some(({ person }) => person === row.id)) known++
      }
      const ms = (at: number) => quantile(times, at).toFixed(1)
      print(
        `candidates at registration among ${thousands(rows.length)} persons: p50 ${ms(0.5)} ms, p95 ${ms(0.95)} ms, ` +
          `${known} of ${times.length} found, load of the machine ${loadavg()[0]!.toFixed(1)}`,
      )
    } finally {
      await databases.close()
      await removeCluster(data)
      rmSync(data, { recursive: true, force: true })
    }
  }

  async function measure(
    name: string,
    generated: Generated,
    isFirst?: (row: readonly string[]) => boolean,
  ): Promise<void> {
    const before = process.cpuUsage()
    const { measures, matching } = await matchGenerated(generated, isFirst)
    const { user, system } = process.cpuUsage(before)
    const { precision, recall, f1 } = measures.automatic
    const shown = (value: number) => value.toFixed(4)
    print(
      `${name}: ${thousands(generated.rows.length)} records, precision ${shown(precision)}, recall ${shown(recall)}, F1 ${shown(f1)} ` +
        `(best ${shown(measures.best.f1)}); ${thousands(matching.report.compared)} pairs compared, ` +
        `${((user + system) / 1e6).toFixed(1)} s of processor, load of the machine ${loadavg()[0]!.toFixed(1)}`,
    )
  }
}

const clerk: StaffActor = { kind: 'staff', staffId: '0199', name: 'Zineb', territories: [''] }

type Row = { id: string; given: string; family: string; sex: string; born: string; territory: string }

/** Modelled persons of Morocco, put straight into the register: its own ways in are measured elsewhere. */
async function fillRegister(worker: Database, size: number): Promise<Row[]> {
  const generated = moroccanRecords({ seed: 46, families: Math.ceil(size / 5), again: 0.25 })
  const isDay = (text: string) => /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/.test(text)
  const rows = generated.rows.slice(0, size).map(([, given, family, sex, born], at) => ({
    ...{ id: newId() as string, given: given!, family: family!, sex: sex === 'F' ? 'female' : 'male' },
    ...{
      born: isDay(born!) ? born! : '1980-01-01',
      territory: territoryOf(generated.person[at]!),
    },
  }))
  for (let at = 0; at < rows.length; at += 20_000) {
    const some = rows.slice(at, at + 20_000).map(row => ({ ...row, key: nameKey(row.given, row.family) }))
    await transaction(worker, workerActor('bench'), tx =>
      sql`insert into population.person (id, country, territory, given_name, family_name, name_key, sex, birth_date,
            birth_precision, source, modelled, recorded_by)
          select id, 'ma', territory, given, family, key, sex, born, 'day', 'bench', true, 'bench'
          from jsonb_to_recordset(${JSON.stringify(some)}::jsonb)
            as r (id uuid, territory text, given text, family text, key text, sex text, born date)`.execute(tx),
    )
  }
  return rows
}

/** A family lives in one commune. */
function territoryOf(person: string): string {
  const family = Number(person.split('-')[0])
  return `${String(1 + (family % 12)).padStart(2, '0')}.${100 + (family % 75)}.${family % 1500}.`
}

function asked(row: Row): RegisteredPerson {
  return {
    ...{ id: newId(), territory: row.territory, givenName: row.given, familyName: row.family, sex: row.sex },
    ...{ givenNameAr: null, familyNameAr: null, birthDate: row.born, birthPrecision: 'day', phoneIndex: null },
  }
}
