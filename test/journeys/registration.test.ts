import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { deliverEvents, registerSubscriptions, transaction, workerActor } from '#db'
import { sendMessages } from '#messaging'
import { announceNumbers, matchRegister, numbering, refreshMatchKeys } from '#population'
import { tellingNumbers } from '../../src/web/doors/telling-numbers.ts'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { type Person, serveWorld } from '../world.ts'

const desk: Person = {
  name: 'Nadia Guichet',
  email: 'nadia@registration.example',
  territory: '',
  roles: ['desk_agent'],
}
const { url, databases, country, sending, cookiesOf } = await serveWorld(120, [desk])
const cookies = await cookiesOf(desk)
// What the register learns of itself every night.
await matchRegister(databases.worker, 'ma')
await refreshMatchKeys(databases.worker)

async function seenWell(page: Page, name: string) {
  await screenshot(page, name)
  // What sticks to the window must not stand over a field by chance.
  await page.mouse.wheel(0, -20000)
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await axeComplaints(page), [])
}

/** The latest message shown that says this. */
const messageTo = (page: Page, says: RegExp) =>
  page.locator('.rows p:not(.aside)', { hasText: says }).first().textContent()

/** What a person says of themselves, in the script of the page. */
const people = {
  fr: {
    lang: '',
    phone: '0661 22 33 44',
    names: { given_name: 'Khadija', family_name: 'Bennis' },
    born: { birth_day: '', birth_month: '', birth_year: '1987' },
  },
  ar: {
    lang: '/ar',
    phone: '0661 22 33 55',
    names: { given_name_ar: 'عبد الرحيم', family_name_ar: 'الصنهاجي' },
    born: { birth_day: '٥', birth_month: '٣', birth_year: '١٩٧٠' },
  },
} as const

const references = new Map<string, string>()

for (const [language, { lang, phone, names, born }] of Object.entries(people)) {
  test(`somebody pre-registers without script on a small screen (${language})`, async t => {
    const page = await openPage(t, { url: `${url}${lang}/preinscription`, script: false, width: 360, height: 740 })
    const seen = (name: string) => seenWell(page, `registration-${name}-${language}`)
    await seen('begin')
    await page.fill('[name=phone]', '0033612345678')
    await page.click('.form button')
    assert.equal(await page.locator('[role=alert]').count(), 1, 'no code goes abroad')
    await page.fill('[name=phone]', phone)
    await page.click('.form button')
    assert.equal(new URL(page.url()).pathname, `${lang}/preinscription/code`)
    await seen('code')
    await page.goto(`${url}${lang}/demonstration/messages`)
    const code = /\b\d{6}\b/.exec((await messageTo(page, /\b\d{6}\b/))!)![0]
    await page.goto(`${url}${lang}/preinscription/code`)
    await page.fill('[name=code]', code)
    await page.click('.form button')
    assert.equal(new URL(page.url()).pathname, `${lang}/preinscription/moi`)

    for (const [field, text] of Object.entries(names)) await page.fill(`[name=${field}]`, text)
    await page.fill('[name=birth_day]', '31')
    await page.fill('[name=birth_month]', '2')
    await page.fill('[name=birth_year]', '1980')
    await page.click('.form .button')
    assert.equal(await page.locator('.refusal li').count(), 2, 'no sex, and no such day')
    for (const [field, text] of Object.entries(names)) assert.equal(await page.inputValue(`[name=${field}]`), text)
    await seen('faults')
    for (const [field, text] of Object.entries(born)) await page.fill(`[name=${field}]`, text)
    await page.check('#sex-female')
    await page.click('.form .button')
    await page.selectOption('[name=region]', '07')
    await seen('region')
    await page.click('.form .button')
    await page.selectOption('[name=territory]', { index: 1 })
    await seen('place')
    await page.click('.form .button')
    await seen('check')
    assert.match((await page.textContent('.answers'))!, new RegExp(Object.values(names).join(' ')))
    await page.click('.form .button')
    await seen('done')
    const reference = (await page.textContent('.reference bdi'))!
    assert.match(reference, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    references.set(language, reference)
    await page.goto(`${url}${lang}/preinscription`)
    assert.equal(await page.textContent('.reference bdi'), reference, 'begun again, it is the same')
    await sendMessages(databases.worker, sending)
    await page.goto(`${url}${lang}/demonstration/messages`)
    assert.ok(await messageTo(page, new RegExp(reference)))
  })
}

/** The desk's work in two languages: in Arabic the first name of the list is in Arabic. */
for (const [language, { names }] of Object.entries(people)) {
  test(`an agent completes the registration, says of who is alike that it is somebody else, and the person is told the number (${language})`, async t => {
    const page = await openPage(t, {
      url: `${url}/console/registrations`,
      cookies: { ...cookies, 'socle-language': language },
    })
    const seen = (name: string) => seenWell(page, `registration-${name}-${language}`)
    const reference = references.get(language)!
    await seen('list')
    await page.fill('[name=reference]', reference.toLowerCase().replace('-', ' '))
    await page.click('main form button[type=submit]')
    await page.click(`main td a:has-text("${reference}")`)
    await page.waitForURL(/persons\/new\?from=/)
    for (const [field, text] of Object.entries(names)) assert.equal(await page.inputValue(`[name=${field}]`), text)
    await page.fill('[name=birth_year]', '2090')
    await page.fill('[name=nationalities]', 'MAR')
    await page.click('button[value=check]')
    await page.waitForSelector('[role=alert]')
    await seen('desk-faults')
    // Somebody of the register says nearly the same.
    const twin = await somebodyAlike(language === 'ar')
    for (const [field, text] of Object.entries(twin.texts)) await page.fill(`[name=${field}]`, text)
    for (const [field, code] of Object.entries(twin.chosen)) await page.selectOption(`[name=${field}]`, code)
    await page.fill('[name=nationalities]', 'ma')
    await page.selectOption('[name=doc_type_0]', 'national_id')
    await page.fill('[name=doc_number_0]', `AB 12345${language.length}${language === 'ar' ? 1 : 2}`)
    await page.fill('[name=evidence]', 'CNIE, original')
    await page.click('button[value=check]')
    await page.waitForSelector('button[value=record]')
    assert.ok((await page.locator('.side-by-side').count()) > 0)
    await seen('candidates')
    await page.click('button[value=record]')
    await page.waitForSelector('[role=alert]')
    for (const other of await page.locator('[name=others]').all()) await other.check()
    await page.click('button[value=record]')
    await page.waitForURL(/persons\/[0-9a-f-]{36}\?registered/)
    await seen('registered')
    assert.equal(await page.locator('.heading .number').count(), 0, 'no number yet')

    await giveNumbers()
    await page.reload()
    const number = (await page.textContent('.heading .number'))!
    const spaced = number.replaceAll(/\d{3}(?=\d)/g, three => `${three} `)
    await page.goto(`${url}/demonstration/messages`)
    assert.ok(await messageTo(page, new RegExp(spaced)))
    await page.goto(`${url}/console/registrations?reference=${reference}`)
    assert.equal(await page.locator('main td a').count(), 1, 'it leads to the person')
  })
}

test('two agents change one person at once: the second is told what changed, and may record all the same', async t => {
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ id: string }>`select id from population.person order by id desc limit 1`.execute(tx),
  )
  const address = `${url}/console/persons/${rows[0]!.id}/edit`
  const open = () => openPage(t, { url: address, cookies })
  const [one, other] = [await open(), await open()]
  const save = async (page: Page, field: string, text: string) => {
    await page.fill(`[name=${field}]`, text)
    await page.locator('[name=evidence]').first().fill('livret de famille')
    await page.click('button[value=details]')
  }
  await save(one, 'address', 'Derb el Kebir, 12')
  await one.waitForURL(/persons\/[0-9a-f-]{36}$/)
  await save(other, 'nickname', 'Si Brahim')
  await other.waitForSelector('[role=alert]')
  assert.match((await other.textContent('[role=alert]'))!, /Nadia Guichet.*Adresse/)
  assert.equal(await other.inputValue('[name=nickname]'), 'Si Brahim')
  await seenWell(other, 'registration-edit-meanwhile')
  await other.click('button[value=details]')
  await other.waitForURL(/persons\/[0-9a-f-]{36}$/)
  await other.waitForSelector('.pairs >> text=Si Brahim')

  await one.goto(address)
  await one.selectOption('[name=doc_type_0]', 'passport')
  await one.fill('[name=doc_number_0]', 'X 1234567')
  const form = one.locator('form:has(button[value=document])')
  await form.locator('[name=evidence]').fill('original')
  await form.locator('button[value=document]').click()
  await one.waitForURL(/persons\/[0-9a-f-]{36}$/)
  await one.waitForSelector('td >> text=Passeport')
  await one.goto(address)
  const alias = one.locator('form:has(button[value=alias])')
  await alias.locator('[name=evidence]').fill('la personne')
  await alias.locator('button[value=alias]').click()
  await one.waitForURL(/persons\/[0-9a-f-]{36}$/)
  await one.goto(address)
  assert.equal(await one.locator('button[value=revoke]').count(), 1)
  await seenWell(one, 'registration-edit')
})

/** Somebody of the register as the form says it, in one script, born on the day. */
async function somebodyAlike(arabic: boolean) {
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ given: string; family: string; born: string; sex: string; territory: string }>`
      select ${sql.ref(arabic ? 'given_name_ar' : 'given_name')} as given, sex, territory,
        ${sql.ref(arabic ? 'family_name_ar' : 'family_name')} as family, birth_date::text as born
      from population.person where given_name is not null and given_name_ar is not null and birth_precision = 'day'
      order by id limit 1`.execute(tx),
  )
  const { given, family, born, sex, territory } = rows[0]!
  const [year = '', month = '', day = ''] = born.split('-')
  const script = arabic ? '_ar' : ''
  const texts = { [`given_name${script}`]: given, [`family_name${script}`]: family }
  return { chosen: { sex, territory }, texts: { ...texts, birth_year: year, birth_month: month, birth_day: day } }
}

/** What workers do within a minute: numbers, their news, and the messages. */
async function giveNumbers() {
  await numbering({ country: 'ma', length: country.uniqueNumberLength, waiting: 500 }).run(
    databases.worker,
    new AbortController().signal,
  )
  await registerSubscriptions(databases.worker, [tellingNumbers])
  await announceNumbers(databases.worker)
  await deliverEvents(databases.worker, [tellingNumbers])
  await sendMessages(databases.worker, sending)
}
