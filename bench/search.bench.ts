// Search and candidates over a register of a hundred thousand persons, or of a million (`--nation`), which `--keep FOLDER` keeps.
import { loadavg } from 'node:os'
import { sql } from 'kysely'
import { type Databases, type StaffActor, transaction, workerActor } from '#db'
import { searchHouseholds } from '#households'
import { type Id, newId } from '#kernel'
import {
  drawWaiting,
  issueNumbers,
  nameQuery,
  numbersOf,
  personsIdentified,
  phonesOf,
  recordDocument,
} from '#population'
import { type Benchmark, quantile, thousands, timed } from './benchmark.ts'
import { measureCandidates } from './candidates.ts'
import { withRegister } from './kept-register.ts'
import { onProcessor } from './processor.ts'

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
  await drawWaiting(worker, { country: 'ma', length: 10, waiting: 2 * ROUNDS })
  await transaction(worker, operator, tx => issueNumbers(tx, ids))
  const numbers = await transaction(worker, operator, tx => numbersOf(tx, ids))
  const calls = people.map(({ person }) => person)
  const phones = await transaction(worker, operator, tx => phonesOf(tx, calls))
  const documents = ids.map((_, at) => `BX${100_000 + at}`)
  await transaction(worker, operator, async tx => {
    for (const [at, number] of documents.entries()) {
      // A register that was kept has them already.
      if ((await personsIdentified(tx, 'ma', number)).length > 0) continue
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

export const benchmark: Benchmark = async ({ nation, keep, print }) => {
  await withRegister({ households: nation ? 253_000 : 25_300, keep, print }, async databases => {
    print(`load of the machine ${load()}`)
    await measureSearches(databases, print)
    await measureCandidates(databases, { grants: GRANTS, clerk, print })
  })
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
