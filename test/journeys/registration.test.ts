import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { sendMessages } from '#messaging'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { type Person, serveWorld } from '../world.ts'

const desk: Person = {
  name: 'Nadia Guichet',
  email: 'nadia@registration.example',
  territory: '',
  roles: ['desk_agent'],
}
const { url, databases, sending } = await serveWorld(120, [desk])

async function seenWell(page: Page, name: string) {
  await screenshot(page, name)
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
