import { loadavg } from 'node:os'
import { sql } from 'kysely'
import { type Databases, jsonb, type StaffActor, transaction, workerActor } from '#db'
import { findCandidates, matchRecords, openRecords, type RegisteredPerson, refreshMatchKeys } from '#population'
import { quantile, thousands, timed } from './benchmark.ts'

const operator = workerActor('bench')
const MOST_MS = 100

type Asked = {
  readonly grants: Readonly<Record<string, string>>
  readonly clerk: (territory: string) => StaffActor
  readonly print: (line: string) => void
}

/** Candidates at registration: persons of the register asked again, as they are and with another year of birth. */
export async function measureCandidates({ app, worker }: Databases, { grants, clerk, print }: Asked): Promise<void> {
  const keys = await timed(() => refreshMatchKeys(worker))
  print(`keys of ${thousands(keys.value)} persons in ${keys.seconds.toFixed(0)} s`)
  const people = await personsOf(worker, 20_000)
  await learn(worker, people)
  for (const [territory, grant] of Object.entries(grants)) {
    const times: number[] = []
    const known = [0, 0]
    const all = [0, 0]
    const asked = people.filter(person => person.territory.startsWith(territory)).slice(0, 305)
    for (const [at, person] of asked.entries()) {
      const again = {
        ...person,
        id: '00000000-0000-7000-8000-000000000000',
        ...(at % 2 === 0 ? {} : otherYear(person)),
      }
      const { seconds, value } = await timed(() =>
        transaction(app, clerk(territory), tx => findCandidates(tx, 'ma', again)),
      )
      if (at < 5) continue
      times.push(seconds * 1000)
      all[at % 2]!++
      if (value.ok && value.value.some(({ person: id }) => id === person.id)) known[at % 2]!++
    }
    const p95 = quantile(times, 0.95)
    print(
      `candidates at registration, ${grant}: p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms ` +
        `(${p95 <= MOST_MS ? 'within' : 'OUTSIDE'} ${MOST_MS} ms), ${known[0]} of ${all[0]} found as they are, ` +
        `${known[1]} of ${all[1]} with another year of birth, load ${loadavg()[0]!.toFixed(1)}`,
    )
  }
}

function otherYear({ birthDate }: RegisteredPerson): Partial<RegisteredPerson> {
  return birthDate === null ? {} : { birthDate: `${Number(birthDate.slice(0, 4)) - 1}${birthDate.slice(4)}` }
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

/** A model learnt from some of them: what it weighs does not change how long it takes. */
async function learn(worker: Databases['worker'], people: readonly RegisteredPerson[]): Promise<void> {
  const open = openRecords([
    { name: 'given_name', kind: 'given_name' },
    { name: 'family_name', kind: 'surname' },
    { name: 'sex', kind: 'sex' },
    { name: 'birth_date', kind: 'birth_date' },
    { name: 'phone', kind: 'word' },
    { name: 'territory', kind: 'postcode' },
  ])
  for (const each of people) {
    const names = [each.givenName ?? '', each.familyName ?? '']
    open.add([...names, each.sex ?? '', each.birthDate ?? '', each.phoneIndex ?? '', each.territory])
  }
  const { model } = await matchRecords(open.close(), { watch: () => {} })
  await transaction(worker, operator, tx =>
    sql`insert into population.match_model (version, country, model, persons)
      values (${model.version}, 'ma', ${jsonb(model)}, ${people.length}) on conflict do nothing`.execute(tx),
  )
}
