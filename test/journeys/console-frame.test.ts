import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { exampleDoors } from '../example-doors.ts'
import { serveSite } from '../site.ts'

const url = await serveSite(exampleDoors())
const views = [
  { name: 'fr-desk', cookies: { 'socle-language': 'fr' } },
  { name: 'ar-desk', cookies: { 'socle-language': 'ar' } },
  { name: 'en-dark', cookies: { 'socle-language': 'en' }, dark: true },
  { name: 'ar-phone', cookies: { 'socle-language': 'ar' }, width: 320, height: 640 },
] as const

for (const { name, ...view } of views) {
  for (const path of ['/console/sign-in', '/console', '/console/search', '/console/payments', '/console/nowhere']) {
    const page = path.split('/')[2] ?? 'work'
    test(`the console can be used by everyone: ${page} (${name})`, async t => {
      const cookies = page === 'sign-in' ? view.cookies : { ...view.cookies, session: '1' }
      const seen = await openPage(t, { url: url + path, ...view, cookies })
      await screenshot(seen, `console-${page}-${name}`)
      assert.equal(await overflow(seen), 0)
      assert.deepEqual(await axeComplaints(seen), [])
    })
  }
}

test('nothing is shown before one has signed in, and one goes on to where one was going', async t => {
  const page = await openPage(t, { url: `${url}/console/search?q=alaoui`, script: false })
  assert.equal(new URL(page.url()).pathname, '/console/sign-in')
  await page.fill('[name=email]', 'salma@example.org')
  await page.fill('[name=password]', 'wrong')
  await page.click('main button[type=submit]:not([name])')
  assert.match((await page.textContent('[role=alert]')) ?? '', /ne convient pas/)
  assert.equal(await page.inputValue('[name=email]'), 'salma@example.org')
  await page.fill('[name=password]', 'right')
  await page.click('main button[type=submit]:not([name])')
  assert.equal(page.url(), `${url}/console/search?q=alaoui`)
})

test('the language is the reader’s choice and stays', async t => {
  const page = await openPage(t, { url: `${url}/console`, cookies: { session: '1' } })
  assert.equal(await page.getAttribute('html', 'lang'), 'fr')
  await page.click('button[value=ar]')
  await page.waitForURL(`${url}/console`)
  assert.equal(await page.getAttribute('html', 'dir'), 'rtl')
  await page.click('a[href="/console/payments"]')
  await page.waitForURL(`${url}/console/payments`)
  assert.equal(await page.getAttribute('html', 'lang'), 'ar')
})

test('a slash puts the cursor into the search, from any page', async t => {
  const page = await openPage(t, { url: `${url}/console/payments`, cookies: { session: '1' } })
  await page.waitForLoadState('networkidle')
  await page.keyboard.press('/')
  await page.keyboard.type('Méryem')
  await page.keyboard.press('Enter')
  await page.waitForURL(/search/)
  assert.equal(new URL(page.url()).searchParams.get('q'), 'Méryem')
})
