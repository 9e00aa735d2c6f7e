// A register frozen: households registered as always, multiplied in place up to the size asked, then read into files. Of one size
// the month goes on: decided, and what is owed recorded.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Databases, transaction, workerActor } from '#db'
import {
  type ModelledHousehold,
  modelHouseholds,
  readHouseholdModel,
  registerHouseholds,
  type Snapshot,
  takeSnapshot,
} from '#households'
import type { DateText, Month } from '#kernel'
import { determine, entitle } from '#programmes'
import { scratchDatabase } from '../test/database.ts'
import { type Benchmark, type Measured, memoryHeld, thousands, timed } from './benchmark.ts'

const country = openCountry('ma')
const SEEDS = 20_000
const BATCH = 2_000
const THREADS = 2

export const benchmark: Benchmark = async ({ nation, row }) => {
  const databases = await scratchDatabase()
  try {
    await registerSeeds(databases)
    let held = SEEDS
    for (const households of nation ? [500_000, 1_000_000, 2_000_000, 5_500_000] : [SEEDS, 100_000]) {
      await grow(databases, held, households)
      held = households
      for (const measured of await measure(databases, households, households === (nation ? 2_000_000 : 100_000)))
        row(measured)
    }
  } finally {
    await databases.close()
  }
}

async function registerSeeds({ worker }: Databases): Promise<void> {
  const model = readHouseholdModel(fileURLToPath(new URL('../packs/ma', import.meta.url)))
  const from = {
    country: 'ma',
    source: 'bench',
    channel: 'generated',
    actor: 'bench',
    effectiveOn: '2026-01-01' as DateText,
    modelled: true,
    head: { fact: 'relation', code: 'head' },
  } as const
  const register = (batch: readonly ModelledHousehold[]) =>
    transaction(worker, workerActor('bench'), tx => registerHouseholds(tx, from, batch))
  for (let at = 0; at < SEEDS; at += BATCH) {
    await register([...modelHouseholds(model, { seed: 7, from: at, to: Math.min(at + BATCH, SEEDS) })])
  }
}

/**
 * Copies the first households under new ids until there are as many as asked: what a snapshot reads, and no more (persons
 * are as many as there were seeds). Triggers that audit and notify are left out; keys and indexes are not.
 */
async function grow({ owner }: Databases, held: number, households: number): Promise<void> {
  const triggers = (state: 'enable' | 'disable') =>
    transaction(owner, workerActor('bench'), async tx => {
      for (const table of ['household', 'declaration']) {
        await sql.raw(`alter table households.${table} ${state} trigger user`).execute(tx)
      }
    })
  await triggers('disable')
  const [ofHousehold, ofDeclaration] = await Promise.all([columns(owner, 'household'), columns(owner, 'declaration')])
  for (let at = held; at < households; at += SEEDS) {
    const household = ofHousehold({ id: 'copy', source: `'bench ${at}'` })
    const declaration = ofDeclaration({ household_id: 'copy', id: 'uuidv7()' })
    await transaction(owner, workerActor('bench'), tx =>
      sql`
        with seed as materialized (
          select h.*, uuidv7() as copy from households.household h
          where source = 'bench' order by id limit ${Math.min(SEEDS, households - at)}
        ), copied as (
          insert into households.household (${household.names}) select ${household.values} from seed h
        )
        insert into households.declaration (${declaration.names}) select ${declaration.values}
        from seed h join households.declaration d on d.household_id = h.id`.execute(tx),
    )
  }
  await triggers('enable')
  await transaction(owner, workerActor('bench'), tx =>
    sql`analyze households.household, households.declaration`.execute(tx),
  )
}

/** The columns of a table, and what a copy has in them: the same, but for some. */
async function columns(owner: Databases['owner'], table: 'household' | 'declaration') {
  const { rows } = await transaction(owner, workerActor('bench'), tx =>
    sql<{ name: string }>`
      select attname as name from pg_attribute
      where attrelid = ${`households.${table}`}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`.execute(
      tx,
    ),
  )
  const alias = table === 'household' ? 'h' : 'd'
  return (other: Readonly<Record<string, string>>) => ({
    names: sql.raw(rows.map(({ name }) => name).join(', ')),
    values: sql.raw(rows.map(({ name }) => other[name] ?? `${alias}.${name}`).join(', ')),
  })
}

async function measure(databases: Databases, households: number, owed: boolean): Promise<Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-snapshot-'))
  try {
    const asked = { country, folder, effectiveOn: '2026-12-01' as DateText, threads: THREADS }
    const { seconds, value } = await timed(() => takeSnapshot(databases, asked))
    if (!value.ok) throw new Error(value.refusal.code)
    const { households: written, members, files } = value.value.manifest
    if (written !== households) throw new Error(`${written} households written of ${households}`)
    const mebibytes = files.reduce((sum, file) => sum + file.bytes, 0) / 2 ** 20
    const frozen: Measured = {
      what: `frozen into files, ${THREADS} threads`,
      size: [households, 'households'],
      seconds,
      memory: memoryHeld(),
      beside: `${thousands(members)} members, ${thousands(mebibytes)} MiB of files`,
    }
    return owed ? [frozen, ...(await month(databases, value.value))] : [frozen]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A month of a programme whose households enter by themselves: enrolled, and what is owed to each. */
async function month(databases: Databases, snapshot: Snapshot): Promise<Measured[]> {
  const asked = { country, pack: 'ma/asd', month: '2026-12' as Month, askedBy: 'bench', snapshot }
  const run = await determine(databases, asked, { threads: THREADS })
  if (!run.ok) throw new Error(run.refusal.code)
  const request = { country, runId: run.value.id, askedBy: 'bench' }
  const measured: Measured[] = []
  for (const what of ['enrolled, and what is owed recorded', 'the same again: nothing new']) {
    const { seconds, value } = await timed(() => entitle(databases.worker, request))
    if (!value.ok) throw new Error(value.refusal.code)
    const { added, standing } = value.value
    const size = [added + standing, 'entitlements'] as const
    measured.push({ what, size, seconds, memory: memoryHeld(), beside: `${thousands(added)} added` })
  }
  return measured
}
