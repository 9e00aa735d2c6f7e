// Search as an agent uses it: another spelling, a telephone, one place alone, and somebody who was registered twice.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { correctPerson, settlePair } from '#population'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const salma = { name: 'Salma Benjelloun', email: 'salma@example.org', territory: '' }
const { url, databases, cookiesOf } = await serveWorld(40, [salma])
const session = await cookiesOf(salma)
const operator = workerActor('test')

/** Two heads of the same region. */
const { rows: heads } = await transaction(databases.worker, operator, tx =>
  sql<{ person: Id<'Person'>; household: string; territory: string }>`
    select person_id as person, household_id as household, territory from households.published_member
    where relation = 'head' and territory like '07.%' order by person_id limit 2`.execute(tx),
)
const [kept, merged] = heads
assert.ok(kept && merged)
await transaction(databases.worker, operator, async tx => {
  const arabic = { givenNameAr: 'زبيدة', familyNameAr: 'التازي' }
  await correctPerson(tx, { person: kept.person, givenName: 'Zoubida', familyName: 'Tazi', ...arabic }, 'test')
  const said = { givenName: 'Zobeida', familyName: 'Ouhaddouch', phone: '+212600000017' }
  await correctPerson(tx, { person: merged.person, ...said }, 'test')
})
await transaction(databases.worker, operator, tx =>
  settlePair(tx, {
    ...{ id: newId(), persons: [kept.person, merged.person], decision: 'same', kept: kept.person },
    ...{ decidedBy: 'Agent', purpose: 'data_quality: test' },
  }),
)

const views = {
  fr: { cookies: { ...session, 'socle-language': 'fr' } },
  'en-dark': { cookies: { ...session, 'socle-language': 'en' }, dark: true },
  ar: { cookies: { ...session, 'socle-language': 'ar' } },
  'ar-phone': { cookies: { ...session, 'socle-language': 'ar' }, width: 360, height: 640 },
}
for (const [view, options] of Object.entries(views)) {
  test(`a search leads from who was registered twice to who stands for both (${view})`, async t => {
    const page = await openPage(t, { url: `${url}/console/search?q=Ouhadouch`, ...options })
    await screenshot(page, `search-${view}`)
    assert.equal(await overflow(page), 0)
    assert.deepEqual(await axeComplaints(page), [])
    assert.ok((await page.locator('main').textContent())?.includes('Ouhaddouch'))
    assert.equal(await page.locator(`main a[href="/console/households/${kept.household}"]`).count(), 1)
    await page.goto(`${url}/console/households/${merged.household}`)
    await screenshot(page, `standing-${view}`)
    assert.equal(await page.locator(`main a[href="/console/persons/${kept.person}"]`).count(), 1)
    assert.equal(await page.locator(`main a[href="/console/households/${kept.household}"]`).count(), 1)
  })
}

test('a telephone finds its person; a place narrows the search, which stays on the next page and in the file', async t => {
  const page = await openPage(t, { url: `${url}/console/search?q=0600000017`, ...views.fr })
  await page.getByText('1 ménage', { exact: true }).waitFor()
  await page.goto(`${url}/console/search?q=MA-`)
  await page.getByRole('combobox', { name: 'Où' }).selectOption('07')
  await page.getByRole('button', { name: 'Restreindre' }).click()
  await page.waitForURL(/in=07/)
  const rows = page.locator('table tbody tr')
  await rows.filter({ hasNotText: 'Marrakech-Safi' }).first().waitFor({ state: 'detached' })
  assert.ok((await rows.count()) >= 2, 'the two heads above live there')
  const file = await page.getByRole('link', { name: /CSV/ }).getAttribute('href')
  assert.match(file ?? '', /in=07/)
})
