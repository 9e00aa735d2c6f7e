import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { exampleDoors } from '../example-doors.ts'
import { serveSite } from '../site.ts'

const example = exampleDoors()
const url = await serveSite(
  exampleDoors({
    console: {
      ...example.console,
      access: async () => ({ permissions: ['payment_run.read'], emergencies: [] }),
      forbidden: async (_reader, forbidden) => ({
        forbidden,
        roles: ['desk_agent', 'territory_supervisor'],
        ended: '2026-10-31',
        ask: ['Karim Administration'],
      }),
    },
  }),
)
const cookies = (language: string) => ({ session: '1', 'socle-language': language })

for (const [view, says] of [
  ['fr', ['Cette page ne vous est pas ouverte', 'chercher un ménage', 'Agent d’accueil', 'Karim Administration']],
  ['en', ['This page is not open to you', 'search for a household', 'Desk agent', 'Karim Administration']],
  ['ar', ['البحث عن أسرة', 'عون الاستقبال', 'Karim Administration']],
] as const) {
  test(`who lacks a permission reads what is missing, who has it and whom to ask (${view})`, async t => {
    const page = await openPage(t, { url: `${url}/console/search`, cookies: cookies(view), width: 320, height: 640 })
    await screenshot(page, `forbidden-${view}`)
    const main = (await page.textContent('main')) ?? ''
    for (const words of says) assert.ok(main.includes(words), `${words} in ${main}`)
    assert.equal(await overflow(page), 0)
    assert.deepEqual(await axeComplaints(page), [])
  })
}

test('menus show what would open, and nothing else; an address typed all the same answers 403', async t => {
  const page = await openPage(t, { url: `${url}/console`, cookies: cookies('en') })
  const places = await page.locator('nav a').allTextContents()
  assert.deepEqual(places, ['My work', 'Payments', 'Proposals'])
  assert.equal(await page.locator('[type=search]').count(), 0)
  const headers = { cookie: 'session=1', 'accept-language': 'en' }
  for (const path of [
    '/console/search',
    '/console/search.csv?q=x',
    '/console/determinations.csv',
    '/console/payments.csv',
  ]) {
    const { status } = await fetch(url + path, { headers })
    assert.equal(status, 403, path)
  }
  assert.equal((await fetch(`${url}/console/payments`, { headers })).status, 200)
})
