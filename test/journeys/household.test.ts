import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const salma = { name: 'Salma Benjelloun', email: 'salma@example.org', territory: '' }
const nowhere = { name: 'Rachid Alami', email: 'rachid@example.org', territory: '' }
const { url, databases, cookiesOf } = await serveWorld(120, [salma, { ...nowhere, territory: '12' }])
const session = await cookiesOf(salma)
const french = { ...session, 'socle-language': 'fr' }

/** A household of the demonstration by what `ma/asd` decided for it, and by where it lives. */
async function householdWith(outcome: string, area: 'urban' | 'rural') {
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{ household: string; run: string; amount: string | null; score: string; territory: string }>`
      select decided.household_id as household, decided.run_id as run, decided.amount_minor::text as amount,
        decided.scores ->> 'ma/ise' as score, decided.territory
      from programmes.determination as decided
        join programmes.determination_run as run on run.id = decided.run_id
        join households.declaration as said on said.household_id = decided.household_id and said.id = decided.declaration_id
      where run.pack = 'ma/asd' and decided.outcome = ${outcome} and said.facts ->> 'area' = ${area}
      order by decided.amount_minor desc nulls last limit 1`.execute(tx),
  )
  assert.ok(rows[0], `the demonstration has a household ${outcome}, ${area}`)
  return rows[0]
}
const rural = await householdWith('eligible', 'rural')
const urban = await householdWith('not_eligible', 'urban')

const pages = {
  work: '/console',
  search: '/console/search?q=ala',
  household: `/console/households/${rural.household}`,
  'decision-rural': `/console/households/${rural.household}/decisions/${rural.run}`,
  'decision-urban': `/console/households/${urban.household}/decisions/${urban.run}`,
  payments: '/console/payments',
}
const views = {
  fr: { cookies: french },
  'en-dark': { cookies: { ...session, 'socle-language': 'en' }, dark: true },
  ar: { cookies: { ...session, 'socle-language': 'ar' } },
  'ar-phone': { cookies: { ...session, 'socle-language': 'ar' }, width: 320, height: 640 },
}
for (const [name, path] of Object.entries(pages)) {
  for (const [view, options] of Object.entries(views)) {
    test(`staff read ${name} as everyone must be able to (${view})`, async t => {
      const page = await openPage(t, { url: url + path, ...options })
      await screenshot(page, `${name}-${view}`)
      assert.equal(await overflow(page), 0)
      assert.deepEqual(await axeComplaints(page), [])
    })
  }
}

/** The figures of a French table cell: `−0,966` or `≈ 17,1428571429`. */
const figure = (text: string) =>
  Number(text.replace('≈', '').replace(/\s/g, '').replace('\u2212', '-').replace(',', '.'))

for (const [area, household, terms] of [
  ['rural', rural, 28],
  ['urban', urban, 35],
] as const) {
  test(`a household’s ${area} score shows its ${terms} terms, value × coefficient = product, and their sum is the score`, async t => {
    const page = await openPage(t, { url: url + pages[`decision-${area}`], cookies: french, script: false })
    const rows = await page.locator('.terms tbody tr').all()
    const cells = await Promise.all(rows.map(async row => (await row.locator('td').allTextContents()).slice(0, 4)))
    const weighted = cells.filter(([value]) => value !== '')
    assert.equal(weighted.length, terms)
    assert.equal(cells.length, terms + 2, 'the constant and the effect of the region stand before the terms')
    for (const [value = '', coefficient = '', product = ''] of weighted) {
      if (coefficient === '–') continue
      assert.ok(Math.abs(figure(value) * figure(coefficient) - figure(product)) < 1e-7, `${value} × ${coefficient}`)
    }
    const sum = cells.reduce((total, [, , product = '']) => total + (product === '–' ? 0 : figure(product)), 0)
    const shown = figure((await page.locator('.terms tfoot td').first().textContent()) ?? '')
    assert.ok(Math.abs(sum - shown) < 1e-6, `${sum} is ${shown}`)
    assert.equal(shown, Number(household.score))
    for (const cited of await page.locator('.terms tbody tr td:last-child').allTextContents())
      assert.match(cited, /[A-Z]\d/)
  })
}

test('a refusal says what refuses, in figures, and what would have to be different', async t => {
  const page = await openPage(t, { url: url + pages['decision-urban'], cookies: french, script: false })
  assert.match((await page.textContent('.verdict')) ?? '', /n’a pas droit/)
  const reasons = await page.locator('.reasons > li').allTextContents()
  assert.ok(reasons.length >= 2 && reasons.some(reason => /Oui\u00a0?\s?: refuse/.test(reason)))
})

test('the whole journey is on one page, and reading it is itself recorded', async t => {
  const page = await openPage(t, { url: url + pages.household, cookies: french })
  const kinds = async () => new Set(await page.locator('.journey .kind').allTextContents())
  await page.reload()
  for (const kind of ['Déclaration', 'Décision', 'Paiement', 'Consultation']) assert.ok((await kinds()).has(kind), kind)
  assert.match((await page.textContent('.journey')) ?? '', /Salma Benjelloun a consulté le dossier/)
})

test('a household is found by a name in the other script, and opened from the list', async t => {
  const page = await openPage(t, { url: `${url}/console`, cookies: french })
  await page.fill('[type=search]', 'العلوي')
  await page.press('[type=search]', 'Enter')
  await page.waitForURL(/search/)
  const links = page.locator('tbody a')
  assert.ok((await links.count()) > 0)
  await links.first().click()
  await page.waitForSelector('.journey')
  assert.match((await page.textContent('h1')) ?? '', /^Ménage de /)
})

test('what lies outside the territories granted does not exist: no hit, no page, no decision', async t => {
  const cookies = { ...(await cookiesOf({ ...nowhere, territory: '12' })), 'socle-language': 'fr' }
  assert.ok(!rural.territory.startsWith('12') && !urban.territory.startsWith('12'))
  for (const path of [pages.household, pages['decision-urban']]) {
    const page = await openPage(t, { url: url + path, cookies, script: false })
    assert.equal(await page.textContent('h1'), 'Cette page n’existe pas')
  }
})

test('a payment run leaves as the file that was made, and its list as CSV', async t => {
  const page = await openPage(t, { url: url + pages.payments, cookies: french })
  await page.click('tbody a')
  await page.waitForURL(/payments\//)
  await screenshot(page, 'payment-run-fr')
  assert.deepEqual(await axeComplaints(page), [])
  const total = (await page.locator('.figures dd').first().textContent()) ?? ''
  const file = await page.request.get(`${page.url()}/file`)
  const sum = /<CtrlSum>([\d.]+)</.exec(await file.text())?.[1] ?? ''
  const csv = await (await page.request.get(`${page.url()}/instructions.csv`)).text()
  const lines = csv.trim().split('\r\n').slice(1)
  const cents = (asked: readonly string[]) =>
    asked.reduce((all, line) => {
      const amount = figure(/"?([\d\u202f]+,\d\d)\u00a0MAD"?$/.exec(line)?.[1] ?? '')
      return all + Math.round(100 * amount)
    }, 0)
  assert.equal(cents(lines), Math.round(100 * figure(total.replace('MAD', ''))))
  // What is handed over at our own counters leaves in no file.
  const sent = lines.filter(line => !line.includes(';Points de paiement'))
  assert.ok(sent.length > 0 && sent.length < lines.length)
  assert.equal(cents(sent), Math.round(100 * Number(sum)))
})
