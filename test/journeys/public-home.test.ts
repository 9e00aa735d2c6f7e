import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axeComplaints, openPage, overflow, screenshot, tabStops } from '../browser.ts'
import { exampleDoors } from '../example-doors.ts'
import { serveSite } from '../site.ts'

const url = await serveSite(exampleDoors())
const pages = [
  { path: '/', lang: 'fr', dir: 'ltr' },
  { path: '/ar', lang: 'ar', dir: 'rtl' },
  { path: '/en', lang: 'en', dir: 'ltr' },
] as const
const views = [
  { name: 'phone', width: 320, height: 640 },
  { name: 'desk', width: 1280, height: 900 },
  { name: 'dark', width: 1280, height: 900, dark: true },
] as const

for (const { path, lang, dir } of pages) {
  for (const { name, ...view } of views) {
    test(`the home page in ${lang} can be read by everyone, without script (${name})`, async t => {
      const page = await openPage(t, { url: url + path, script: false, ...view })
      await screenshot(page, `home-${lang}-${name}`)
      assert.equal(await page.getAttribute('html', 'lang'), lang)
      assert.equal(await page.getAttribute('html', 'dir'), dir)
      assert.equal(await page.locator('script').count(), 0)
      assert.equal(await overflow(page), 0)
      assert.deepEqual(await axeComplaints(page), [])
    })
  }

  test(`the home page in ${lang} weighs less than 50 kB with its style and its fonts`, async t => {
    let bytes = 0
    const page = await openPage(t, { url: 'about:blank', script: false, width: 320 })
    page.on('requestfinished', async request => {
      const { responseBodySize, responseHeadersSize } = await request.sizes()
      bytes += responseBodySize + responseHeadersSize
    })
    await page.goto(url + path, { waitUntil: 'networkidle' })
    t.diagnostic(`${bytes} bytes`)
    assert.ok(bytes > 3000 && bytes < 50_000, `${bytes} bytes`)
  })
}

test('a keyboard meets the way past the header first, then the languages, and never a trap', async t => {
  const page = await openPage(t, { url, script: false })
  const stops = await tabStops(page)
  assert.equal(stops[0], 'Aller au contenu')
  assert.ok(stops.includes('العربية') && stops.includes('English'))
})

test('the language is changed with a link, and the address can be shared', async t => {
  const page = await openPage(t, { url, script: false })
  await page.click('text=العربية')
  assert.equal(new URL(page.url()).pathname, '/ar')
  assert.equal(await page.getAttribute('html', 'dir'), 'rtl')
})
