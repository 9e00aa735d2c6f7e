// A family that left a programme applies again at the desk, is enrolled, and reads it on its own page; another is refused and told why.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const salma = {
  name: 'Salma Guichet',
  email: 'salma@programmes.example',
  territory: '',
  roles: ['desk_agent'],
} as const
const rachid = { name: 'Rachid Chef', email: 'rachid@programmes.example', territory: '' } as const
const { url, databases, cookiesOf } = await serveWorld(60, [salma, rachid])
const [desk, supervisor] = [await cookiesOf(salma), await cookiesOf(rachid)]

/** Households that the law refused, each used by one test. */
const { rows: refused } = await transaction(databases.worker, workerActor('test'), tx =>
  sql<{ household: string }>`
    select household_id as household from programmes.determination
    where pack = 'ma/asd' and outcome = 'not_eligible' order by household_id limit 2`.execute(tx),
)

const sectionOf = (page: Page, title: string) =>
  page.locator('.section').filter({ has: page.getByRole('heading', { name: title, exact: true }) })

async function seenWell(page: Page, name: string) {
  await screenshot(page, name)
  assert.equal(await overflow(page), 0, name)
  assert.deepEqual(await axeComplaints(page), [], name)
}

const views = [
  { language: 'fr', lang: '', width: 1280, dark: false, aid: 'Aide sociale directe', enrolled: 'Inscrit', own: /Vous êtes inscrit/ },
  { language: 'ar', lang: '/ar', width: 360, dark: true, aid: 'الدعم الاجتماعي المباشر', enrolled: 'مسجلة', own: /أنتم مسجلون/ },
] as const // biome-ignore format: a table

for (const [at, { language, lang, width, dark, aid, enrolled, own }] of views.entries()) {
  test(`a family applies at the desk, is enrolled and sees it on its own page (${language})`, async t => {
    const page = await openPage(t, { url: `${url}${lang}/dossier`, script: false, width: 360, dark })
    const phone = (await page.locator('.try bdi').allTextContents())[at]!
    const cookies = { ...supervisor, 'socle-language': language }
    const chief = await openPage(t, {
      url: `${url}/console/search?q=${encodeURIComponent(phone)}`,
      cookies,
      script: false,
      width,
      dark,
    })
    const household = (await chief.locator('main a[href*="/console/households/"]').first().getAttribute('href'))!
    await chief.goto(url + household)
    await chief.locator('main a[href$="/statement"]').waitFor()
    await chief.locator('.heading a[href$="/programmes"]').click()
    const left = sectionOf(chief, aid)
    await left.locator('summary').first().click()
    await left.locator('[name=says]').first().fill('La famille le demande.')
    await left.locator('button[value=exit]').click()
    await chief.locator('[role=status]').waitFor()

    const view = { cookies: { ...desk, 'socle-language': language }, script: false, width, dark }
    const form = await openPage(t, { url: `${url}${household}/programmes`, ...view })
    await seenWell(form, `programmes-desk-${language}`)
    const entered = sectionOf(form, aid)
    await entered.locator('button[value=apply]').click()
    await form.locator('[role=status]').waitFor()
    assert.equal(await entered.locator('.badge').first().textContent(), enrolled)
    assert.match((await entered.textContent()) ?? '', /Salma Guichet/)
    await seenWell(form, `programmes-enrolled-${language}`)

    await page.fill('[name=phone]', phone)
    await page.click('.form button')
    await page.waitForURL(/\/dossier\/code$/)
    // The code is on its way while a wrong one is refused.
    await page.fill('[name=code]', '12345')
    await page.click('.form button')
    await page.locator('[role=alert]').first().waitFor()
    await page.goto(`${url}${lang}/demonstration/messages`)
    const [message] = await page.locator('.rows p:not(.aside)').allTextContents()
    await page.goto(`${url}${lang}/dossier/code`)
    await page.fill('[name=code]', /\d{6}/.exec(message!)![0])
    await page.click('.form button')
    await page.waitForURL(/\/dossier$/)
    await page.locator('a[href$="/dossier/programmes"]').click()
    assert.match((await page.getByRole('region', { name: aid }).textContent()) ?? '', own)
    await seenWell(page, `programmes-own-${language}`)
  })

  test(`a family that is refused is told why, with its own figures (${language})`, async t => {
    const cookies = { ...desk, 'socle-language': language }
    const address = `${url}/console/households/${refused[at]!.household}/programmes`
    const form = await openPage(t, { url: address, cookies, script: false, width, dark })
    const asked = sectionOf(form, aid)
    await asked.locator('button[value=apply]').click()
    await form.locator('[role=status]').waitFor()
    const said = (await asked.locator('.refusals').textContent()) ?? ''
    assert.match(said, /\d/)
    assert.doesNotMatch(said, /…/)
    await seenWell(form, `programmes-refused-${language}`)
  })
}
