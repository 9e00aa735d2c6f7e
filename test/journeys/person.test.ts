// A person's page as an agent opens it: what is known now, what was known on a day before, in French and in Arabic.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { type Id, newId } from '#kernel'
import { correctPerson, issueNumbers, recordDocument } from '#population'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const salma = { name: 'Salma Benjelloun', email: 'salma@example.org', territory: '' }
const elsewhere = { name: 'Rachid Alami', email: 'rachid@example.org', territory: '12' }
const { url, databases, cookiesOf } = await serveWorld(40, [salma, elsewhere])
const session = await cookiesOf(salma)

const desk = { source: 'desk', evidence: 'CNIE' }
const { person, household } = await transaction(databases.worker, workerActor('test'), async tx => {
  const { rows } = await sql<{ person: Id<'Person'>; household: string }>`
    select m.person_id as person, m.household_id as household
    from households.membership m join population.person p on p.id = m.person_id
    where m.ended_at is null and p.territory not like '12.%' order by m.person_id limit 1`.execute(tx)
  return rows[0]!
})
await transaction(databases.worker, workerActor('test'), async tx => {
  await issueNumbers(tx, [person])
  const said = {
    person,
    nickname: 'Lalla Mina',
    nicknameAr: 'لالة مينة',
    fatherName: 'Ben Ahmed',
    birthPlace: 'Lyon',
    nationalities: ['MA', 'FR'],
    phone: '+212612345678',
    address: '12, rue des Oliviers',
    absentSince: '2026-10-01',
  }
  await correctPerson(tx, said, 'Salma Benjelloun', desk)
  const card = { type: 'national_id', number: 'QX445566', issuer: 'DGSN', issuedOn: '2020-01-15' } as const
  await recordDocument(tx, person, { id: newId<'PersonDocument'>(), expiresOn: null, ...card }, desk)
})

const views = {
  fr: { cookies: { ...session, 'socle-language': 'fr' } },
  'en-dark': { cookies: { ...session, 'socle-language': 'en' }, dark: true },
  ar: { cookies: { ...session, 'socle-language': 'ar' } },
  'ar-phone': { cookies: { ...session, 'socle-language': 'ar' }, width: 320, height: 640 },
}
for (const [view, options] of Object.entries(views)) {
  test(`an agent reads a person's page as everyone must be able to (${view})`, async t => {
    const page = await openPage(t, { url: `${url}/console/persons/${person}`, ...options })
    await screenshot(page, `person-${view}`)
    assert.equal(await overflow(page), 0)
    assert.deepEqual(await axeComplaints(page), [])
    const text = await page.locator('main').textContent()
    for (const said of ['Ben Ahmed', 'Lyon', '+212612345678', 'DGSN', '12, rue des Oliviers'])
      assert.ok(text?.includes(said), said)
  })
}

test('from the household to the person, to a day before the register knew them, and back to today', async t => {
  const page = await openPage(t, { url: `${url}/console/households/${household}`, ...views.fr })
  await page.click(`main a[href="/console/persons/${person}"]`)
  await page.getByRole('heading', { name: 'Ce que l’on sait de la personne' }).waitFor()
  await page.fill('input[name=day]', '2020-01-01')
  await page.getByRole('button', { name: 'Afficher' }).click()
  await page.getByText('Le registre ne savait encore rien de cette personne').waitFor()
  await page.getByRole('link', { name: 'Revenir à aujourd’hui' }).click()
  await page.getByText('Ben Ahmed').first().waitFor()
})

test('the same in Arabic, and a day that does not exist is told', async t => {
  const page = await openPage(t, { url: `${url}/console/persons/${person}?day=2026-02-30`, ...views.ar })
  await page.getByRole('alert').getByText('هذا اليوم غير موجود').waitFor()
  await page.getByRole('heading', { name: 'التغييرات المسجلة' }).waitFor()
})

test('elsewhere, the person does not exist', async () => {
  const cookies = await cookiesOf(elsewhere)
  const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`)
  const answer = await fetch(`${url}/console/persons/${person}`, { headers: { cookie: cookie.join('; ') } })
  assert.equal(answer.status, 404)
  assert.ok(!(await answer.text()).includes('Ben Ahmed'))
})
