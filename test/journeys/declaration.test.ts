// A household declared from nothing, interrupted, taken up by another agent, explained, recorded; and one declared again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { broken } from '../household-invariants.ts'
import { serveWorld } from '../world.ts'

const salma = { name: 'Salma Benjelloun', email: 'salma@example.org', territory: '', roles: ['desk_agent'] } as const
const said = { name: 'Said Guichet', email: 'said@example.org', territory: '', roles: ['desk_agent'] } as const
const nadia = { name: 'Nadia Auditrice', email: 'nadia@example.org', territory: '', roles: ['auditor'] } as const
const { url, databases, cookiesOf } = await serveWorld(40, [salma, said, nadia])
const sessions = { salma: await cookiesOf(salma), said: await cookiesOf(said) }
const { rows: known } = await transaction(databases.worker, workerActor('test'), tx =>
  sql<{ household: string }>`
    select h.id as household from households.household h
    where (select count(*) from households.membership m where m.household_id = h.id) between 3 and 5
    order by h.id limit 2`.execute(tx),
)
const sound = async () => assert.deepEqual(await transaction(databases.worker, workerActor('test'), broken), [])

async function seenWell(page: Page, name: string) {
  await screenshot(page, name)
  assert.equal(await overflow(page), 0, name)
  assert.deepEqual(await axeComplaints(page), [], name)
}

/** Chooses and types on the page, by the names of the fields. */
async function say(page: Page, values: Readonly<Record<string, string>>, member = 'household') {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`[name="${member}.${name}"]`)
    const kind = (await field.first().getAttribute('type')) ?? (await field.first().evaluate(each => each.tagName))
    if (kind === 'radio') await page.locator(`[name="${member}.${name}"][value="${value}"]`).check()
    else if (kind === 'SELECT') await field.selectOption(value)
    else await field.fill(value)
  }
}

async function addPerson(page: Page, values: Readonly<Record<string, string>>, button: string) {
  const key = await page.locator('[name=blank]').inputValue()
  await say(page, values, key)
  await page.getByRole('button', { name: button }).click()
  await page.locator(`#member-${key}`).waitFor()
  return key
}

const dwelling = { area: 'urban', dwelling: 'flat', rooms: '14', bathroom: 'true', electricity_meter: 'true' }
const equipment = { mobile_phones: '2', fixed_phone: 'false', computer: 'false', satellite_dish: 'true', cars: '0', motorcycles: '1' } // biome-ignore format: a list
const property = { second_home: 'false', garage: 'false', professional_premises: 'false', non_agricultural_land: 'false', irrigated_land: 'false', cows: '0' } // biome-ignore format: a list
const spending = { butane_annual: '600', utilities_annual: '2 400', telecom_annual: '1200,50', loan: 'false' }
const work = { occupation: 'trader', income_activity: 'true', employer: 'false', retired_or_rentier: 'false', pays_income_tax: 'false' } // biome-ignore format: a list
const protection = { health_cover: 'none', disability: 'none', receives_pension: 'false', receives_other_state_aid: 'false' } // biome-ignore format: a list
const grown = { ...protection, receives_family_allowance: 'false' }

test('in French without script: begun by one agent, finished by another, a warning explained', async t => {
  const page = await openPage(t, { url: `${url}/console/households/new`, cookies: { ...sessions.salma, 'socle-language': 'fr' }, script: false }) // biome-ignore format: a line
  await seenWell(page, 'declaration-new-fr')
  await page.getByLabel('Où habite la famille').selectOption('07.351')
  await page.getByRole('button', { name: 'Commencer' }).click()
  assert.match(page.url(), /identity$/)
  await seenWell(page, 'declaration-members-empty-fr')
  const add = 'Ajouter une autre personne'
  const names = (given: string) => ({ givenName: given, familyName: 'Aït Lahcen' })
  const fatima = await addPerson(page, { ...names('Fatima'), phone: '0612345678', relation: 'head', sex: 'female', birth_date: '1988-02-03', marital_status: 'married' }, add) // biome-ignore format: a line
  const brahim = await addPerson(page, { ...names('Brahim'), relation: 'spouse', sex: 'male', birth_date: '1984-07-01', marital_status: 'married' }, add) // biome-ignore format: a line
  const tiziri = await addPerson(page, { ...names('Tiziri'), relation: 'child', sex: 'female', birth_date: '2018-04-09' }, add) // biome-ignore format: a line
  await seenWell(page, 'declaration-members-fr')
  await page.getByRole('button', { name: 'Enregistrer et continuer' }).click()
  await say(page, dwelling)
  await page.locator('[name="household.rooms"]').fill('beaucoup')
  await page.getByRole('button', { name: 'Enregistrer et continuer' }).click()
  assert.match(page.url(), /dwelling\?check$/)
  assert.equal(await page.locator('[name="household.rooms"]').inputValue(), 'beaucoup', 'nothing typed is lost')
  await seenWell(page, 'declaration-refused-fr')
  await page.locator('[name="household.rooms"]').fill('14')
  await page.getByRole('button', { name: 'Enregistrer et continuer' }).click()
  const number = (await page.locator('.over bdi').textContent())!

  // Another agent takes it up by its number.
  const other = await openPage(t, { url: `${url}/console/households/new`, cookies: { ...sessions.said, 'socle-language': 'fr' }, script: false }) // biome-ignore format: a line
  await seenWell(other, 'declaration-drafts-fr')
  await other.getByLabel('Numéro de la déclaration').fill(number.toLowerCase())
  await other.getByRole('button', { name: 'Reprendre', exact: true }).click()
  assert.match(other.url(), /composition/)
  const next = () => other.getByRole('button', { name: 'Enregistrer et continuer' }).click()
  await say(other, { nuclei: '1' })
  await next()
  await say(other, equipment)
  await next()
  await say(other, property)
  await next()
  await say(other, spending)
  await next()
  await say(other, { schooling: 'public', school_level: 'primary_2', education: 'basic', literate: 'true' }, tiziri)
  for (const each of [fatima, brahim]) await say(other, { education: 'basic', diploma: 'none', literate: 'true' }, each)
  await seenWell(other, 'declaration-schooling-fr')
  await next()
  for (const each of [fatima, brahim]) await say(other, work, each)
  assert.equal(await other.locator(`[name^="${tiziri}."]`).count(), 0, 'a child is not asked for a trade')
  await next()
  for (const each of [fatima, brahim]) await say(other, grown, each)
  await say(other, { ...protection, father_deceased: 'false' }, tiziri)
  await next()
  assert.match(other.url(), /summary$/)
  await seenWell(other, 'declaration-summary-fr')

  // The first agent, whose page is older, is told and overwrites nothing.
  await say(page, { nuclei: '2' })
  await page.getByRole('button', { name: 'Enregistrer et continuer' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /Said Guichet a enregistré/)
  assert.equal(await page.locator('[name="household.nuclei"]').inputValue(), '2')
  await seenWell(page, 'declaration-conflict-fr')

  const paper = { name: 'carte.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nune carte') }
  await other.locator('#file').setInputFiles({ ...paper, buffer: Buffer.from('MZ') })
  await other.getByRole('button', { name: 'Joindre' }).click()
  assert.match((await other.getByRole('alert').textContent()) ?? '', /JPEG ou PNG/)
  await other.locator('#file').setInputFiles(paper)
  await other.getByRole('button', { name: 'Joindre' }).click()
  await other.getByText('La pièce est jointe.').waitFor()
  await seenWell(other, 'declaration-paper-fr')
  const link = await other.getByRole('link', { name: /Carte d.identité/ }).getAttribute('href')
  const got = await other.request.get(`${url}${link}`)
  assert.equal(await got.text(), '%PDF-1.7\nune carte')

  await other.getByRole('button', { name: 'Enregistrer la déclaration' }).click()
  assert.match((await other.getByRole('alert').textContent()) ?? '', /expliquez/)
  await other.getByLabel(/Nombre de pièces/).fill('Ancienne pension, vue par l’agent.')
  await other.getByLabel(/numéro unique/).fill('Numéro demandé ce jour.')
  await other.getByRole('button', { name: 'Enregistrer la déclaration' }).click()
  await other.getByText('La déclaration est enregistrée.').waitFor()
  const main = (await other.locator('main').textContent()) ?? ''
  for (const word of ['Tiziri', 'Brahim', '1 200,50', 'Appartement']) assert.ok(main.replaceAll(/\s/g, ' ').includes(word), word) // biome-ignore format: a line
  await seenWell(other, 'declaration-done-fr')
  await sound()
})

test('in Arabic, a household that the register knows is declared again: its answers are there, one changes', async t => {
  const { household } = known[0]!
  const cookies = { ...sessions.salma, 'socle-language': 'ar' }
  const page = await openPage(t, { url: `${url}/console/households/${household}`, cookies })
  await page.getByRole('link', { name: 'تصريح جديد لهذه الأسرة' }).click()
  await page.getByRole('button', { name: 'فتح التصريح' }).click()
  await page.waitForURL(/identity$/)
  await page.locator('fieldset.declaration-card').nth(3).waitFor()
  await seenWell(page, 'declaration-again-ar')
  await page.getByRole('link', { name: 'السكن', exact: true }).click()
  await page.waitForURL(/dwelling$/)
  assert.notEqual(await page.locator('[name="household.area"]').inputValue(), '')
  await page.locator('[name="household.rooms"]').fill('٥')
  await page.getByRole('button', { name: 'تسجيل ومتابعة' }).click()
  await page.waitForURL(/composition/)
  await page.getByRole('link', { name: 'المراجعة والتسجيل' }).click()
  await page.waitForURL(/summary$/)
  await seenWell(page, 'declaration-summary-ar')
  for (const field of await page.locator('textarea[name=says]').all()) await field.fill('توضيح من الأسرة')
  await page.getByRole('button', { name: 'تسجيل التصريح' }).click()
  await page.getByText('تم تسجيل التصريح.').waitFor()
  assert.match((await page.locator('main').textContent()) ?? '', /عدد الغرف/)
  await sound()
})

test('on a small telephone in the dark the form holds', async t => {
  const { household } = known[1]!
  const cookies = { ...sessions.salma, 'socle-language': 'fr' }
  const page = await openPage(t, { url: `${url}/console/households/${household}/declaration`, cookies, width: 360, height: 700, dark: true }) // biome-ignore format: a line
  await seenWell(page, 'declaration-begin-phone')
  await page.getByRole('button', { name: 'Ouvrir la déclaration' }).click()
  await page.waitForURL(/identity$/)
  await seenWell(page, 'declaration-members-phone')
  await page.goto(page.url().replace('identity', 'equipment'))
  await seenWell(page, 'declaration-equipment-phone')
})

test('who only reads finds no way in', async t => {
  const cookies = { ...(await cookiesOf(nadia)), 'socle-language': 'fr' }
  const page = await openPage(t, { url: `${url}/console`, cookies })
  assert.equal(await page.getByRole('link', { name: 'Déclarer', exact: true }).count(), 0)
  assert.equal((await page.goto(`${url}/console/households/new`))?.status(), 403)
})

test('a citizen declares the own household again by telephone, and the desk confirms it', async t => {
  const page = await openPage(t, { url: `${url}/dossier`, script: false, width: 360, height: 700 })
  await page.fill('[name=phone]', (await page.locator('.try bdi').first().textContent())!)
  await page.click('.form button')
  await page.goto(`${url}/demonstration/messages`)
  // The message is on its way when the page before it is there.
  const coded = page.locator('.rows li').filter({ hasText: /\d{6}/ }).first()
  for (let turn = 0; turn < 40 && (await coded.count()) === 0; turn++) await page.reload()
  const message = await coded.locator('p:not(.aside)').last().textContent()
  await page.goto(`${url}/dossier/code`)
  await page.fill('[name=code]', /\d{6}/.exec(message!)![0])
  await page.click('.form button')
  await page.getByRole('link', { name: 'Déclarer à nouveau mon ménage' }).click()
  await seenWell(page, 'own-declaration-begin')
  await page.getByRole('button', { name: 'Commencer' }).click()
  await page.locator('[name="household.rooms"]').fill('6')
  await seenWell(page, 'own-declaration-part')
  await page.getByRole('button', { name: 'Enregistrer et continuer' }).click()
  await page.goto(`${url}/dossier/declaration?part=summary`)
  assert.match((await page.locator('main').textContent()) ?? '', /Nombre de pièces\s*6/)
  await seenWell(page, 'own-declaration-summary')
  await page.getByRole('button', { name: 'Envoyer ma déclaration' }).click()
  const told = (await page.locator('main').textContent()) ?? ''
  const number = /D-\d{7}/.exec(told)?.[0]
  assert.ok(number, told)

  const desk = await openPage(t, { url: `${url}/console/households/new?number=${number}`, cookies: { ...sessions.salma, 'socle-language': 'fr' } }) // biome-ignore format: a line
  assert.match(desk.url(), /summary$/)
  await desk.getByText('La famille a fait cette déclaration par internet').waitFor()
  for (const field of await desk.locator('textarea[name=says]').all()) await field.fill('Confirmé avec la famille.')
  await desk.getByRole('button', { name: 'Enregistrer la déclaration' }).click()
  await desk.getByText('La déclaration est enregistrée.').waitFor()
  await sound()
})
