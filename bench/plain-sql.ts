// What an analyst would write for ma/ise and ma/asd in SQL, over tables of the shape of bench/nation.ts: one statement, the same for
// DuckDB and for PostgreSQL. It gives no reasons, explains nothing, keeps no history, and reckons by its own rounding, so scores on a
// threshold may fall either way: it is there for its time.
import { sql } from 'kysely'
import { type Database, transaction, workerActor } from '#db'

/** Seconds of the query on one thread, tables made before; null where DuckDB is not installed. */
export async function duckdbSeconds(households: number): Promise<number | null> {
  const module = await import('@duckdb/node-api').catch(() => null)
  if (module === null) return null
  const instance = await module.DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    for (const statement of tables(households)) await connection.run(statement)
    let least = Number.POSITIVE_INFINITY
    for (let round = 0; round < 2; round++) {
      const started = performance.now()
      await (await connection.run(`select count(*), sum(amount) from (${DECIDED}) as decided`)).getRows()
      least = Math.min(least, (performance.now() - started) / 1000)
    }
    return least
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Seconds of the same as one statement in PostgreSQL, who is eligible written to a table with the amount; tables made before. */
export async function postgresSeconds(owner: Database, households: number): Promise<number> {
  const run = (statement: string) =>
    transaction(owner, workerActor('bench'), async tx => {
      await sql`create schema if not exists plain`.execute(tx)
      await sql`set local search_path = plain`.execute(tx)
      await sql.raw(statement).execute(tx)
    })
  await run('create function hash(text) returns bigint language sql immutable return hashtext($1)::bigint & 2147483647')
  for (const statement of tables(households)) await run(statement)
  await run('analyze household, member')
  const started = performance.now()
  await run(`create table decided as ${DECIDED}`)
  const seconds = (performance.now() - started) / 1000
  await transaction(owner, workerActor('bench'), tx => sql`drop schema plain cascade`.execute(tx))
  return seconds
}

function tables(households: number): string[] {
  const of = (...parts: string[]) => `hash(concat(${parts.join(", ' ', ")}))`
  const flag = (name: string, one: number, ...parts: string[]) => `${of(...parts, `'${name}'`)} % ${one} = 0 as ${name}`
  const goods = [
    'bathroom',
    'meter',
    'computer',
    'dish',
    'phone',
    'loan',
    'second_home',
    'garage',
    'premises',
    'land',
    'irrigated',
  ]
  const counts = ['mobile', 'cars', 'motorcycles', 'cows'].map(name => `(${of('h', `'${name}'`)} % 2)::int as ${name}`)
  const money = ['butane', 'utilities', 'telecom'].map(name => `(${of('h', `'${name}'`)} % 120000)::int as ${name}`)
  const codes = ['education', 'diploma', 'occupation', 'health', 'schooling', 'disability'].map(
    name =>
      `(case when ${of('h', 'm', `'${name}'`)} % 3 = 0 then ${of('h', 'm', `'${name}2'`)} % 6 else 0 end)::smallint as ${name}`,
  )
  const own = (name: string) => of('h', `'${name}'`)
  const each = (name: string) => of('h', 'm', `'${name}'`)
  return [
    `create table household as select h, (${own('region')} % 12)::smallint as region, ${own('area')} % 2 = 0 as urban,
      (1 + ${own('rooms')} % 4)::int as rooms, (1 + ${own('nuclei')} % 2)::int as nuclei,
      (case when ${own('dwelling')} % 3 = 0 then ${own('dwelling2')} % 8 else 0 end)::smallint as dwelling,
      ${[...goods.map(name => flag(name, 12, 'h')), ...counts, ...money].join(', ')}, (1 + ${own('size')} % 6)::int as size
    from generate_series(0, ${households - 1}) as t(h)`,
    `create table member as select h, m,
      (case when m = 0 then 0 when m = 1 and ${own('couple')} % 10 < 8 then 1 else 2 end)::smallint as relation,
      (case when m < 2 then 25 + ${each('age')} % 45 else ${each('age')} % 26 end)::int as age, (${each('day')} % 9000)::int as born,
      ${codes.join(', ')},
      ${['literate', 'employer', 'retired', 'income', 'orphan', 'single'].map(name => flag(name, 12, 'h', 'm')).join(', ')},
      ${flag('allowance', 60, 'h', 'm')}
    from household cross join generate_series(0, 5) as r(m) where m < size`,
  ]
}

/** Who is eligible, and for how much. */
const DECIDED = `
  with people as (
    select h, count(*) as size, count(*) filter (where age >= 15) as adults,
      bool_or(health not in (0, 1, 2)) as cover, bool_or(allowance) as allowance, count(*) filter (where relation = 1) as spouses,
      max(age) filter (where m = 0) as head_age, max(education) filter (where m = 0) as head_education,
      max(occupation) filter (where m = 0) as head_occupation, bool_or(employer and m = 0) as head_employer,
      bool_or(retired and m = 0) as head_retired,
      count(*) filter (where age between 6 and 14 and schooling = 2) as private, count(*) filter (where age between 6 and 14 and schooling = 1) as public,
      count(*) filter (where age >= 15 and diploma = 0) as no_diploma, count(*) filter (where age >= 15 and diploma = 2) as technical,
      count(*) filter (where age >= 15 and income) as income, count(*) filter (where age >= 15 and occupation = 4) as operators,
      count(*) filter (where occupation = 1) as managers, count(*) filter (where age between 19 and 29) as young,
      count(*) filter (where age between 30 and 59) as grown, count(*) filter (where age >= 60) as old,
      count(*) filter (where age >= 15 and literate) as literate, count(*) filter (where age >= 15 and diploma = 3) as higher,
      count(*) filter (where age >= 15 and occupation = 5) as traders
    from member group by h),
  scored as (
    select h, people.allowance, floor(1e7 * case when urban then
      9.825 + region / 40.0 + 0.103 * (people.size = 1 or (people.size = 2 and spouses = 1))::int + 0.035 * (nuclei > 1)::int
      + 0.0475 * (people.size <= 2 * rooms)::int + 0.096 * bathroom::int + 0.0466 * meter::int + 0.0806 * (head_education = 3)::int
      + 0.0782 * (head_occupation = 1)::int + 0.11 * (head_occupation = 2)::int + 0.182 * head_employer::int + 0.0605 * head_retired::int
      + 0.138 * computer::int + 0.0873 * dish::int + 0.0532 * phone::int + 0.151 * cover::int + 0.135 * loan::int
      + 0.173 * second_home::int + 0.117 * garage::int + 0.111 * premises::int - 0.177 * people.size + 0.00533 * people.size * people.size
      - 0.0104 * head_age + 0.0000771 * head_age * head_age + 0.105 * private - 0.0319 * public
      + coalesce((-0.0557 * no_diploma + 0.012 * technical + 0.0139 * income + 0.0307 * operators) / nullif(adults, 0), 0)
      + 0.09 * managers / people.size + 0.0516 * mobile + 0.226 * cars + 0.0598 * motorcycles
      + (0.000211 * butane + 0.000055 * utilities + 0.000151 * telecom) / 100 / people.size
      else 8.695 + region / 30.0 + 0.13 * (people.size = 1 or (people.size = 2 and spouses = 1))::int + 0.127 * (dwelling in (0, 1, 2, 3))::int
      + 0.129 * (people.size <= 2 * rooms)::int + 0.108 * (people.size > 2 * rooms and people.size <= 3 * rooms)::int
      + 0.0569 * (head_education = 1)::int + 0.154 * (head_occupation = 1)::int + 0.196 * (head_occupation = 4)::int
      + 0.125 * (head_occupation = 5)::int + 0.0722 * (head_occupation = 3)::int + 0.19 * head_employer::int
      + 0.0635 * (motorcycles >= 1)::int + 0.193 * cover::int + 0.334 * second_home::int + 0.233 * land::int + 0.126 * irrigated::int
      - 0.138 * people.size + 0.00469 * people.size * people.size + 0.0523 * young + 0.0337 * grown + 0.0781 * old
      + coalesce((0.128 * literate + 0.344 * higher + 0.301 * traders) / nullif(adults, 0), 0) + 0.0257 * cows
      + (0.000755 * butane + 0.000145 * utilities + 0.00086 * telecom) / 100 / people.size end + 0.5) / 1e7 as score
    from household join people using (h)),
  ranked as (
    select h, age, schooling, orphan, disability, row_number() over (partition by h order by born, m) as rank
    from member where relation = 2 and single and age <= 20),
  children as (
    select h, sum(case when disability = 3 then 100 else 0 end + case
      when rank <= 3 and (age <= 5 or schooling <> 0) then case when orphan then 400 else 300 end when rank <= 3 then 200
      when age <= 5 or schooling <> 0 then 36 else 24 end) as amount
    from ranked where rank <= 6 group by h)
  select scored.h, score, greatest(500, coalesce(children.amount, 500)) as amount from scored left join children using (h)
  where score <= 9.743001 and not allowance`
