// One whole month of direct social assistance, in French, as those who work on it live it: asked for, decided, drafted by one
// and approved by another, sent, answered, put right, collected at a point, and seen by the family.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import { type DateText, type Month, newId, parseId } from '#kernel'
import { recordPayeeAccounts } from '#payments'
import { phonesOf } from '#population'
import { tendWindows } from '#programmes'
import { payBudget } from '../../src/cli/pay/budget.ts'
import { authenticator } from '../authenticator.ts'
import { wellMade as checked, openPage, textOf } from '../browser.ts'
import { decidedByWorker, monthAtTerminal, type Ordered, openOwnFile } from '../month.ts'
import { serveWorld } from '../world.ts'

const salma = {
  name: 'Salma Programme',
  email: 'salma@asd.example',
  territory: '',
  roles: ['programme_manager'],
} as const
const nadia = {
  name: 'Nadia Paiements',
  email: 'nadia@asd.example',
  territory: '',
  roles: ['payment_preparer', 'territory_supervisor'],
} as const
const driss = {
  name: 'Driss Ordonnateur',
  email: 'driss@asd.example',
  territory: '',
  roles: ['payment_approver'],
} as const
const omar = { name: 'Omar Guichet', email: 'omar@asd.example', territory: '', roles: ['paying_agent'] } as const
const { url, databases, country, cookiesOf } = await serveWorld(150, [salma, nadia, driss, omar])
const at = await monthAtTerminal(databases)
const french = async (who: Parameters<typeof cookiesOf>[0]) => ({ ...(await cookiesOf(who)), 'socle-language': 'fr' })
const [managing, preparing, approving, paying] = await Promise.all([salma, nadia, driss, omar].map(french))
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) =>
  transaction(databases.worker, workerActor('test'), work)
const BUDGET = 'ASD-MOIS'
/** The run of the month, and the payments that it asks for, as the journey makes them. */
const month = { text: '' as Month, run: '', again: '', last: '' }
let orders: readonly Ordered[] = []

const wellMade = (page: Page, name: string) => checked(page, `month-asd-${name}`)

test('the month is asked for on a page, a worker decides it, and whoever is eligible is enrolled', async t => {
  const page = await openPage(t, { url: `${url}/console/runs/new`, cookies: managing!, script: false })
  await page.locator('select[name=programme]').selectOption('ma/asd')
  const paid = await asking(tx => sql<{ period: string }>`select distinct period from payments.run`.execute(tx))
  const offered = await page
    .locator('select[name=month] option')
    .evaluateAll(all => all.map(each => (each as HTMLOptionElement).value))
  month.text = offered.find(each => paid.rows.every(({ period }) => period !== each)) as Month
  await page.locator('select[name=month]').selectOption(month.text)
  await page.locator('main form button[type=submit]').click()
  await page.waitForURL(/\/console\/runs\/[0-9a-f-]{36}$/)
  await page.getByText('Laissée aux', { exact: false }).or(page.locator('.badge.doubt')).first().waitFor()
  await wellMade(page, 'asked')
  const run = parseId<'DeterminationRun'>(page.url().split('/').at(-1)!)!
  await decidedByWorker(databases, at.folder, run)
  await page.reload()
  await page.locator('.badge.good').first().waitFor()
  await wellMade(page, 'decided')
  await page.goto(`${url}/console/programmes/ma/asd`)
  const enrolled = await asking(tx =>
    sql<{ n: number; owed: number }>`
      select (select count(*)::int from programmes.enrolment where pack = 'ma/asd' and state = 'enrolled') as n,
        (select count(*)::int from programmes.entitlement where pack = 'ma/asd' and month = ${month.text}) as owed`.execute(
      tx,
    ),
  )
  assert.ok(enrolled.rows[0]!.n > 20, `${enrolled.rows[0]!.n} enrolled`)
  assert.equal(enrolled.rows[0]!.owed, enrolled.rows[0]!.n)
  await wellMade(page, 'programme')
})

test('a budget line is opened at the terminal, and the ledger shows it', async t => {
  const options = {
    amount: '200000.00',
    currency: 'MAD',
    funder: 'Budget général',
    label: 'Aide sociale directe',
    why: undefined,
  }
  const text = await at.said(async io => payBudget(databases, await at.by(nadia.name), ['open', BUDGET], options, io))
  assert.match(text, /budget\s+200 000\.00 MAD/)
  const page = await openPage(t, {
    url: `${url}/console/payments/ledger?line=${BUDGET}`,
    cookies: preparing!,
    script: false,
  })
  assert.match(await textOf(page), /200 000,00/)
})

test('one prepares, the page refuses a password alone, and another approves with an authenticator', async t => {
  const drafted = await at.prepare(nadia.name, 'ma/asd', month.text, BUDGET)
  month.run = drafted.reference
  const address = `${url}/console/payments/${month.run}`
  const own = await openPage(t, { url: address, cookies: preparing!, script: false })
  assert.equal(await own.locator('button[value=approve]').count(), 0, 'who prepared is not offered to approve')
  const page = await openPage(t, { url: `${url}/console/payments`, cookies: approving!, script: false })
  await page.getByRole('main').locator(`a[href$="/payments/${month.run}"]`).click()
  await wellMade(page, 'to-approve')
  await page.locator('button[value=approve]').click()
  assert.match(await textOf(page, '[role=alert]'), /un mot de passe seul ne suffit pas/)
  await page.locator('a[href="/console/account/second-step"]').first().click()
  const submit = 'main button[type=submit]:not(.quiet):not([name=language]):not([name=scheme])'
  await page.click(submit)
  const secret = (await textOf(page, '.secret')).replaceAll(' ', '')
  await page.fill('[name=code]', authenticator(secret))
  await page.fill('[name=password]', 'a password of the journeys')
  await page.click(submit)
  await page.locator('.recovery-codes').waitFor()
  await page.goto(address)
  await page.locator('button[value=approve]').click()
  await page.waitForURL(address)
  assert.equal(await page.locator('button[value=approve]').count(), 0)
  assert.match(await textOf(page, '.history'), /Nadia Paiements.*Driss Ordonnateur/s)
})

test('the orders leave as a file, which says the same sum as the page and the books', async t => {
  await at.file(nadia.name, month.run)
  const page = await openPage(t, { url: `${url}/console/payments/${month.run}`, cookies: preparing!, script: false })
  const href = await page.locator('a[download][href$="/file"]').getAttribute('href')
  const xml = await (await page.request.get(url + href)).text()
  orders = await at.ordered(month.run)
  // Cash is handed over at the counter: nobody is ordered to pay it.
  const ordered = orders.filter(each => each.kind !== 'cash')
  const sum = ordered.reduce((all, each) => all + each.amount, 0n)
  assert.equal(xml.match(/<CdtTrfTxInf>/g)?.length, ordered.length)
  assert.ok(xml.includes(`<CtrlSum>${sum / 100n}.${String(sum % 100n).padStart(2, '0')}</CtrlSum>`))
  assert.match(await at.sent(nadia.name, month.run), /is recorded as sent/)
  await page.reload()
  await wellMade(page, 'sent')
})

test('providers answer: paid, returned for two reasons, one that nobody asked for; each exception is closed by a person', async t => {
  const bank = orders.filter(each => each.kind === 'bank')
  const mobile = orders.filter(each => each.kind === 'mobile')
  assert.ok(bank.length >= 3 && mobile.length >= 1, `${bank.length} by the bank, ${mobile.length} by telephone`)
  const [closedAccount, outOfOrder, ...others] = bank
  const told = await at.answers(nadia.name, bank[0]!.provider, [
    { id: closedAccount!.id, returned: 'AC04' },
    { id: outOfOrder!.id, returned: 'TM01' },
    ...others.map(({ id }) => ({ id })),
    { id: 'INCONNU-77' },
  ])
  assert.match(told, new RegExp(`${others.length} confirmed, 2 returned.*1 for the work list`))
  await at.answers(nadia.name, mobile[0]!.provider, mobile)
  const page = await openPage(t, { url: `${url}/console/payments`, cookies: preparing!, script: false })
  await page.getByRole('link', { name: 'Réponses à examiner' }).click()
  assert.equal(await page.getByRole('article').count(), 1)
  await wellMade(page, 'exceptions')
  await page.getByLabel('Ce qui a été fait').fill('Rendu à la banque : ce paiement n’est pas le nôtre')
  await page.getByRole('button', { name: 'Clore' }).click()
  await page.getByText('Aucune réponse n’attend.').waitFor()
})

test('cash is collected at a point, within a window, against a receipt', async t => {
  const cash = orders.filter(each => each.kind === 'cash')
  assert.ok(cash.length >= 2, `${cash.length} in cash`)
  const page = await openPage(t, { url: `${url}/console/points`, cookies: preparing!, script: false })
  const regions = [...new Set(cash.map(({ territory }) => territory.split('.')[0]!))]
  const list = regions.map(region => `P${region};Agence ${region};${region};lun-ven 8h30-16h;2;60;;;`)
  await page
    .getByLabel('Liste', { exact: true })
    .fill(`code;name;territory;opening;agents;per_day;longitude;latitude;closed\n${list.join('\n')}`)
  await page.getByRole('button', { name: 'Enregistrer la liste' }).click()
  await page.getByRole('button', { name: 'Affecter', exact: true }).click()
  await page.getByText('Tous les bénéficiaires en espèces ont un point.').waitFor()
  const today = new Date().toISOString().slice(0, 10)
  const run = page.locator('select[name=run]')
  if ((await run.count()) > 0) await run.selectOption(month.run)
  await page.getByLabel('Premier jour').fill(today)
  await page.getByLabel('Dernier jour').fill(Temporal.PlainDate.from(today).add({ days: 30 }).toString())
  await page.getByRole('button', { name: 'Annoncer la fenêtre' }).click()
  await page.getByText('La fenêtre est annoncée.').waitFor()

  const payee = cash[0]!
  const { rows } = await asking(tx =>
    sql<{ number: string; year: string }>`
      select n.number, left(p.birth_date::text, 4) as year from population.person p
        join population.unique_number n on n.person_id = p.id where p.id = ${payee.person}`.execute(tx),
  )
  const counter = await openPage(t, { url: `${url}/console/counter`, cookies: paying!, script: false, width: 360 })
  await counter.getByRole('main').getByRole('link').first().click()
  await counter.getByLabel('Numéro du bénéficiaire').fill(rows[0]!.number)
  await counter.getByLabel('Année de naissance').fill(rows[0]!.year)
  await counter.getByRole('button', { name: 'Chercher' }).click()
  await counter.getByRole('button', { name: /Remettre/ }).click()
  await counter.getByText('Copie du bénéficiaire').waitFor()
  await wellMade(counter, 'receipt')
  const { booked } = await tendWindows(databases.worker, country, today as DateText)
  assert.equal(booked, 1)
})

test('what came back waits for another account or a person, and is paid by the next runs', async t => {
  const [closedAccount, outOfOrder] = orders.filter(each => each.kind === 'bank')
  await asking(async tx => {
    const done = await recordPayeeAccounts(tx, [
      {
        id: newId(),
        payeeId: closedAccount!.person,
        territory: closedAccount!.territory,
        kind: 'bank',
        provider: closedAccount!.provider,
        number: '011519000001205000534921',
        validFrom: new Date().toISOString().slice(0, 10) as DateText,
      },
    ])
    assert.ok(done.ok)
  })
  const again = await at.prepare(nadia.name, 'ma/asd', month.text, BUDGET)
  month.again = again.reference
  assert.match(again.text, /1 came back before and are tried again/)
  assert.deepEqual(
    (await at.ordered(month.again)).map(each => each.entitlement),
    [outOfOrder!.entitlement],
  )
  const page = await openPage(t, { url: `${url}/console/payments/waiting`, cookies: preparing!, script: false })
  const waiting = page.locator(`[id="${closedAccount!.entitlement}"]`)
  await wellMade(page, 'waiting')
  await waiting.getByRole('textbox').fill('La banque confirme le titulaire du nouveau compte')
  await waiting.getByRole('button', { name: 'Payer au prochain cycle' }).click()
  await page.waitForURL(`**/waiting#${closedAccount!.entitlement}`)
  const last = await at.prepare(nadia.name, 'ma/asd', month.text, BUDGET)
  month.last = last.reference
  const approve = await openPage(t, { url, cookies: approving!, script: false })
  for (const run of [month.again, month.last]) {
    await approve.goto(`${url}/console/payments/${run}`)
    await approve.locator('button[value=approve]').click()
    await approve.waitForURL(`**/payments/${run}`)
    await at.file(nadia.name, run)
    await at.sent(nadia.name, run)
    const asked = await at.ordered(run)
    const told = await at.answers(nadia.name, asked[0]!.provider, asked)
    assert.match(told, /1 confirmed, 0 returned/)
  }
})

test('the household’s journey and its own page tell what came back and that it was paid', async t => {
  const { person } = orders.find(each => each.kind === 'bank')!
  const { rows } = await asking(tx =>
    sql<{
      household: string
    }>`select household_id as household from households.membership where person_id = ${person}`.execute(tx),
  )
  const page = await openPage(t, {
    url: `${url}/console/households/${rows[0]!.household}`,
    cookies: preparing!,
    script: false,
  })
  const journey = await textOf(page, '.journey')
  assert.match(journey, new RegExp(`${month.last}.{0,40}Payé le.*${month.run}.{0,40}Revenu le`))
  await wellMade(page, 'household')
  const phones = await asking(tx => phonesOf(tx, [person]))
  const phone = phones.get(person)
  assert.ok(phone, 'the payee has a telephone')
  const own = await openPage(t, { url, script: false, width: 360 })
  await openOwnFile(own, url, '', phone)
  assert.equal(await own.getByText(/^Revenu le/).count(), 1)
  assert.equal(await own.getByText(/^Payé le/).count(), 1)
  await wellMade(own, 'own')
  await own.locator('a[href$="/dossier/releve"]').click()
  await wellMade(own, 'own-year')
})

test('at the end the books balance and say who holds what', async t => {
  const page = await openPage(t, {
    url: `${url}/console/payments/ledger?line=${BUDGET}`,
    cookies: preparing!,
    script: false,
  })
  await wellMade(page, 'ledger')
  const rows = page.locator('main table tbody tr')
  const cells = await rows.evaluateAll(all =>
    all.map(row => [...row.querySelectorAll('td, th')].map(cell => cell.textContent ?? '')),
  )
  const minor = (text: string) => BigInt(text.replaceAll(/\D/g, ''))
  const [debits, credits] = [-3, -2].map(place => cells.reduce((all, row) => all + minor(row.at(place)!), 0n))
  assert.equal(debits, credits)
  const held = (account: string) =>
    cells.filter(row => row[1] === account).reduce((all, row) => all + minor(row.at(-1)!), 0n)
  assert.equal(held('revenu'), 0n, 'nothing that came back is left lying')
  const answered = orders.filter(each => each.kind !== 'cash').reduce((all, each) => all + each.amount, 0n)
  const cash = orders.filter(each => each.kind === 'cash')
  assert.equal(held('bénéficiaires'), answered + cash[0]!.amount)
  assert.equal(
    held('chez l’opérateur'),
    cash.slice(1).reduce((all, each) => all + each.amount, 0n),
  )
  await page.goto(`${url}/console/payments/providers`)
  await wellMade(page, 'providers')
})
