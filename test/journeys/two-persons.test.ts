import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { newId } from '#kernel'
import { proposeRole } from '#security'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { paymentTests } from '../payments.ts'
import { serveWorld } from '../world.ts'

const clerk = { name: 'Zineb Filali', email: 'zineb@example.org', territory: '07', roles: ['desk_agent'] } as const
const supervisor = { name: 'Driss Rami', email: 'driss@example.org', territory: '' } as const
const approver = { name: 'Amal Tazi', email: 'amal@example.org', territory: '', roles: ['payment_approver'] } as const
const first = { name: 'Karim Idrissi', email: 'karim@example.org', territory: '', roles: ['administrator'] } as const
const second = { name: 'Hind Alami', email: 'hind@example.org', territory: '', roles: ['administrator'] } as const
const { url, databases, cookiesOf } = await serveWorld(40, [clerk, supervisor, approver, first, second])
const as = async (who: Parameters<typeof cookiesOf>[0], language = 'fr') => ({
  ...(await cookiesOf(who)),
  'socle-language': language,
})
const work = workerActor('journey')

const { rows: households } = await transaction(databases.worker, work, tx =>
  sql<{ id: string; number: string; near: boolean }>`
    select distinct on (near) id, source_id as number, territory >= '07' and territory < '08' as near
    from households.household cross join lateral (select territory >= '07' and territory < '08' as near) as place
    order by near, source_id`.execute(tx),
)
const near = households.find(one => one.near)!
const far = households.find(one => !one.near)!

const phone = { width: 320, height: 720 }
const views = { fr: ['fr', {}], 'fr-phone': ['fr', phone], 'ar-phone': ['ar', phone], ar: ['ar', {}] } as const

test('a file of elsewhere opens for an hour, with a reason, under a mark on every page, and somebody else judges', async t => {
  const cookies = await as(clerk)
  const page = await openPage(t, { url: `${url}/console/households/${far.id}`, cookies, script: false })
  assert.match((await page.textContent('h1')) ?? '', /./)
  assert.equal((await page.request.get(`${url}/console/households/${far.id}`)).status(), 404)
  await page.goto(`${url}/console/emergency`)
  await page.fill('main [name=number]', far.number)
  await page.fill('main [name=reason]', 'trop court')
  await page.locator('main form [type=submit]').click()
  assert.match((await page.textContent('[role=alert]')) ?? '', /au moins 20 caractères/)
  assert.equal(await page.inputValue('main [name=number]'), far.number)
  await page.fill('main [name=reason]', 'Route coupée : la famille demande son récépissé ici.')
  await page.locator('main form [type=submit]').click()
  await page.waitForURL(`**/console/households/${far.id}`)
  assert.match((await page.textContent('.emergency-mark')) ?? '', /Dossier ouvert en urgence jusqu’au/)
  await screenshot(page, 'emergency-file')
  await page.goto(`${url}/console`)
  assert.equal(await page.locator('.emergency-mark').count(), 1)
  assert.equal((await page.request.get(`${url}/console/emergencies`)).status(), 403)

  const judge = await openPage(t, { url: `${url}/console/emergencies`, cookies: await as(supervisor), script: false })
  const one = judge.locator('.anomaly', { hasText: 'Zineb Filali' })
  assert.match((await one.textContent()) ?? '', /à juger.*Route coupée/s)
  await one.locator('textarea').fill('Confirmé par la commune.')
  await one.locator('[type=submit]').click()
  await judge.waitForURL('**/console/emergencies')
  assert.match((await judge.locator('.anomaly').first().textContent()) ?? '', /justifiée.*Driss Rami.*Confirmé/s)
})

test('own kin is declared, and the file closes: the page says why, and whom to ask', async t => {
  const page = await openPage(t, { url: `${url}/console/conflicts`, cookies: await as(clerk), script: false })
  await page.fill('main [name=number]', 'MA-0-0')
  await page.locator('main form [type=submit]').last().click()
  assert.match((await page.textContent('[role=alert]')) ?? '', /Aucun ménage ne porte ce numéro/)
  assert.equal((await page.request.get(`${url}/console/households/${near.id}`)).status(), 200)
  await page.fill('main [name=number]', near.number)
  await page.selectOption('main [name=relation]', 'sibling')
  await page.locator('main form [type=submit]').last().click()
  await page.waitForURL('**/console/conflicts')
  assert.match((await page.textContent('.history')) ?? '', /Zineb Filali.*frère ou sœur/s)
  assert.equal(await page.locator('.history form').count(), 0)
  const closed = await page.goto(`${url}/console/households/${near.id}`)
  assert.equal(closed?.status(), 403)
  assert.match((await page.textContent('main')) ?? '', /Vous êtes proche de ce ménage.*Driss Rami/s)
  assert.deepEqual(await axeComplaints(page), [])
  await page.goto(`${url}/console/search?q=${near.number}`)
  assert.match((await page.textContent('.notice-line')) ?? '', /vous est fermé/)
  const { rows } = await transaction(databases.worker, work, tx =>
    sql<{ n: number }>`select count(*)::int as n from security.audit_record
      where action = 'household.refused' and subject_id = ${near.id}`.execute(tx),
  )
  assert.equal(rows[0]!.n, 1)
})

test('a payment run is approved by another than its maker, who has shown a second step', async t => {
  const { drafted, owed } = await paymentTests(databases)
  const { run } = await drafted(await owed(3), 1_000_000n)
  const address = `${url}/console/payments/${run.reference}`
  const cookies = await as(approver)
  const page = await openPage(t, { url: address, cookies, script: false })
  await screenshot(page, 'approve-run-fr')
  assert.deepEqual(await axeComplaints(page), [])
  await page.locator('button[value=approve]').click()
  assert.match((await page.textContent('[role=alert]')) ?? '', /un mot de passe seul ne suffit pas/)
  await transaction(databases.owner, work, tx =>
    sql`update security.staff_session set second_factor_at = clock_timestamp()`.execute(tx),
  )
  await page.goto(address)
  await page.locator('button[value=refuse]').click()
  assert.match((await page.textContent('[role=alert]')) ?? '', /Dites le motif du refus/)
  await page.goto(address)
  await page.locator('button[value=approve]').click()
  await page.waitForURL(address)
  assert.equal(await page.locator('button[value=approve]').count(), 0)
  assert.match((await page.locator('.history').first().textContent()) ?? '', /Amal Tazi/)
  const other = await drafted(await owed(1), 1_000_000n)
  const arabic = await openPage(t, {
    url: `${url}/console/payments/${other.run.reference}`,
    cookies: await as(approver, 'ar'),
    ...phone,
  })
  await screenshot(arabic, 'approve-run-ar-phone')
  assert.equal(await overflow(arabic), 0)
})

test('a role that approves money is proposed by one, and given by another', async t => {
  const { rows } = await transaction(databases.worker, work, tx =>
    sql<{ id: never; name: string }>`select id, name from security.staff`.execute(tx),
  )
  const idOf = (name: string) => rows.find(row => row.name === name)!.id
  const proposal = newId<'Proposal'>()
  const karim = {
    kind: 'staff',
    staffId: idOf(first.name),
    name: first.name,
    territories: [''],
    permission: 'staff.grant',
  } as const
  const asked = await transaction(databases.app, karim, tx =>
    proposeRole(
      tx,
      idOf(first.name),
      idOf(clerk.name),
      { id: newId(), role: 'payment_approver' },
      { id: proposal, says: 'remplace Amal' },
    ),
  )
  assert.ok(asked.ok)
  const own = await openPage(t, {
    url: `${url}/console/proposals/${proposal}`,
    cookies: await as(first),
    script: false,
  })
  assert.equal(await own.locator('button[value=approved]').count(), 0)
  const cookies = await as(second)
  await transaction(databases.owner, work, tx =>
    sql`update security.staff_session set second_factor_at = clock_timestamp()`.execute(tx),
  )
  const page = await openPage(t, { url: `${url}/console/proposals`, cookies, script: false })
  await screenshot(page, 'proposals-fr')
  await page.locator(`a[href="/console/proposals/${proposal}"]`).click()
  await screenshot(page, 'proposal-fr')
  assert.deepEqual(await axeComplaints(page), [])
  await page.locator('button[value=approved]').click()
  await page.waitForURL('**/console/proposals')
  assert.match((await page.textContent('main')) ?? '', /exécutée/)
})

const pages = { conflicts: clerk, emergency: clerk, emergencies: supervisor, proposals: second } as const
for (const [name, who] of Object.entries(pages)) {
  for (const [view, [language, size]] of Object.entries(views)) {
    test(`${name} can be read by everyone (${view})`, async t => {
      const page = await openPage(t, { url: `${url}/console/${name}`, cookies: await as(who, language), ...size })
      await screenshot(page, `${name}-${view}`)
      assert.equal(await overflow(page), 0)
      assert.deepEqual(await axeComplaints(page), [])
    })
  }
}
