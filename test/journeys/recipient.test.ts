// Somebody else is to receive: a desk proposes it with a photograph of the decision, a supervisor looks at it and says yes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import type { Id } from '#kernel'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const salma = { name: 'Salma Guichet', email: 'salma@recipient.example', territory: '', roles: ['desk_agent'] } as const
const karim = {
  name: 'Karim Responsable',
  email: 'karim@recipient.example',
  territory: '',
  roles: ['territory_supervisor'],
} as const
const { url, databases, cookiesOf } = await serveWorld(40, [salma, karim])
const as = async (who: Parameters<typeof cookiesOf>[0], language: string) => ({
  ...(await cookiesOf(who)),
  'socle-language': language,
})
const factor = (at: 'null' | 'clock_timestamp()') =>
  transaction(databases.owner, workerActor('test'), tx =>
    sql`update security.staff_session set second_factor_at = ${sql.raw(at)}`.execute(tx),
  )
/** Families with an adult who does not receive. */
const { rows: families } = await transaction(databases.worker, workerActor('test'), tx =>
  sql<{ household: Id<'Household'>; person: Id<'Person'> }>`
    select distinct on (m.household_id) m.household_id as household, m.person_id as person
    from households.membership m join population.person p on p.id = m.person_id
    where m.ended_at is null and p.birth_date < current_date - interval '19 years'
      and not exists (select from households.recipient r where r.household_id = m.household_id and r.person_id = m.person_id)
    order by m.household_id, m.person_id limit 2`.execute(tx),
)

async function seenWell(page: Page, name: string) {
  await screenshot(page, name)
  assert.equal(await overflow(page), 0, name)
  assert.deepEqual(await axeComplaints(page), [], name)
}
const textOf = async (page: Page, selector = 'main') =>
  ((await page.locator(selector).first().textContent()) ?? '').replaceAll(/\s+/g, ' ')

const views = [
  { language: 'fr', width: 1280, dark: false, words: { type: /ni une image JPEG ou PNG/, again: /Choisissez à nouveau/, proof: /joignez-en une photo/ } },
  { language: 'ar', width: 360, dark: true, words: { type: /ليس صورة JPEG/, again: /اختاروا الملف من جديد/, proof: /أرفقوا صورتها/ } },
] as const // biome-ignore format: a table

for (const [at, { language, width, dark, words }] of views.entries()) {
  test(`a desk proposes who receives with a photograph, and a supervisor approves on seeing it (${language})`, async t => {
    const { household, person } = families[at]!
    const view = { script: false, width, dark }
    const address = `${url}/console/households/${household}/recipient`
    const page = await openPage(t, { url: address, cookies: await as(salma, language), ...view })
    await seenWell(page, `recipient-form-${language}`)
    await page.selectOption('main [name=person]', person)
    await page.selectOption('main [name=capacity]', 'guardian')
    await page.selectOption('main [name=reason]', 'court_decided')
    await page.fill('main [name=says]', 'Ordonnance du juge')
    await page.locator('main button[type=submit]').click()
    assert.match(await textOf(page), words.proof)
    // Refused as it comes, long before its end: the page is shown all the same, with what was typed.
    const name = 'ordonnance.txt'
    const large = Buffer.alloc(9 * 1024 * 1024, 'x')
    await page.setInputFiles('main [name=file]', { name, mimeType: 'text/plain', buffer: large })
    await page.locator('main button[type=submit]').click()
    await page.locator('#transfer-file-error').waitFor()
    assert.match(await textOf(page, '#transfer-file-error'), words.type)
    assert.match(await textOf(page, '#transfer-file-error'), words.again)
    assert.equal(await page.inputValue('main [name=person]'), person)
    assert.equal(await page.inputValue('main [name=capacity]'), 'guardian')
    assert.equal(await page.inputValue('main [name=says]'), 'Ordonnance du juge')
    await seenWell(page, `recipient-refused-${language}`)
    const photograph = await page.locator('main').screenshot()
    await page.setInputFiles('main [name=file]', { name: 'ordonnance.png', mimeType: 'image/png', buffer: photograph })
    await page.locator('main button[type=submit]').click()
    await page.waitForURL(/\?proposed$/)
    await seenWell(page, `recipient-proposed-${language}`)
    await page.goto(`${url}/console/proposals`)
    await page.locator('main .history a').first().click()
    await page.locator('main .hash').waitFor()
    assert.equal(await page.locator('main button[value=approved]').count(), 0)

    await factor('null')
    const other = await openPage(t, { url: page.url(), cookies: await as(karim, language), ...view })
    const shown = other.locator('main .paper-shown img')
    await shown.waitFor()
    assert.ok((await shown.boundingBox())!.height > 50, 'the photograph is shown')
    await seenWell(other, `recipient-proposal-${language}`)
    await other.locator('main button[value=approved]').click()
    await other.locator('[role=alert]').waitFor()
    await factor('clock_timestamp()')
    await other.locator('main button[value=approved]').click()
    await other.waitForURL(/\/console\/proposals$/)
    await page.goto(address)
    assert.equal(await page.locator(`main a[href^="/console/papers/"]`).count(), 1)
    const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
      sql<{ person: string }>`
        select person_id as person from households.recipient where household_id = ${household}
        order by recorded_at desc limit 1`.execute(tx),
    )
    assert.equal(rows[0]?.person, person)
    await seenWell(page, `recipient-done-${language}`)
  })
}
