import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const { url, databases } = await serveWorld(120, [])
const views = [
  { name: 'fr-desk', lang: '', width: 1280 },
  { name: 'ar-phone', lang: '/ar', width: 320 },
  { name: 'en-dark', lang: '/en', width: 1280, dark: true },
] as const

async function seenWell(page: Page, name: string) {
  await screenshot(page, name)
  assert.equal(await page.locator('script').count(), 0)
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await axeComplaints(page), [])
}

for (const [at, { name, lang, ...view }] of views.entries()) {
  test(`a citizen opens the own file with a code, without script (${name})`, async t => {
    const page = await openPage(t, { url: `${url}${lang}/dossier`, script: false, ...view })
    await seenWell(page, `own-ask-${name}`)
    const phone = (await page.locator('.try bdi').allTextContents())[at]!
    await page.fill('[name=phone]', '12')
    await page.click('.form button')
    assert.equal(await page.locator('[role=alert]').count(), 1)
    assert.equal(await page.inputValue('[name=phone]'), '12')
    await page.fill('[name=phone]', phone)
    await page.click('.form button')
    assert.equal(new URL(page.url()).pathname, `${lang}/dossier/code`)
    await page.fill('[name=code]', '12345')
    await page.click('.form button')
    await seenWell(page, `own-code-${name}`)

    await page.goto(`${url}${lang}/demonstration/messages`)
    await seenWell(page, `own-messages-${name}`)
    const [message] = await page.locator('.rows p:not(.aside)').allTextContents()
    const code = /\d{6}/.exec(message!)![0]
    await page.goto(`${url}${lang}/dossier/code`)
    await page.fill('[name=code]', code)
    await page.click('.form button')
    assert.equal(new URL(page.url()).pathname, `${lang}/dossier`)
    assert.equal(await page.locator('.own > .section .rows').count(), 3)
    for (const list of [0, 1])
      assert.ok((await page.locator('.own > .section .rows').nth(list).locator('li').count()) > 0)
    await seenWell(page, `own-file-${name}`)

    await page.click('button[value=leave]')
    assert.equal(await page.locator('[name=phone]').count(), 1)
    await page.goto(`${url}${lang}/dossier/code`)
    assert.equal(new URL(page.url()).pathname, `${lang}/dossier`, 'the code served once')
  })
}

test('a telephone that nobody has leads to the same page, word for word', async t => {
  const pageAfter = async (phone: string) => {
    const page = await openPage(t, { url: `${url}/dossier`, script: false })
    await page.fill('[name=phone]', phone)
    await page.click('.form button')
    return page.textContent('main')
  }
  const hint = await openPage(t, { url: `${url}/dossier`, script: false })
  const known = (await hint.locator('.try bdi').allTextContents())[0]!
  // Asked a moment ago by the journeys above: what is the same to wait for a telephone is the same for any.
  await transaction(databases.owner, workerActor('test'), tx =>
    sql`update security.citizen_code set asked_at = asked_at - interval '2 days'`.execute(tx),
  )
  assert.equal(await pageAfter('+212 5 22 00 11 22'), await pageAfter(known))
})

test('after five wrong codes the page says that another has to be asked for', async t => {
  const page = await openPage(t, { url: `${url}/dossier`, script: false })
  await page.fill('[name=phone]', '+212 5 22 00 33 44')
  await page.click('.form button')
  for (let guess = 0; guess < 5; guess++) {
    await page.fill('[name=code]', `00000${guess}`)
    await page.click('.form button')
  }
  assert.equal(new URL(page.url()).pathname, '/dossier')
  assert.match((await page.textContent('[role=alert]')) ?? '', /ne peut plus servir/)
})

test('what a citizen opened stands in the audit as the citizen’s own reading', async () => {
  const { rows } = await transaction(databases.owner, workerActor('test'), tx =>
    sql<{ n: number }>`
      select count(*)::int as n from security.audit_record
      where actor like 'citizen:%' and action = 'household.read' and purpose = 'data_rights: own page'`.execute(tx),
  )
  assert.ok(rows[0]!.n >= 3)
})
