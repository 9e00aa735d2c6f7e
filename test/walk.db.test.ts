// One walk through everything that can be asked, as each role: with a grant elsewhere and with none, past every page, door,
// export, count, search and command. Nothing of anybody outside the grant may come back.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openCountry } from '#countries'
import { type Transaction, transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { matchRegister } from '#population'
import {
  findStaffActor,
  type Permission,
  permissionNames,
  type Role,
  recordGrant,
  registerStaff,
  roleNames,
  roles,
  type SignedIn,
} from '#security'
import { demonstrate } from '../src/cli/demonstration/demonstrate.ts'
import { fillDoors } from '../src/web/doors/fill.ts'
import { testDatabase } from './database.ts'
import { exampleDoors, exampleStaff } from './example-doors.ts'
import { serveSite } from './site.ts'
import { beside, consoleDoors, type Example, otherDoors, type Page, pages } from './walk/declared.ts'
import { commands } from './walk/declared-commands.ts'
import { marksOutside } from './walk/marks.ts'
import { commandNames, doorNames, pageRoutes, serverRoutes } from './walk/site-map.ts'

const databases = await testDatabase()
const data = mkdtempSync(join(tmpdir(), 'socle-walk-'))
after(() => rmSync(data, { recursive: true, force: true }))
const country = openCountry('ma')
const silent = {
  stdin: Readable.from([]),
  out() {},
  err() {},
  interactive: false,
  signal: new AbortController().signal,
  flush: async () => {},
}
const SEED = 5
const HOUSEHOLDS = 130
const NOTHING = ['', '[]', '{"total":0,"more":false,"closed":0,"hits":[]}', '{"rows":[],"total":0,"perPage":25}']
await demonstrate(databases, { country, households: HOUSEHOLDS, seed: SEED, data }, silent)

// The two regions with most households paid: one's own, and the foreign one.
const { rows: examples } = await transaction(databases.worker, workerActor('walk'), tx =>
  sql<Example & { region: string }>`
    select distinct on (count(*) over (partition by region), region) region, found.*
    from (
      select split_part(h.territory, '.', 1) as region, h.id as household, d.run_id as run, r.reference, r.id as "paymentRun",
        i.payee_id as person, relative.person_id as relative,
        i.payee_name as name
      from payments.instruction i
        join payments.run r on r.id = i.run_id
        join households.membership m on m.person_id = i.payee_id and m.ended_at is null
        join households.household h on h.id = m.household_id
        join lateral (select person_id from households.membership
          where household_id = h.id and person_id <> i.payee_id and ended_at is null order by person_id limit 1) relative on true
        join programmes.determination d on d.household_id = h.id
        join programmes.determination_run dr on dr.id = d.run_id and dr.pack = 'ma/asd'
      order by h.id
    ) as found order by count(*) over (partition by region) desc, region, household`.execute(tx),
)
const [own, foreign] = examples
assert.ok(own && foreign)
const { model } = await matchRegister(databases.worker, 'ma')
// Each of them and a relative wait as a pair; so do the two of different regions.
await transaction(databases.worker, workerActor('walk'), async tx => {
  for (const [one, other] of [
    [own.person, own.relative],
    [foreign.person, foreign.relative],
    [own.person, foreign.person],
  ]) {
    await sql`
      insert into population.match_pair (one, other, country, territory, score_ppm, centibits, zone, digest, model)
      select least(a.id, b.id), greatest(a.id, b.id), 'ma',
        case when split_part(a.territory, '.', 1) = split_part(b.territory, '.', 1)
          then split_part(a.territory, '.', 1) || '.' else '' end,
        900000, 1000, 'to_settle', substr(sha256('x'), 1, 16), ${model}
      from population.person a, population.person b where a.id = ${one} and b.id = ${other}`.execute(tx)
  }
})
const marks = await marksOutside(databases, own.region)
assert.ok(marks.count > 500)
const both: readonly Example[] = [own, foreign]

const { rows: tables } = await transaction(databases.owner, workerActor('walk'), tx =>
  sql<{ name: string }>`
    select n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attname = 'territory'
    where c.relkind = 'r' and c.relrowsecurity and has_table_privilege('socle_app', c.oid, 'select') order by 1`.execute(
    tx,
  ),
)
const protectedTables = tables.map(table => table.name)
assert.ok(protectedTables.length >= 9)

type Walker = SignedIn & { readonly role: Role; readonly where: 'own region' | 'nowhere' | 'country' }
const walkers: Walker[] = []
async function walker(role: Role, where: Walker['where'], programme: string | null = null): Promise<Walker> {
  const id = newId<'staff'>()
  await transaction(databases.worker, workerActor('walk'), async tx => {
    await registerStaff(tx, { id, name: `${role}, ${where}` })
    const grant = {
      id: newId<'grant'>(),
      role,
      territory: where === 'country' ? '' : own!.region,
      programme,
      sensitivity: 'sensitive',
    } as const
    if (where !== 'nowhere') await recordGrant(tx, id, grant)
  })
  const one = { ...exampleStaff, id, name: `${role}, ${where}`, email: `${id}@socle.test`, role, where }
  walkers.push(one)
  return one
}
for (const role of roleNames) await walker(role, 'own region')
const nobody = await walker('auditor', 'nowhere')

const doors = fillDoors({
  app: databases.app,
  worker: databases.worker,
  payments: { retriesMost: 3, coolingDays: 7, amountTimes: 10 },
  country,
  modelled: true,
  staff: {
    ...exampleDoors().staff,
    of: async headers => walkers.find(one => headers.get('cookie')?.includes(`walker=${one.id}`)),
  },
})
const url = await serveSite(doors)
const holds = ({ role, where }: Walker, permission: Permission) =>
  where !== 'nowhere' && (roles[role].permissions as readonly Permission[]).includes(permission)

async function visit(path: string, as: Walker | undefined, init: RequestInit = {}) {
  const headers = new Headers({ ...(as ? { cookie: `walker=${as.id}` } : {}), 'accept-language': 'fr' })
  const response = await fetch(url + path, { redirect: 'manual', ...init, headers })
  return { status: response.status, text: await response.text(), location: response.headers.get('location') }
}

test('every page, door, command and address of the server is declared in the walk, and nothing else', () => {
  assert.deepEqual(
    pageRoutes()
      .map(route => route.path)
      .sort(),
    Object.keys(pages).sort(),
  )
  assert.deepEqual([...new Set(serverRoutes())].sort(), Object.keys(beside).sort())
  const walked = Object.keys(consoleDoors).map(name => `console.${name}`)
  assert.deepEqual(doorNames(doors), [...walked, ...Object.keys(otherDoors)].sort())
  assert.deepEqual(commandNames, Object.keys(commands).sort())
})

test('nobody known passes where a sign-in is asked, and no open page names anybody', async () => {
  for (const [route, { opens, at }] of Object.entries(pages)) {
    for (const path of [...at(own), ...at(foreign)]) {
      const { status, text, location } = await visit(path, undefined)
      assert.deepEqual(marks.found(text), [], path)
      if (opens !== 'everybody')
        assert.ok(status === 302 && location?.startsWith('/console/sign-in'), `${route} ${status}`)
    }
  }
})

/** What comes back, less what was asked: an address or a word that is repeated tells nothing. */
function told(text: string, { name, household, person, relative }: Example): string[] {
  return marks.found(
    [name, encodeURIComponent(name), household, person, relative].reduce(
      (rest, asked) => rest.replaceAll(asked, ''),
      text,
    ),
  )
}

/** The status with which a page answers somebody, for what is in the own region or elsewhere. */
function expected({ opens, ofOne, whole }: Page, one: Walker, example: Example): (status: number) => boolean {
  if (opens === 'everybody' || opens === 'staff') return status => status < 500
  if (!holds(one, opens)) return status => status === 403
  return status => status === (whole || (ofOne && example === foreign) ? 404 : 200)
}

for (const one of walkers) {
  test(`${one.name}: pages open by permission, and show nobody of elsewhere`, async () => {
    for (const page of Object.values(pages)) {
      for (const example of both) {
        const paths: readonly string[] = page.at(example)
        for (const path of paths) {
          const { status, text } = await visit(path, one)
          assert.deepEqual(told(text, example), [], `${path} shows somebody of elsewhere`)
          assert.ok(expected(page, one, example)(status), `${path} ${status}`)
        }
      }
    }
  })

  test(`${one.name}: no form is answered with somebody of elsewhere`, async () => {
    for (const [route, page] of Object.entries(pages)) {
      for (const path of route.startsWith('/console') ? page.at(foreign) : []) {
        const body = new URLSearchParams({ id: foreign.household })
        const { status, text } = await visit(path, one, { method: 'POST', body })
        assert.deepEqual(told(text, foreign), [], path)
        assert.ok(
          status < 500 && (status >= 300 || page.opens === 'everybody' || page.opens === 'staff'),
          `${path} ${status}`,
        )
      }
    }
  })

  test(`${one.name}: no door answers with somebody of elsewhere, nor without its permission`, async () => {
    for (const [name, { opens, at }] of Object.entries(consoleDoors)) {
      for (const example of both) {
        const answer: string = JSON.stringify(await at(doors.console, one, example)) ?? ''
        assert.deepEqual(marks.found(answer), [], name)
        if (!holds(one, opens)) assert.ok(NOTHING.includes(answer), `${name}: ${answer.slice(0, 200)}`)
      }
    }
  })

  test(`${one.name}: no table holds a row of elsewhere`, async () => {
    for (const permission of permissionNames) {
      const actor = await findStaffActor(databases.app, one.id, permission)
      assert.ok(actor)
      const seen = await transaction(databases.app, actor, tx => countRows(tx))
      for (const { name, elsewhere, rows } of seen) {
        assert.equal(elsewhere, 0, `${permission} shows ${name}`)
        if (!holds(one, permission)) assert.equal(rows, 0, `${name} without ${permission}`)
      }
    }
  })
}

/** Rows that the actor of a transaction sees in every table with a territory, and those of them that are elsewhere. */
async function countRows(tx: Transaction): Promise<{ name: string; rows: number; elsewhere: number }[]> {
  const counts = protectedTables.map(
    name => sql`
      select ${name} as name, count(*)::int as rows, (count(*) filter (where territory <> ${own!.region}
        and not starts_with(territory, ${`${own!.region}.`})))::int as elsewhere from ${sql.table(name)}`,
  )
  const { rows } = await sql<{
    name: string
    rows: number
    elsewhere: number
  }>`${sql.join(counts, sql` union all `)}`.execute(tx)
  return rows
}

test('figures and searches are those of the territory granted, to the unit', async () => {
  const national = await walker('territory_supervisor', 'country')
  const regional = walkers.find(one => one.role === 'territory_supervisor' && one.where === 'own region')!
  const whole = await doors.console.work(national)
  const part = await doors.console.work(regional)
  const region = whole.regions.find(each => each.code === own.region)
  assert.ok(region && region.households < whole.households)
  assert.deepEqual(part.regions, [region])
  assert.equal(part.households, region.households)
  const [all, seen] = [whole.paymentRuns[0]!, part.paymentRuns[0]!]
  assert.ok(seen.instructions > 0 && seen.instructions < all.instructions)
  const run = await doors.console.paymentRun(regional, seen.reference)
  assert.deepEqual(
    [run?.instructions, run?.ledger, run?.file, run?.groups],
    [seen.instructions, undefined, undefined, []],
  )
  const search = { text: `MA-${SEED}-`, page: 1, perPage: 1000 }
  assert.equal((await doors.console.search(national, search)).total, HOUSEHOLDS)
  assert.equal((await doors.console.search(regional, search)).total, region.households)
  const none = await doors.console.work(nobody)
  assert.deepEqual([none.households, none.members, none.regions, none.paymentRuns], [0, 0, [], []])
})

test('a grant for one programme shows what is of that programme, and no file that belongs to none', async () => {
  const paid = await walker('programme_manager', 'own region', 'ma/asd')
  const other = await walker('programme_manager', 'own region', 'ma/tayssir')
  const page = { limit: 1000, after: 0 }
  const regional = walkers.find(one => one.role === 'territory_supervisor' && one.where === 'own region')!
  const all = await doors.console.instructions(regional, own.paymentRun, page)
  assert.ok(all.length > 0)
  assert.deepEqual(await doors.console.instructions(paid, own.paymentRun, page), all)
  assert.ok(await doors.console.decision(paid, own.household, own.run))
  assert.deepEqual(await doors.console.instructions(other, own.paymentRun, page), [])
  assert.deepEqual(await doors.console.paymentRuns(other), [])
  assert.equal(await doors.console.decision(other, own.household, own.run), undefined)
  for (const one of [paid, other]) {
    assert.equal(await doors.console.household(one, own.household), undefined)
    assert.equal((await doors.console.search(one, { text: own.name, page: 1, perPage: 10 })).total, 0)
    assert.equal((await doors.console.work(one)).households, 0)
  }
})

test('no count, list or export changes when something changes elsewhere', async () => {
  const lists = [
    '/console',
    '/console/determinations.csv',
    '/console/search?q=MA-5-',
    '/console/search.csv?q=MA-5-',
    '/console/payments',
    '/console/payments.csv',
    `/console/payments/${own.reference}`,
  ]
  const readers = walkers.filter(one => one.where === 'own region')
  const seen = async () => {
    const texts: string[] = []
    for (const one of readers) {
      for (const path of lists) texts.push((await visit(path, one)).text.replaceAll(/nonce="[^"]*"/g, ''))
    }
    return texts
  }
  const before = await seen()
  const inside = sql`(territory = ${foreign.region} or starts_with(territory, ${`${foreign.region}.`}))`
  const changes = [
    sql`insert into households.household (id, country, source, source_id, territory, source_digest)
      select gen_random_uuid(), 'ma', 'walk', 'MA-5-9' || n, ${foreign.region}, sha256('') from generate_series(1, 300) n`,
    sql`insert into programmes.determination (household_id, run_id, territory, declaration_id, outcome, amount_minor,
        refusals, open_refusals, missing, scores, lines, weight, pack, sequence)
      select h.id, r.id, h.territory, h.id, 'eligible', 50000, '{}', '{}', '{}', '{}', '[]', 1, r.pack, r.sequence
      from households.household h, programmes.determination_run r where h.source = 'walk'`,
    sql`insert into programmes.determination_total (run_id, number, territory, kind, code, households, weight, amount_minor)
      select r.id, 999, ${foreign.region}, 'outcome', 'eligible', 300, 300, 50000 from programmes.determination_run r`,
    sql`update population.person set given_name = 'Changed' where ${inside}`,
  ]
  await transaction(databases.owner, workerActor('walk'), async tx => {
    for (const change of changes) assert.ok((await change.execute(tx)).numAffectedRows! > 0n)
  })
  assert.deepEqual(await seen(), before)
})

test('a command in the name of somebody of elsewhere is refused, and tells of nobody', async () => {
  const one = walkers.find(each => each.role === 'payment_approver' && each.where === 'own region')!
  const tries = Object.values(commands).flatMap(command => (typeof command === 'function' ? command(foreign) : []))
  const answers = await Promise.all(tries.map(call => socle(...call, '--as', one.id)))
  for (const [index, { code, said }] of answers.entries()) {
    assert.deepEqual(told(said, foreign), [], said)
    assert.ok(code > 0, `${tries[index]!.join(' ')}: ${said}`)
  }
})

function socle(...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise(resolve => {
    const env = { SOCLE_DATA: data, DATABASE_URL: databases.urls.owner }
    execFile(
      process.execPath,
      [join(import.meta.dirname, '../src/cli/main.ts'), ...args],
      { env, cwd: data },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, said: out + err }),
    )
  })
}

test('the walk is no walk past closed doors: a supervisor finds the own example everywhere', async () => {
  const supervisor = walkers.find(one => one.role === 'territory_supervisor')
  assert.ok(supervisor)
  for (const path of [
    `/console/search?q=${encodeURIComponent(own.name)}`,
    `/console/households/${own.household}`,
    `/console/households/${own.household}/decisions/${own.run}`,
    `/console/payments/${own.reference}`,
  ]) {
    const { status, text } = await visit(path, supervisor)
    assert.ok(status === 200 && text.includes(own.name.split(' ')[0]!), path)
  }
})
