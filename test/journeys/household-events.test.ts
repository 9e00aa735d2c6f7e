// What happens to a family, recorded at the desk: chosen, said, checked, recorded, and seen on its journey, without script.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { broken } from '../household-invariants.ts'
import { serveWorld } from '../world.ts'

const salma = { name: 'Salma Benjelloun', email: 'salma@example.org', territory: '', roles: ['desk_agent'] } as const
const nadia = { name: 'Nadia Auditrice', email: 'nadia@example.org', territory: '', roles: ['auditor'] } as const
const { url, databases, cookiesOf } = await serveWorld(40, [salma, nadia])
const session = await cookiesOf(salma)

/** Households of a couple with children, each used by one test. */
const { rows: families } = await transaction(databases.worker, workerActor('test'), tx =>
  sql<{ household: string; number: string; head: string; spouse: string }>`
    select h.id as household, h.source_id as number, one.person_id as head, two.person_id as spouse
    from households.household h
      join households.membership one on one.household_id = h.id and one.relation = 'head'
      join households.membership two on two.household_id = h.id and two.relation = 'spouse'
    where exists (select from households.membership c where c.household_id = h.id and c.relation = 'child')
    order by h.id limit 3`.execute(tx),
)
const [first, second, third] = families as [(typeof families)[0], (typeof families)[0], (typeof families)[0]]
const pageOf = (household: string, query = '') => `${url}/console/households/${household}/events/new${query}`
const { rows: days } = await transaction(databases.worker, workerActor('test'), tx =>
  sql<{ day: string }>`select max(effective_on)::text as day from households.declaration`.execute(tx),
)
const { day } = days[0]!
const sound = async () => assert.deepEqual(await transaction(databases.worker, workerActor('test'), broken), [])

test('the death of a head is recorded in French without script: nobody follows, then the spouse does', async t => {
  const cookies = { ...session, 'socle-language': 'fr' }
  const page = await openPage(t, { url: pageOf(first.household), cookies, script: false })
  await screenshot(page, 'event-choice-fr')
  assert.deepEqual(await axeComplaints(page), [])
  const ink = await page.getByRole('button', { name: 'Décès' }).evaluate(each => getComputedStyle(each).color)
  assert.notEqual(ink, 'rgb(255, 255, 255)', 'a plain button is read without script too')
  await page.getByRole('button', { name: 'Décès' }).click()
  await page.getByLabel('Date de l’événement').fill(day)
  await page.getByLabel('Qui est mort ?').selectOption(first.head)
  await page.getByRole('button', { name: 'Continuer' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /dites qui le devient/)
  assert.equal(await page.getByLabel('Qui est mort ?').inputValue(), first.head)
  await screenshot(page, 'event-refused-fr')
  await page.getByLabel(/qui le devient/).selectOption(first.spouse)
  await page.getByRole('button', { name: 'Continuer' }).click()
  const effects = (await page.locator('.event-effects').textContent()) ?? ''
  assert.match(effects, /est mort et quitte le ménage/)
  assert.match(effects, /Chef de ménage/)
  assert.match(effects, /ils attendront qu’une autre soit désignée/)
  await screenshot(page, 'event-check-fr')
  assert.deepEqual(await axeComplaints(page), [])
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click()
  assert.match((await page.getByRole('status').first().textContent()) ?? '', /enregistré/)
  assert.match((await page.locator('.journey li[data-kind="event"]').first().textContent()) ?? '', /Décès/)
  await screenshot(page, 'event-done-fr')
  await sound()
})

test('a birth is recorded in Arabic', async t => {
  const cookies = { ...session, 'socle-language': 'ar' }
  const page = await openPage(t, { url: pageOf(second.household, '?kind=birth'), cookies, script: false })
  await page.locator('#on').fill(day)
  await page.locator('#given_name_ar').fill('تيليلي')
  await page.locator('#sex').selectOption('female')
  await page.locator('#person').selectOption(second.spouse)
  await page.getByRole('button', { name: 'متابعة' }).click()
  assert.match((await page.locator('.event-effects').textContent()) ?? '', /تيليلي/)
  await screenshot(page, 'event-check-ar')
  await page.getByRole('button', { name: 'تسجيل', exact: true }).click()
  assert.match((await page.locator('.journey li[data-kind="event"]').first().textContent()) ?? '', /ولادة/)
  assert.match((await page.locator('main').textContent()) ?? '', /تيليلي/)
  await sound()
})

test('two households join: the other is found by its number', async t => {
  const cookies = { ...session, 'socle-language': 'fr' }
  const page = await openPage(t, { url: pageOf(second.household, '?kind=merge'), cookies })
  await page.getByLabel('Numéro du ménage qui rejoint celui-ci').fill(third.number)
  await page.getByRole('button', { name: 'Chercher' }).click()
  await page.locator(`#other option[value="${third.household}"]`).waitFor({ state: 'attached' })
  await page.locator('#on').fill(day)
  await page.getByRole('button', { name: 'Continuer' }).click()
  await page.getByText('le ménage est clos').waitFor()
  await screenshot(page, 'event-merge-fr')
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click()
  await page.locator('.journey li[data-kind="event"]').first().waitFor()
  await sound()
})

const kinds = ['birth', 'marriage', 'move', 'split']
for (const kind of kinds) {
  test(`the form of a ${kind} is for everyone, on a small telephone in Arabic too`, async t => {
    for (const [view, options] of Object.entries({
      fr: { cookies: { ...session, 'socle-language': 'fr' } },
      'ar-phone': { cookies: { ...session, 'socle-language': 'ar' }, width: 320, height: 640 },
    })) {
      const page = await openPage(t, { url: pageOf(second.household, `?kind=${kind}`), ...options })
      await screenshot(page, `event-${kind}-${view}`)
      assert.equal(await overflow(page), 0)
      assert.deepEqual(await axeComplaints(page), [])
    }
  })
}

test('who only reads is told what is missing, and finds no link', async t => {
  const cookies = { ...(await cookiesOf(nadia)), 'socle-language': 'fr' }
  const page = await openPage(t, { url: `${url}/console/households/${second.household}`, cookies })
  assert.equal(await page.getByRole('link', { name: 'Enregistrer un événement' }).count(), 0)
  const answer = await page.goto(pageOf(second.household))
  assert.equal(answer?.status(), 403)
})
