// Putting data right, from the request at the desk to the answer of another, and the file that the person takes away.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const clerk = { name: 'Zineb Filali', email: 'zineb@example.org', territory: '', roles: ['desk_agent'] } as const
const officer = {
  name: 'Salma Idrissi',
  email: 'salma@example.org',
  territory: '',
  roles: ['data_protection_officer'],
} as const
const { url, databases, cookiesOf } = await serveWorld(40, [clerk, officer])
const [atDesk, officerSession] = [await cookiesOf(clerk), await cookiesOf(officer)]
const french = (session: Record<string, string>) => ({ ...session, 'socle-language': 'fr' })

const { household } = await transaction(databases.worker, workerActor('test'), async tx => {
  const { rows } = await sql<{ household: string }>`
    select m.household_id as household from households.membership m
    where m.ended_at is null and exists (select from payments.instruction i where i.payee_id = m.person_id)
    order by 1 limit 1`.execute(tx)
  return rows[0]!
})
const corrections = `/console/households/${household}/corrections`

test('without script, a clerk asks, is told what is wrong, and the request waits for somebody else', async t => {
  const page = await openPage(t, { url: url + corrections, cookies: french(atDesk), script: false })
  await page.locator('select[name=field]').selectOption('household.rooms')
  await page.getByRole('button', { name: 'Continuer' }).click()
  await page.locator('input[name=value]').fill('trois')
  await page.locator('textarea[name=says]').fill('La pièce du fond a été construite en mars ; reçu montré.')
  await page.getByRole('button', { name: 'Envoyer la demande' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /n’est pas acceptée/)
  assert.equal(await page.locator('input[name=value]').inputValue(), 'trois', 'nothing typed is lost')
  await page.locator('input[name=value]').fill('17')
  await page.getByRole('button', { name: 'Envoyer la demande' }).click()
  assert.match((await page.getByRole('status').textContent()) ?? '', /demande est enregistrée/)
  const request = page.locator('article', { hasText: 'Nombre de pièces' })
  assert.match((await request.textContent()) ?? '', /En attente[\s\S]*17[\s\S]*La pièce du fond/)
  assert.equal(await request.locator('form').count(), 0, 'a clerk does not answer')
  assert.equal(await page.locator('a[href$="file.json"]').count(), 0, 'nor take the file away')
})

test('an officer must give a motive to refuse, then puts it right; the household page shows it all', async t => {
  const page = await openPage(t, { url: url + corrections, cookies: french(officerSession), script: false })
  await page.getByRole('button', { name: 'Refuser' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /Un refus porte son motif/)
  await page.getByRole('button', { name: 'Accepter et corriger' }).click()
  assert.match((await page.locator('article').first().textContent()) ?? '', /Acceptée[\s\S]*Salma Idrissi/)
  await page.goto(`${url}/console/households/${household}`)
  const journey = (await page.locator('.journey').textContent()) ?? ''
  assert.match(journey, /Correction acceptée[\s\S]*Nombre de pièces[\s\S]*Correction demandée/)
  assert.match((await page.locator('.pairs', { hasText: 'Nombre de pièces' }).textContent()) ?? '', /17/)
})

test('the file for the person comes as JSON and as a page to print, in the language of who prints, without a script', async t => {
  for (const [language, title] of [
    ['fr', 'Ce qui est conservé sur vous'],
    ['ar', 'ما يحتفظ به عنكم'],
    ['en', 'What is held on you'],
  ] as const) {
    // biome-ignore format: a table
    const page = await openPage(t, { url: url + corrections, cookies: { ...officerSession, 'socle-language': language } })
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href$="file.html"]').click()])
    const text = await readFile(await download.path(), 'utf8')
    assert.ok(text.includes(title))
    assert.doesNotMatch(text, /<script|https?:\/\/|\son[a-z]+=/)
    await page.goto('about:blank')
    await page.setContent(text)
    await screenshot(page, `personal-file-${language}`)
    assert.equal(await overflow(page), 0)
    assert.deepEqual(await axeComplaints(page), [])
  }
  const page = await openPage(t, { url: url + corrections, cookies: french(officerSession) })
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href$="file.json"]').click()])
  const file = JSON.parse(await readFile(await download.path(), 'utf8'))
  assert.equal(file.format, 'socle.access/1')
  assert.ok(file.tables['privacy.rectification'].length === 1)
  assert.ok(file.tables['payments.instruction'].length > 0)
})

const pages = { corrections: `${corrections}?field=household.dwelling`, privacy: '/console/privacy' }
const views = {
  fr: { cookies: french(officerSession) },
  'en-dark': { cookies: { ...officerSession, 'socle-language': 'en' }, dark: true },
  ar: { cookies: { ...officerSession, 'socle-language': 'ar' } },
  'ar-phone': { cookies: { ...officerSession, 'socle-language': 'ar' }, width: 320, height: 640 },
  desk: { cookies: french(atDesk) },
}
for (const [name, path] of Object.entries(pages)) {
  for (const [view, options] of Object.entries(views)) {
    test(`staff read ${name} as everyone must be able to (${view})`, async t => {
      const page = await openPage(t, { url: url + path, ...options })
      await screenshot(page, `${name}-${view}`)
      assert.equal(await overflow(page), 0)
      assert.deepEqual(await axeComplaints(page), [])
    })
  }
}
