// A person asks that something recorded be put right, without script; an officer answers on proof; the answer stands in the file.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const officer = {
  name: 'Salma Idrissi',
  email: 'salma@example.org',
  territory: '',
  roles: ['data_protection_officer'],
} as const
const { url, databases, cookiesOf } = await serveWorld(60, [officer])
const session = await cookiesOf(officer)

async function seenWell(page: Page, name: string) {
  await screenshot(page, name)
  assert.equal(await overflow(page), 0, name)
  assert.deepEqual(await axeComplaints(page), [], name)
}

/** Opens the own file of the nth telephone of the demonstration, by the code that was sent to it. */
async function enter(page: Page, lang: string, at: number) {
  const codes = async () => {
    await page.goto(`${url}${lang}/demonstration/messages`)
    const said = (await page.locator('.rows p:not(.aside)').allTextContents()).join('\n')
    return said.match(/\b\d{6}\b/g) ?? []
  }
  const before = (await codes()).length
  await page.goto(`${url}${lang}/dossier`)
  await page.fill('[name=phone]', (await page.locator('.try bdi').allTextContents())[at]!)
  await page.click('.form button')
  await page.waitForURL('**/dossier/code')
  // The latest is first; messages are carried a moment after they were asked for.
  let found = await codes()
  for (let tries = 0; found.length === before && tries < 100; tries++) found = await codes()
  await page.goto(`${url}${lang}/dossier/code`)
  await page.fill('[name=code]', found[0]!)
  await page.click('.form button')
  await page.waitForURL('**/dossier')
}

const views = [
  { name: 'fr-phone', language: 'fr', lang: '', width: 360, value: 'El Fassi', dark: false, field: 'person.family_name', answers: 'accepted' },
  { name: 'ar-phone', language: 'ar', lang: '/ar', width: 360, value: 'الفاسي', dark: true, field: 'person.family_name_ar', answers: 'refused' },
] as const // biome-ignore format: a table

for (const [at, { name, language, lang, width, dark, value, field, answers }] of views.entries()) {
  test(`without script, a correction is asked for, answered and read (${name})`, async t => {
    const page = await openPage(t, { url: `${url}${lang}/dossier`, script: false, width, dark })
    await enter(page, lang, at)
    await page.click(`a[href="${lang}/dossier/corrections"]`)
    await seenWell(page, `corrections-whom-${name}`)
    assert.ok(gzipSync(await page.content()).length < 20_000, 'a page for a slow network')
    await page.locator('.choices a').nth(1).click()
    await page.selectOption('[name=field]', field)
    await seenWell(page, `corrections-what-${name}`)
    await page.click('.form .button')
    await page.fill('[name=value]', value)
    await page.click('.form .button')
    assert.equal(await page.locator('[role=alert]').count(), 1, 'a reason is asked for')
    assert.equal(await page.inputValue('[name=value]'), value, 'nothing typed is lost')
    await seenWell(page, `corrections-value-${name}`)
    await page.fill('[name=says]', 'Mal écrit sur ma carte')
    await page.click('.form .button')
    assert.equal(await page.locator('[role=status]').count(), 1)
    assert.equal(new URL(page.url()).pathname, `${lang}/dossier/corrections`)
    await page.locator('summary').first().click()
    await page.setInputFiles('input[type=file]', {
      name: 'carte.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('no paper at all'),
    })
    await page.click('details button')
    assert.equal(await page.locator('[role=alert]').count(), 1, 'what is no paper is refused in words')
    await page.locator('summary').first().click()
    await page.setInputFiles('input[type=file]', {
      name: 'carte.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.7\nune carte'),
    })
    await page.click('details button')
    assert.equal(await page.locator('.papers li').count(), 1)
    await seenWell(page, `corrections-asked-${name}`)
    assert.equal(await page.locator('script').count(), 0)

    const desk = await openPage(t, {
      url: `${url}/console/corrections`,
      cookies: { ...session, 'socle-language': language },
      script: false,
    })
    await seenWell(desk, `corrections-list-${name}`)
    await desk.locator('tbody a').first().click()
    const request = desk.locator('article').filter({ has: desk.locator('button[value=accepted]') })
    const [paper] = await Promise.all([desk.waitForEvent('download'), request.locator('a[download]').click()])
    assert.equal(paper.suggestedFilename(), 'carte.pdf')
    if (answers === 'accepted') {
      await request.locator('button[value=accepted]').click()
      assert.equal(await desk.locator('[role=alert]').count(), 1, 'who somebody is changes on proof alone')
      await desk.fill('[name=shown]', 'Carte nationale, original vu')
    } else await desk.fill('[name=motive]', 'Votre carte dit autre chose.')
    await seenWell(desk, `corrections-answer-${name}`)
    await desk.locator(`button[value=${answers}]`).click()
    assert.equal(await desk.locator('button[value=accepted]').count(), 0)
    await desk.goto(`${url}/console/corrections`)
    assert.equal(await desk.locator('tbody a').count(), 0, 'nothing waits any more')

    await page.goto(`${url}${lang}/dossier`)
    await seenWell(page, `corrections-file-${name}`)
    await page.goto(`${url}${lang}/dossier/corrections`)
    const told = (await page.locator('.request').textContent()) ?? ''
    if (answers === 'refused') assert.match(told, /Votre carte dit autre chose\./)
    await seenWell(page, `corrections-answered-${name}`)
    await page.goto(`${url}${lang}/demonstration/messages`)
    assert.ok((await page.locator('.rows li').count()) > 0)
  })
}

test('both requests stand in the register as asked online, with the answer that was given', async () => {
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ channel: string; outcome: string; language: string }>`
      select r.channel, d.outcome, r.language from privacy.rectification r
        join privacy.rectification_decision d on d.household_id = r.household_id and d.id = r.id order by r.asked_at`.execute(
      tx,
    ),
  )
  assert.deepEqual(rows, [
    { channel: 'web', outcome: 'accepted', language: 'fr' },
    { channel: 'web', outcome: 'refused', language: 'ar' },
  ])
})
