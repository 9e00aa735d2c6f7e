// A register to measure on: modelled families of Morocco brought in by the import, keys and pairs with them. Kept in a folder,
// it is filled once; a fill that was stopped goes on where it was, since what is known is left alone.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type Databases, openDatabase, removeCluster, transaction, workerActor } from '#db'
import { analyzeRegister, importHouseholds, type ModelledHousehold, modelHouseholds, openTable } from '#households'
import type { DateText } from '#kernel'
import { keepTestKeys } from '../test/database.ts'
import { thousands, timed } from './benchmark.ts'
import { country, model, writeHouseholds } from './household-files.ts'

const operator = workerActor('bench')
const SEED = 11

type Filled = {
  readonly households: number
  /** The folder where the register stays; without one it is filled anew and removed. */
  readonly keep: string | undefined
  readonly print: (line: string) => void
}

/** Hands over a register of so many households, and closes it. */
export async function withRegister(
  { households, keep, print }: Filled,
  use: (databases: Databases) => Promise<void>,
): Promise<void> {
  const data = keep ?? mkdtempSync(join(tmpdir(), 'socle-bench-'))
  mkdirSync(data, { recursive: true })
  const databases = await openDatabase({ data })
  keepTestKeys(databases)
  try {
    if (existsSync(join(data, 'files')) || (await countOf(databases, 'households.household')) < households) {
      const { seconds } = await timed(() => fill(databases, households, join(data, 'files')))
      print(`filled by the import in ${seconds.toFixed(0)} s`)
    }
    print(`${thousands(await countOf(databases, 'population.person'))} persons`)
    await use(databases)
  } finally {
    await databases.close()
    if (keep === undefined) {
      await removeCluster(data)
      rmSync(data, { recursive: true, force: true })
    }
  }
}

async function countOf({ owner }: Databases, table: string): Promise<number> {
  const { rows } = await transaction(owner, operator, tx =>
    sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(tx),
  )
  return rows[0]!.n
}

async function fill({ worker }: Databases, count: number, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const files = await writeHouseholds(folder, 'register', () => named(count))
  const asked = {
    country,
    households: await openTable(files.households),
    members: await openTable(files.members),
    source: 'bench',
    effectiveOn: '2026-01-01' as DateText,
    askedBy: 'bench',
    dryRun: false,
  }
  const result = await importHouseholds(worker, asked, {
    onRead: () => {},
    onResume: () => {},
    onReject: async () => {},
    onRegistered: () => {},
    signal: new AbortController().signal,
  })
  if (!result.ok) throw new Error(JSON.stringify(result))
  await transaction(worker, operator, analyzeRegister)
  rmSync(folder, { recursive: true })
}

function* named(count: number): Iterable<ModelledHousehold> {
  let at = 0
  for (const household of modelHouseholds(model, { seed: SEED, from: 0, to: count }))
    yield withRareNames(household, at++)
}

const SYLLABLES = 'ba ben bou dra fel gha had jel kou lam mer nou ous raz sab tah wal yaz zem chi'.split(' ')
/** A name of three or four syllables, another one for each number. */
function inventedName(number: number): string {
  let name = ''
  for (let left = number * 7919 + 8000; left > 0; left = Math.floor(left / 20)) name += SYLLABLES[left % 20]
  return name[0]!.toUpperCase() + name.slice(1)
}

/** Of one family in eight the name is invented, so that there are as many rare names as a country has. */
function withRareNames(household: ModelledHousehold, at: number): ModelledHousehold {
  if (at % 8 > 0) return household
  const name = { familyName: inventedName(at), familyNameAr: undefined }
  return { ...household, members: household.members.map(member => ({ ...member, ...name })) }
}
