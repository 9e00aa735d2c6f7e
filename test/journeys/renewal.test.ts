// The register kept true, in a browser without script: doubts → visit → correction in French, the queue of renewals in Arabic.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Country, openCountry } from '#countries'
import { transaction, workerActor } from '#db'
import { assessSlice, renewRegister } from '#households'
import type { DateText } from '#kernel'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const hamid = {
  name: 'Hamid Superviseur',
  email: 'hamid@example.org',
  territory: '',
  roles: ['territory_supervisor'],
} as const
const { url, databases, cookiesOf } = await serveWorld(60, [hamid])
const session = await cookiesOf(hamid)
const morocco = openCountry('ma')

await transaction(databases.worker, workerActor('test'), async tx => {
  const { rows } = await sql<{ day: DateText }>`select max(effective_on) as day from households.declaration`.execute(tx)
  await assessSlice(tx, morocco, null, rows[0]!.day)
})

test('a supervisor sees the quality, draws visits, records what differs, and is led to the correction', async t => {
  const cookies = { ...session, 'socle-language': 'fr' }
  const page = await openPage(t, { url: `${url}/console/quality`, cookies, script: false })
  assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Qualité des déclarations')
  await page.getByText('Seuils choisis par Socle').waitFor()
  await screenshot(page, 'quality-fr')
  assert.deepEqual(await axeComplaints(page), [])
  await page.getByRole('navigation', { name: 'Tenue du registre' }).getByRole('link', { name: 'Visites' }).click()
  await page.getByRole('button', { name: 'Tirer' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /Donnez une graine/)
  await page.getByLabel('Nombre de ménages').fill('6')
  await page.getByLabel('Graine du tirage').fill('novembre 2026')
  await screenshot(page, 'visits-fr')
  assert.deepEqual(await axeComplaints(page), [])
  await page.getByRole('button', { name: 'Tirer' }).click()
  assert.match((await page.getByRole('heading', { level: 1 }).textContent()) ?? '', /novembre 2026/)
  assert.equal(await page.getByText('À visiter', { exact: true }).count(), 6)
  await page.getByRole('link', { name: 'Enregistrer la visite 1', exact: true }).click()
  await page.getByLabel('Résultat').selectOption('differs')
  await page.getByRole('button', { name: 'Enregistrer la visite' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /jour de la visite/)
  await page.getByLabel('Jour de la visite').fill('2026-11-20')
  await page.getByRole('button', { name: 'Enregistrer la visite' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /choisissez au moins une réponse/)
  await page.getByLabel('Ce qui diffère (1)').selectOption('household.rooms')
  await page.getByLabel('Ce que vous avez constaté').fill('Trois pièces, comptées avec la famille.')
  await screenshot(page, 'visit-form-fr')
  assert.deepEqual(await axeComplaints(page), [])
  await page.getByRole('button', { name: 'Enregistrer la visite' }).click()
  assert.equal(await page.getByText('À visiter', { exact: true }).count(), 5)
  await screenshot(page, 'visit-done-fr')
  assert.deepEqual(await axeComplaints(page), [])
  await page.getByRole('link', { name: 'Demander la correction' }).click()
  assert.match(page.url(), /corrections\?field=household\.rooms/)
  assert.equal(await page.getByLabel('Donnée à corriger').inputValue(), 'household.rooms')
  await page.getByLabel('Valeur exacte').fill('3')
  await page.getByLabel(/Ce que dit la personne/).fill('Constaté à la visite.')
  await page.getByRole('button', { name: 'Envoyer la demande' }).click()
  await page.getByText('Une autre personne y répondra').waitFor()
})

/** Morocco with a time that nobody set: for this test alone. */
const withRenewal: Country = {
  ...morocco,
  upkeep: {
    ...morocco.upkeep,
    renewal: {
      validity: [{ where: {}, months: 24, source: null, confidence: 'chosen' }],
      remindBefore: [60],
      graceDays: 90,
    },
  },
}

test('where nothing is set, the page says so; what is due is a queue by territory, in Arabic, on a telephone too', async t => {
  const cookies = { ...session, 'socle-language': 'ar' }
  const page = await openPage(t, { url: `${url}/console/renewals`, cookies, script: false })
  assert.equal(await page.locator('html').getAttribute('dir'), 'rtl')
  await page.getByText('لا يوجد تصريح يجب تجديده هنا.').waitFor()
  await page.getByText('لا شيء مستحق ولا شيء ينتهي').waitFor()
  const { rows } = await transaction(databases.worker, workerActor('test'), tx =>
    sql<{
      on: DateText
    }>`select (max(effective_on) + interval '25 months')::date as on from households.declaration`.execute(tx),
  )
  const renewed = await renewRegister(databases.worker, withRenewal, rows[0]!.on)
  assert.equal(renewed.opened, 60)
  await page.reload()
  assert.ok((await page.getByText('متأخر', { exact: true }).count()) > 10)
  await screenshot(page, 'renewals-ar')
  assert.deepEqual(await axeComplaints(page), [])
  await page.locator('table').first().getByRole('link').first().click()
  assert.match(page.url(), /territory=\d\d/)
  await page.getByRole('link', { name: 'كل البلد' }).waitFor()
  await page.locator('table').last().getByRole('link').first().click()
  await page.getByRole('heading', { name: 'جودة التصريح' }).waitFor()
  await screenshot(page, 'household-upkeep-ar')
  assert.deepEqual(await axeComplaints(page), [])
  for (const path of ['quality', 'visits', 'renewals']) {
    const small = await openPage(t, { url: `${url}/console/${path}`, cookies, script: false, width: 360 })
    assert.equal(await overflow(small), 0, path)
    await screenshot(small, `${path}-ar-360`)
  }
})
