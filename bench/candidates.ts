import { loadavg } from 'node:os'
import { sql } from 'kysely'
import { type Databases, type StaffActor, transaction, workerActor } from '#db'
import { findCandidates, type RegisteredPerson, refreshMatchKeys } from '#population'
import { quantile, thousands, timed } from './benchmark.ts'
import { onProcessor } from './processor.ts'

const operator = workerActor('bench')
const MOST_MS = 100
const ASKED = 400
const WARM = 20
const NOBODY = '00000000-0000-7000-8000-000000000000'

type Asked = {
  readonly grants: Readonly<Record<string, string>>
  readonly clerk: (territory: string) => StaffActor
  readonly print: (line: string) => void
}

/** What a desk may be told of somebody whom the register has. */
const SAID: Readonly<Record<string, (person: RegisteredPerson) => Partial<RegisteredPerson>>> = {
  'as they are': () => ({}),
  'with another year of birth': ({ birthDate }) =>
    birthDate === null ? {} : { birthDate: `${Number(birthDate.slice(0, 4)) - 1}${birthDate.slice(4)}` },
  'with the year alone and no telephone': () => ({ birthPrecision: 'year', phoneIndex: null }),
  'from another commune, without a telephone': () => ({ territory: '12.999.01.01.', phoneIndex: null }),
}

/** Candidates at registration: persons of the register asked again, by the model that the import left. */
export async function measureCandidates({ app, worker }: Databases, { grants, clerk, print }: Asked): Promise<void> {
  const keys = await timed(() => refreshMatchKeys(worker))
  print(`keys of ${thousands(keys.value)} persons in ${keys.seconds.toFixed(0)} s`)
  const people = await personsOf(worker, 20_000)
  for (const [territory, grant] of Object.entries(grants)) {
    const times: number[] = []
    const spent: number[] = []
    const found = Object.keys(SAID).map(() => ({ known: 0, all: 0 }))
    const asked = people.filter(person => person.territory.startsWith(territory)).slice(0, ASKED + WARM)
    for (const [at, person] of asked.entries()) {
      const kind = at % found.length
      const again = { ...person, id: NOBODY, ...Object.values(SAID)[kind]!(person) }
      await transaction(app, clerk(territory), async tx => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
        const [there, here] = [onProcessor(rows[0]!.pid), process.cpuUsage()]
        const { seconds, value } = await timed(() => findCandidates(tx, 'ma', again))
        const [after, { user, system }] = [onProcessor(rows[0]!.pid), process.cpuUsage(here)]
        if (at < WARM) return
        times.push(seconds * 1000)
        if (there !== undefined && after !== undefined) spent.push(after - there + (user + system) / 1000)
        found[kind]!.all++
        if (value.ok && value.value.some(({ person: id }) => id === person.id)) found[kind]!.known++
      })
    }
    const p95 = quantile(times, 0.95)
    const processor = spent.length > 0 ? `, of which on the processor p95 ${quantile(spent, 0.95).toFixed(1)} ms` : ''
    const told = Object.keys(SAID).map((kind, at) => `${found[at]!.known} of ${found[at]!.all} found ${kind}`)
    print(
      `candidates at registration, ${grant}: p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms ` +
        `(${p95 <= MOST_MS ? 'within' : 'OUTSIDE'} ${MOST_MS} ms)${processor}; ${told.join(', ')}; load ${loadavg()[0]!.toFixed(1)}`,
    )
  }
}

async function personsOf(worker: Databases['worker'], most: number): Promise<RegisteredPerson[]> {
  const { rows } = await transaction(worker, operator, tx =>
    sql<RegisteredPerson>`
      select id, territory, given_name as "givenName", family_name as "familyName", given_name_ar as "givenNameAr",
        family_name_ar as "familyNameAr", sex, birth_date::text as "birthDate", birth_precision as "birthPrecision",
        encode(phone_index, 'hex') as "phoneIndex"
      from population.person order by md5(id::text) limit ${most}`.execute(tx),
  )
  return rows
}
