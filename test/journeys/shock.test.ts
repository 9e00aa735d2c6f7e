// A drought declared on one screen by one, approved by another with the second step, decided, and read by a family.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import { addMonths, type Month, parseId } from '#kernel'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { decidedByWorker } from '../month.ts'
import { serveWorld } from '../world.ts'

const naima = {
  name: 'Naima Idrissi',
  email: 'naima@shock.example',
  territory: '',
  roles: ['programme_manager'],
} as const
const omar = { name: 'Omar Berrada', email: 'omar@shock.example', territory: '', roles: ['programme_manager'] } as const
const { url, databases, cookiesOf, snapshots } = await serveWorld(120, [naima, omar])
const as = async (who: Parameters<typeof cookiesOf>[0], language: string) => ({
  ...(await cookiesOf(who)),
  'socle-language': language,
})

async function seenWell(page: Page, name: string) {
  await screenshot(page, name)
  assert.equal(await overflow(page), 0, name)
  assert.deepEqual(await axeComplaints(page), [], name)
}

async function filled(page: Page, name: string) {
  await page.fill('main [name=name]', name)
  // The demonstration enrols families from the month after.
  const month = addMonths((await page.inputValue('main [name=from]')) as Month, 1)
  await page.fill('main [name=from]', month)
  await page.fill('main [name=until]', month)
  await page.check('main [name=place][value=""]')
  await page.check('main [name=pack][value="ma/shock-top-up"]')
  await page.fill('main [name=reference]', 'Décision 12/2026 du 3 novembre 2026')
  await page.fill('main [name=evidence]', 'Bulletin de la sécheresse du 28 octobre 2026')
  await page.fill('main [name=says]', 'Deux saisons sans récolte.')
}

const views = [
  { language: 'fr', name: 'Sécheresse 2026', width: 1280, dark: false, missing: /Il manque un montant/, reached: /Qui serait touché/ },
  { language: 'ar', name: 'جفاف 2026', width: 360, dark: true, missing: /ينقص مبلغ/, reached: /من ستشملهم/ },
] as const // biome-ignore format: a table

for (const { language, name, width, dark, missing, reached } of views) {
  test(`a shock is declared on one screen by two persons, and ended by two (${language})`, async t => {
    const view = { script: false, width, dark }
    const page = await openPage(t, { url: `${url}/console/shocks`, cookies: await as(naima, language), ...view })
    await page.locator('main a[href="/console/shocks/new"]').click()
    await filled(page, name)
    await page.locator('main button[value=preview]').click()
    assert.match((await page.textContent('[role=alert]')) ?? '', missing)
    assert.equal(await page.inputValue('main [name=name]'), name)
    await page.fill('main [name="value ma/shock-top-up top_up"]', '500,50')
    await page.locator('main button[value=preview]').click()
    assert.match((await page.textContent('#reach')) ?? '', reached)
    assert.equal(await page.locator('#reach table').count(), 2)
    assert.equal(await page.isChecked('main [name=pack][value="ma/shock-top-up"]'), true)
    await seenWell(page, `shock-new-${language}`)
    await page.locator('main button[value=propose]').click()
    await page.waitForURL(/\/console\/proposals\/[0-9a-f-]+$/)
    assert.equal(await page.locator('main form button[value=approved]').count(), 0)
    const address = page.url()

    const other = await openPage(t, { url: address, cookies: await as(omar, language), ...view })
    assert.match((await other.textContent('main')) ?? '', /Décision 12\/2026/)
    await seenWell(other, `shock-proposal-${language}`)
    await transaction(databases.owner, workerActor('test'), tx =>
      sql`update security.staff_session set second_factor_at = null`.execute(tx),
    )
    await other.locator('main button[value=approved]').click()
    await other.locator('[role=alert]').waitFor()
    await transaction(databases.owner, workerActor('test'), tx =>
      sql`update security.staff_session set second_factor_at = clock_timestamp()`.execute(tx),
    )
    await other.goto(address)
    await other.locator('main button[value=approved]').click()
    await other.waitForURL(/\/console\/proposals$/)
    await other.goto(`${url}/console/shocks`)
    await seenWell(other, `shocks-${language}`)
    await other.getByRole('link', { name, exact: true }).click()
    await other.locator('main [name=until]').waitFor()
    await seenWell(other, `shock-${language}`)
    await other.fill('main [name=says]', 'Il a plu.')
    await other.locator('main form button[type=submit]').click()
    assert.match((await other.textContent('[role=alert]')) ?? '', /./)
    const until = await other.inputValue('main [name=until]')
    const later = `${Number(until.slice(0, 4)) + 1}-01`
    await other.fill('main [name=until]', later)
    await other.locator('main form button[type=submit]').click()
    await other.waitForURL(/\/console\/proposals\/[0-9a-f-]+$/)
    await seenWell(other, `shock-end-${language}`)
  })
}

const textOf = async (page: Page) => ((await page.textContent('main')) ?? '').replaceAll(/\s/g, ' ')

test('a flood of one region pays families whom no programme covers, and the runs of both say where and when they pay', async t => {
  const page = await openPage(t, { url: `${url}/console/shocks/new`, cookies: await as(naima, 'fr'), script: false })
  await filled(page, 'Inondation du nord')
  const month = await page.inputValue('main [name=from]')
  await page.uncheck('main [name=place][value=""]')
  await page.check('main [name=place][value="01"]')
  await page.uncheck('main [name=pack][value="ma/shock-top-up"]')
  await page.check('main [name=pack][value="ma/shock-transfer"]')
  for (const amount of await page.locator('main [name^="value ma/shock-transfer "]').all()) await amount.fill('800')
  await page.locator('main button[value=preview]').click()
  await page.locator('main button[value=propose]').click()
  await page.waitForURL(/\/console\/proposals\/[0-9a-f-]+$/)
  const other = await openPage(t, { url: page.url(), cookies: await as(omar, 'fr'), script: false })
  await transaction(databases.owner, workerActor('test'), tx =>
    sql`update security.staff_session set second_factor_at = clock_timestamp()`.execute(tx),
  )
  await other.locator('main button[value=approved]').click()
  await other.waitForURL(/\/console\/proposals$/)

  for (const [pack, shock, place] of [
    ['ma/shock-transfer', /Inondation du nord/, /Tanger-Tétouan-Al Hoceïma/],
    ['ma/shock-top-up', /Sécheresse 2026/, /Maroc/],
  ] as const) {
    await page.goto(`${url}/console/runs/new`)
    await page.selectOption('main [name=programme]', pack)
    await page.selectOption('main [name=month]', month)
    await page.locator('main form button[type=submit]').click()
    await page.waitForURL(/\/console\/runs\/[0-9a-f-]{36}$/)
    const run = parseId<'DeterminationRun'>(page.url().split('/').at(-1)!)!
    await decidedByWorker(databases, snapshots, run)
    await page.goto(`${url}/console/runs/${run}`)
    const text = await textOf(page)
    assert.match(text, /Limité aux lieux en état de choc/)
    assert.match(text, shock)
    assert.match(text, place)
    const owed = await transaction(databases.worker, workerActor('test'), tx =>
      sql<{
        n: number
      }>`select count(*)::int as n from programmes.entitlement where pack = ${pack} and month = ${month}`.execute(tx),
    )
    assert.ok(owed.rows[0]!.n > 0, pack)
    await seenWell(page, `shock-run-${pack.split('/')[1]}`)
  }
})
