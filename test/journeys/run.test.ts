// A determination run in a browser: figures, what is new, and giving up one that is under way.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const salma = {
  name: 'Salma Benjelloun',
  email: 'salma@example.org',
  territory: '',
  roles: ['programme_manager'],
} as const
const { url, databases, cookiesOf } = await serveWorld(120, [salma])
const session = await cookiesOf(salma)
const actor = workerActor('test')

const { rows: runs } = await transaction(databases.worker, actor, tx =>
  sql<{ id: string }>`select id from programmes.determination_run where pack = 'ma/asd'`.execute(tx),
)
const run = runs[0]!.id
/** One that is under way: the next of the chain, of which one region is decided. */
const open = newId<'DeterminationRun'>()
await transaction(databases.owner, actor, async tx => {
  await sql`
    insert into programmes.determination_run (id, country, pack, pack_version, month, sequence, currency, households, asked_by)
    select ${open}, country, pack, pack_version, '2027-01', sequence + 1, currency, households, 'Salma'
    from programmes.determination_run where id = ${run}`.execute(tx)
  await sql`
    insert into programmes.determination_range (run_id, number, path, batch, decided_at, households)
    select ${open}, number, path, batch, case when number = 0 then clock_timestamp() end, case when number = 0 then households end
    from programmes.determination_range where run_id = ${run}`.execute(tx)
})

const views = {
  fr: { cookies: { ...session, 'socle-language': 'fr' } },
  ar: { cookies: { ...session, 'socle-language': 'ar' } },
  'fr-360': { cookies: { ...session, 'socle-language': 'fr' }, width: 360 },
  'fr-dark': { cookies: { ...session, 'socle-language': 'fr' }, dark: true },
}
for (const [name, view] of Object.entries(views)) {
  test(`a run is read: ${name}`, async t => {
    for (const id of [run, open]) {
      const page = await openPage(t, { url: `${url}/console/runs/${id}`, ...view })
      assert.deepEqual(await axeComplaints(page), [])
      assert.equal(await overflow(page), 0)
      await screenshot(page, `run-${id === run ? 'finished' : 'under-way'}-${name}`)
    }
  })
}

test('a run shows cases that are explained, and leaves as CSV, whole and by kind', async t => {
  const page = await openPage(t, { url: `${url}/console/runs/${run}`, cookies: { ...session, 'socle-language': 'en' } })
  const cases = page.getByRole('region', { name: 'Some cases, explained' })
  const shown = await cases.getByRole('link').allInnerTexts()
  assert.ok(shown.length >= 4)
  const again = await openPage(t, {
    url: `${url}/console/runs/${run}`,
    cookies: { ...session, 'socle-language': 'en' },
  })
  assert.deepEqual(
    await again.getByRole('region', { name: 'Some cases, explained' }).getByRole('link').allInnerTexts(),
    shown,
  )
  await cases.getByRole('link').first().click()
  await page.waitForURL(`**/households/*/decisions/${run}`)
  await page.locator('.verdict').waitFor()
  const headers = {
    cookie: Object.entries({ ...session, 'socle-language': 'en' })
      .map(([name, value]) => `${name}=${value}`)
      .join('; '),
  }
  for (const query of ['', '?kind=first']) {
    const response = await fetch(`${url}/console/runs/${run}/differences.csv${query}`, { headers })
    assert.match(response.headers.get('content-disposition') ?? '', /differences-/)
    const rows: Record<string, string>[] = parse(await response.text(), { columns: true, bom: true })
    assert.equal(rows.length, 120)
    assert.ok(rows.every(row => row.Difference === 'Decided for the first time' && row.Place !== ''))
  }
  for (const query of ['?kind=none', '?kind=']) {
    assert.equal((await fetch(`${url}/console/runs/${run}/differences.csv${query}`, { headers })).status, 404)
  }
})

test('a determination is asked for in a form, which says what would come to nothing, in three languages', async t => {
  const said = {
    fr: /en vigueur de décembre 2018 à novembre 2023/,
    ar: /هذا البرنامج سار من/,
    en: /in force from December 2018 to November 2023/,
  }
  for (const [language, sentence] of Object.entries(said)) {
    const cookies = { ...session, 'socle-language': language }
    const page = await openPage(t, { url: `${url}/console/runs/new`, cookies, width: 360 })
    assert.deepEqual(await axeComplaints(page), [])
    assert.equal(await overflow(page), 0)
    await page.locator('select[name=programme]').selectOption('ma/tayssir')
    await page.locator('select[name=month]').selectOption({ index: 26 })
    await screenshot(page, `run-new-${language}`)
    await page.locator('main form button[type=submit]').click()
    await page.getByRole('alert').waitFor()
    assert.match((await page.getByRole('alert').textContent()) ?? '', sentence)
    assert.equal(await page.locator('select[name=programme]').inputValue(), 'ma/tayssir')
    await screenshot(page, `run-refused-${language}`)
  }
})

test('the first page of the console leads to a run; one that is under way is given up by a button', async t => {
  const page = await openPage(t, { url: `${url}/console`, cookies: { ...session, 'socle-language': 'en' } })
  await page.click(`a[href="/console/runs/${open}"]`)
  await page.getByText('Under way').waitFor()
  await page.getByRole('button', { name: 'Give this run up' }).click()
  await page.getByText('Cancelled', { exact: true }).waitFor()
  const { rows } = await transaction(databases.worker, actor, tx =>
    sql<{ by: string }>`select cancelled_by as by from programmes.determination_run where id = ${open}`.execute(tx),
  )
  assert.equal(rows[0]?.by, 'Salma Benjelloun')
})
