// Search and candidates over a register of a hundred thousand persons, or of a million (`--nation`). Modelled families of
// Morocco; of one in eight the family name is invented, so that there are as many rare names as a country has.
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { type Databases, openDatabase, removeCluster, type StaffActor, transaction, workerActor } from '#db'
import {
  analyzeRegister,
  type ModelledHousehold,
  modelHouseholds,
  readHouseholdModel,
  registerHouseholds,
  searchHouseholds,
} from '#households'
import { type DateText, type Id, newId } from '#kernel'
import { drawWaiting, issueNumbers, nameQuery, numbersOf, phonesOf, recordDocument } from '#population'
import { keepTestKeys } from '../test/database.ts'
import { type Benchmark, quantile, thousands, timed } from './benchmark.ts'
import { measureCandidates } from './candidates.ts'
import { onProcessor } from './processor.ts'

const model = readHouseholdModel(fileURLToPath(new URL('../packs/ma', import.meta.url)))
const operator = workerActor('bench')
const REGION = '07'
const GRANTS = { '': 'whole country', [REGION]: `region ${REGION}` }
/** What the register promises at a million persons, on two cores. */
const MOST_MS = 80
const ROUNDS = 100
const WARM = 5

const clerk = (territory: string): StaffActor => ({
  kind: 'staff',
  staffId: newId(),
  name: 'Bench',
  territories: [territory],
})

const SYLLABLES = 'ba ben bou dra fel gha had jel kou lam mer nou ous raz sab tah wal yaz zem chi'.split(' ')
/** A name of three or four syllables, another one for each number. */
function inventedName(number: number): string {
  let name = ''
  for (let left = number * 7919 + 8000; left > 0; left = Math.floor(left / 20)) name += SYLLABLES[left % 20]
  return name[0]!.toUpperCase() + name.slice(1)
}

function withRareNames(household: ModelledHousehold, at: number): ModelledHousehold {
  if (at % 8 > 0) return household
  const named = { familyName: inventedName(at), familyNameAr: undefined }
  return { ...household, members: household.members.map(member => ({ ...member, ...named })) }
}

async function fill({ worker, owner }: Databases, households: number): Promise<number> {
  const provenance = {
    country: 'ma',
    source: 'bench',
    channel: 'generated',
    actor: 'bench',
    modelled: true,
    effectiveOn: '2026-01-01' as DateText,
    head: { fact: 'relation', code: 'head' },
  } as const
  for (let from = 0; from < households; from += 2000) {
    const range = { seed: 11, from, to: Math.min(households, from + 2000) }
    const batch = [...modelHouseholds(model, range)].map((each, at) => withRareNames(each, from + at))
    await transaction(worker, operator, tx => registerHouseholds(tx, provenance, batch))
  }
  await transaction(worker, operator, analyzeRegister)
  const { rows } = await transaction(owner, operator, tx =>
    sql<{ persons: number }>`select count(*)::int as persons from population.person`.execute(tx),
  )
  return rows[0]!.persons
}

type Sample = {
  readonly person: Id<'Person'>
  readonly sourceId: string
  readonly given: string
  readonly family: string
  readonly familyAr: string | null
}

async function samplesOf({ worker }: Databases): Promise<Sample[]> {
  const { rows } = await transaction(worker, operator, tx =>
    sql<Sample>`
      select p.id as person, m.source_id as "sourceId", p.given_name as given, p.family_name as family, p.family_name_ar as "familyAr"
      from households.published_member m join population.person p on p.id = m.person_id
      where p.territory like ${`${REGION}.%`} and p.given_name is not null and p.family_name is not null
      order by md5(p.id::text) limit 4000`.execute(tx),
  )
  return rows
}

/** What people type, by kind; every person lives in the region, so that each search finds something under either grant. */
async function textsOf(databases: Databases): Promise<Record<string, readonly string[]>> {
  const { worker } = databases
  const people = await samplesOf(databases)
  const some = people.slice(0, ROUNDS)
  const ids = some.map(({ person }) => person)
  await drawWaiting(worker, { country: 'ma', length: 10, waiting: 20_000 })
  await transaction(worker, operator, tx => issueNumbers(tx, ids))
  const numbers = await transaction(worker, operator, tx => numbersOf(tx, ids))
  const calls = people.map(({ person }) => person)
  const phones = await transaction(worker, operator, tx => phonesOf(tx, calls))
  const documents = ids.map((_, at) => `BX${100_000 + at}`)
  await transaction(worker, operator, async tx => {
    for (const [at, number] of documents.entries()) {
      const paper = { id: newId<'PersonDocument'>(), type: 'national_id', number, issuer: null } as const
      const shown = { source: 'desk', evidence: null }
      await recordDocument(tx, ids[at]!, { ...paper, issuedOn: null, expiresOn: null }, shown)
    }
  })
  return {
    'common given name': ['Mohamed', 'Fatima', 'Ahmed', 'Khadija', 'Youssef'],
    'common family name': ['Alaoui', 'Idrissi', 'Bennani'],
    'full name': some.map(({ given, family }) => `${given} ${family}`),
    'rare family name': people.filter(({ familyAr }) => familyAr === null).map(({ family }) => family),
    'name in Arabic': ['محمد', 'العلوي', 'فاطمة العلوي', 'محمد بناني', 'خديجة'],
    'other spelling': ['Mouhamed Alawi', "M'hamed El Idrissi", 'Yusuf Benani', 'Fatma Ben Jelloun', 'Khadidja Alawi'],
    'beginning of a name': ['Moha', 'Fat', 'Abde', 'Ben', 'Ala'],
    nobody: ['Zzyzx Qwfp'],
    'file number': some.map(({ sourceId }) => sourceId),
    'unique number': numbers.map(({ number }) => number),
    document: documents,
    telephone: [...phones.values()],
  }
}

export const benchmark: Benchmark = async ({ nation, print }) => {
  const data = mkdtempSync(join(tmpdir(), 'socle-bench-'))
  const databases = await openDatabase({ data })
  keepTestKeys(databases)
  try {
    const { seconds, value: persons } = await timed(() => fill(databases, nation ? 253_000 : 25_300))
    print(`${thousands(persons)} persons registered in ${seconds.toFixed(0)} s, load of the machine ${load()}`)
    await measureSearches(databases, print)
    await measureCandidates(databases, { grants: GRANTS, clerk, print })
  } finally {
    await databases.close()
    await removeCluster(data)
    rmSync(data, { recursive: true, force: true })
  }
}

export async function measureSearches(databases: Databases, print: (line: string) => void): Promise<void> {
  for (const [kind, asked] of Object.entries(await textsOf(databases))) {
    for (const [territory, grant] of asked.length > 0 ? Object.entries(GRANTS) : []) {
      print(await measure(databases, { kind: `${kind}, ${grant}`, asked, territory }))
    }
  }
}

const load = () => loadavg()[0]!.toFixed(1)

type Measured = { readonly kind: string; readonly asked: readonly string[]; readonly territory: string }

async function measure(databases: Databases, { kind, asked, territory }: Measured): Promise<string> {
  const times: number[] = []
  const spent: number[] = []
  let found = 0
  const actor = clerk(territory)
  const once = async (round: number) => {
    const search = { country: 'ma', text: asked[round % asked.length]!, head: 'head', limit: 25, skip: 0 }
    await transaction(databases.app, actor, async tx => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      const before = onProcessor(rows[0]!.pid)
      const { seconds, value } = await timed(() => searchHouseholds(tx, search))
      const after = onProcessor(rows[0]!.pid)
      // The first rounds read the pages from the disk.
      if (round < WARM) return
      times.push(seconds * 1000)
      found += value.total
      if (before !== undefined && after !== undefined) spent.push(after - before)
    })
  }
  for (let round = 0; round < WARM + ROUNDS; round++) await once(round)
  const p95 = quantile(times, 0.95)
  const processor = spent.length > 0 ? `, of which on the processor p95 ${quantile(spent, 0.95).toFixed(1)} ms` : ''
  return (
    `search, ${kind}: p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms (${p95 <= MOST_MS ? 'within' : 'OUTSIDE'} ` +
    `${MOST_MS} ms)${processor}; ${thousands(found / ROUNDS)} households found, ` +
    `${await pagesTouched(databases, asked[0]!, territory)}, load ${load()}`
  )
}

/** What does not depend on who else uses the machine: pages of 8 kB looked at, by `EXPLAIN (ANALYZE, BUFFERS)`. */
async function pagesTouched({ app }: Databases, text: string, territory: string): Promise<string> {
  return transaction(app, clerk(territory), async tx => {
    const names = await nameQuery(tx, text)
    const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: Record<string, number>; 'Execution Time': number }] }>`
      explain (analyze, buffers, format json) select * from households.search('ma', '', ${text}, '{}'::uuid[],
        ${JSON.stringify(names?.ways ?? [])}::jsonb, ${names?.levels ?? []}::real[], 1001, 0, 25)`.execute(tx)
    const { Plan: plan } = rows[0]!['QUERY PLAN'][0]
    const touched = Number(plan['Shared Hit Blocks'] ?? 0) + Number(plan['Shared Read Blocks'] ?? 0)
    return `${thousands(touched)} pages`
  })
}
