// Cash at payment points, in a browser without script: the list of a network, who collects where, the window, the counter.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Actor, transaction, workerActor } from '#db'
import type { DateText, Id } from '#kernel'
import { approveRun, listRuns, makeRunFile, markRunSent } from '#payments'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { checker } from '../payments.ts'
import { serveWorld } from '../world.ts'

const nadia = {
  name: 'Nadia Paiements',
  email: 'nadia@cash.example',
  territory: '',
  roles: ['payment_preparer', 'territory_supervisor'],
} as const
const omar = { name: 'Omar Guichet', email: 'omar@cash.example', territory: '', roles: ['paying_agent'] } as const
const { url, databases, cookiesOf } = await serveWorld(120, [nadia, omar])
const [preparing, paying] = [await cookiesOf(nadia), await cookiesOf(omar)]

const worker: Actor = workerActor('test')
const [run] = await transaction(databases.worker, worker, tx => listRuns(tx, { limit: 1 }))
assert.ok(run)
// Whatever the demonstration has done of its month, it leaves.
if (run.state === 'drafted') await transaction(databases.app, checker, tx => approveRun(tx, run.id))
await transaction(databases.worker, checker, tx =>
  makeRunFile(
    tx,
    {
      run: run.id,
      version: '03',
      createdAt: '2026-12-20T08:00:00Z',
      executionDate: '2026-12-28' as DateText,
      ports: new Map(),
    },
    async () => {},
  ),
)
await transaction(databases.worker, checker, tx => markRunSent(tx, run.id))

type Payee = { person: Id<'Person'>; number: string; year: string; name: string; territory: string }
const { rows: payees } = await transaction(databases.owner, worker, tx =>
  sql<Payee>`
    select i.payee_id as person, n.number, left(p.birth_date::text, 4) as year, i.payee_name as name, i.territory
    from payments.instruction i join payments.provider v on v.code = i.provider and v.kind = 'cash'
      join population.person p on p.id = i.payee_id join population.unique_number n on n.person_id = p.id
    where i.run_id = ${run.id} order by i.position`.execute(tx),
)
assert.ok(payees.length >= 3, 'the demonstration pays some in cash')
const LIST = `code;name;territory;opening;agents;per_day;longitude;latitude;closed
${[...new Set(payees.map(payee => payee.territory.split('.')[0]!))].map((region, index) => `P${index};Agence ${region};${region};lun-ven 8h30-16h;2;60;;;`).join('\n')}
P99;Agence fausse;07.999999;;0;60;;;`

test('in French: a list with a line that is wrong, everybody assigned, a window announced', async t => {
  const cookies = { ...preparing, 'socle-language': 'fr' }
  const page = await openPage(t, { url: `${url}/console/payments`, cookies, script: false })
  await page.getByRole('link', { name: 'Points de paiement' }).click()
  await page.getByLabel('Liste', { exact: true }).fill(LIST)
  await page.getByRole('button', { name: 'Enregistrer la liste' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /hors des bornes|aucun territoire/)
  await page.getByRole('button', { name: 'Affecter', exact: true }).click()
  await page.getByText('Tous les bénéficiaires en espèces ont un point.').waitFor()
  const today = new Date().toISOString().slice(0, 10)
  await page.getByLabel('Premier jour').fill(today)
  await page.getByLabel('Dernier jour').fill('2020-01-01')
  await page.getByRole('button', { name: 'Annoncer la fenêtre' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /avant le premier/)
  await page.getByLabel('Premier jour').fill(today)
  await page.getByLabel('Dernier jour').fill(Temporal.PlainDate.from(today).add({ days: 30 }).toString())
  await page.getByRole('button', { name: 'Annoncer la fenêtre' }).click()
  await page.getByText('La fenêtre est annoncée.').waitFor()
  await screenshot(page, 'points-fr')
  assert.deepEqual(await axeComplaints(page), [])
})

for (const [language, width, dark] of [
  ['ar', 360, false],
  ['en', 1280, true],
] as const) {
  test(`the points in ${language}, ${width} pixels wide`, async t => {
    const cookies = { ...preparing, 'socle-language': language }
    const page = await openPage(t, { url: `${url}/console/points`, cookies, script: false, width, dark })
    await screenshot(page, `points-${language}-${width}`)
    assert.equal(await overflow(page), 0)
    assert.deepEqual(await axeComplaints(page), [])
  })
}

test('in Arabic: the agent finds by number and year of birth, hands over in two presses, and cannot pay again', async t => {
  const cookies = { ...paying, 'socle-language': 'ar' }
  const page = await openPage(t, { url: `${url}/console/counter`, cookies, script: false, width: 360 })
  await page.getByRole('main').getByRole('link').first().click()
  const [payee] = payees
  await page.getByLabel('رقم المستفيد').fill(payee!.number)
  await page.getByLabel('سنة الميلاد').fill('1801')
  await page.getByRole('button', { name: 'بحث' }).click()
  await page.getByText('لا أحد بهذا الرقم').waitFor()
  await page.getByLabel('سنة الميلاد').fill(payee!.year)
  await page.getByRole('button', { name: 'بحث' }).click()
  await screenshot(page, 'counter-ar-360')
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await axeComplaints(page), [])
  const found = page.url()
  await page.getByRole('button', { name: /تسليم/ }).click()
  await page.getByText('نسخة المستفيد').waitFor()
  await screenshot(page, 'receipt-ar-360')
  assert.equal(await overflow(page), 0)
  assert.deepEqual(await axeComplaints(page), [])
  await page.goto(found)
  await page.getByText('لا تدفعوا مرة ثانية').waitFor()
  assert.equal(await page.getByRole('button', { name: /تسليم/ }).count(), 0)
})

test('in French: the same page sent twice is one payment, with the same receipt', async t => {
  const cookies = { ...paying, 'socle-language': 'fr' }
  const page = await openPage(t, { url: `${url}/console/counter`, cookies, script: false })
  await page.getByRole('main').getByRole('link').first().click()
  const payee = payees[1]!
  await page.getByLabel('Numéro du bénéficiaire').fill(payee.number)
  await page.getByLabel('Année de naissance').fill(payee.year)
  await page.getByRole('button', { name: 'Chercher' }).click()
  const fields = await page
    .locator('form[method=post] :is(input, select)')
    .evaluateAll(all => all.map(each => [(each as HTMLInputElement).name, (each as HTMLInputElement).value]))
  await screenshot(page, 'counter-fr')
  const headers = {
    cookie: Object.entries(cookies)
      .map(pair => pair.join('='))
      .join('; '),
    'sec-fetch-site': 'same-origin',
  }
  const send = () =>
    fetch(page.url(), {
      method: 'POST',
      headers,
      body: new URLSearchParams(fields as [string, string][]),
      redirect: 'manual',
    })
  const both = await Promise.all([send(), send()])
  assert.deepEqual(
    both.map(each => each.status),
    [303, 303],
  )
  assert.equal(both[0]!.headers.get('location'), both[1]!.headers.get('location'))
  await page.goto(url + both[0]!.headers.get('location'))
  await page.getByText('Copie du point de paiement').waitFor()
  await screenshot(page, 'receipt-fr')
  assert.deepEqual(await axeComplaints(page), [])
})
