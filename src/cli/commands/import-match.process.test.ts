import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type RawBuilder, sql } from 'kysely'
import { type Databases, transaction, workerActor } from '#db'
import { modelHouseholds, readHouseholdModel } from '#households'
import { testDatabase } from '../../../test/database.ts'

const killed = await testDatabase()
const whole = await testDatabase()
const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'socle import match '))
after(() => rmSync(folder, { recursive: true }))

/** Families of whom every fifth stands twice in the file, under another number. */
function files() {
  const model = readHouseholdModel(join(root, 'packs/ma'))
  const families = [...modelHouseholds(model, { seed: 9, from: 0, to: 700 })]
  const all = families.flatMap((family, at) =>
    at % 5 === 0 ? [family, { ...family, sourceId: `again-${family.sourceId}` }] : [family],
  )
  const households = all.map(({ sourceId, facts }) => `${sourceId},${facts.territory}`)
  const members = all.flatMap(({ sourceId, members }) =>
    members.map(({ sourceId: id, givenName, familyName, phone, facts }) =>
      [sourceId, id, givenName, familyName, phone, facts.birth_date, facts.sex, facts.relation].join(','),
    ),
  )
  const [h, m] = [join(folder, 'h.csv'), join(folder, 'm.csv')]
  writeFileSync(h, ['source_id,territory', ...households, ''].join('\n'))
  const header = 'household_source_id,source_id,given_name,family_name,phone,birth_date,sex,relation'
  writeFileSync(m, [header, ...members, ''].join('\n'))
  return { args: ['--households', h, '--members', m], total: all.length }
}

function socleImport({ urls }: Databases, args: readonly string[]) {
  const call = ['import', 'households', '--country', 'ma', '--source', 'census', ...args]
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...call], {
    env: {
      DATABASE_URL: urls.owner,
      DATABASE_WORKER_URL: urls.worker,
      DATABASE_APP_URL: urls.app,
      SOCLE_DATA: folder,
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => (said += piece))
  return { child, ended: once(child, 'exit').then(([code, signal]) => ({ code, signal, said })) }
}

async function rowsOf<Row>({ worker }: Databases, query: RawBuilder<Row>): Promise<Row[]> {
  return (await transaction(worker, workerActor('test'), tx => query.execute(tx))).rows
}

const state = async (databases: Databases) =>
  (
    await rowsOf(
      databases,
      sql<{ households: number; finished: boolean; declarations: number }>`
        select (select count(*)::int from households.household) as households,
          (select count(*)::int from households.declaration) as declarations,
          exists (select from households.import_job where finished_at is not null) as finished`,
    )
  )[0]!

/** The pairs by what the source calls the persons. */
const pairs = (databases: Databases) =>
  rowsOf(
    databases,
    sql<{ one: string; other: string; zone: string; score: number }>`
      select least(a.source_id, b.source_id) as one, greatest(a.source_id, b.source_id) as other, zone, score_ppm as score
      from population.match_pair
        join lateral (select h.source_id || ' ' || m.source_id as source_id from households.membership m
          join households.household h on h.id = household_id where person_id = one) as a on true
        join lateral (select h.source_id || ' ' || m.source_id as source_id from households.membership m
          join households.household h on h.id = household_id where person_id = other) as b on true
      order by 1, 2`,
  )

test('killed with kill -9 while persons are compared, the same call finds every pair, once', async () => {
  const { args, total } = files()
  assert.equal((await socleImport(whole, args).ended).code, 0)
  const { child, ended } = socleImport(killed, args)
  while (child.exitCode === null && (await state(killed)).households < total);
  child.kill('SIGKILL')
  assert.equal((await ended).signal, 'SIGKILL')
  assert.deepEqual(await state(killed), { households: total, declarations: total, finished: false })
  const { code, said } = await socleImport(killed, args).ended
  assert.equal(code, 0, said)
  assert.match(said, /Going on where an earlier call stopped/)
  assert.deepEqual(await state(killed), { households: total, declarations: total, finished: true })
  const found = await pairs(killed)
  assert.ok(found.filter(({ zone }) => zone === 'same').length > 150, `${found.length} pairs`)
  assert.deepEqual(found, await pairs(whole))
})
