// Tayssir in October and November 2023, in Arabic, as those who work on it live it: what the school tells, a warning, a family that
// objects, a file put right, the month decided again, and the next payment with what was due and what was too much.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import { registerHouseholds } from '#households'
import { type DateText, type Id, type Month, newId } from '#kernel'
import { sendMessages } from '#messaging'
import { recordPayeeAccounts } from '#payments'
import { refreshMatchKeys } from '#population'
import { assessConditions, changeEnrolments, determineRegister, entitle } from '#programmes'
import { payBudget } from '../../src/cli/pay/budget.ts'
import { wellMade as checked, openPage, textOf } from '../browser.ts'
import { monthAtTerminal, openOwnFile } from '../month.ts'
import { nobodyGuessed, schoolTells } from '../school-feed.ts'
import { serveWorld } from '../world.ts'

const salma = {
  name: 'سلمى البرنامج',
  email: 'salma@tayssir.example',
  territory: '',
  roles: ['programme_manager'],
} as const
const amal = {
  name: 'أمل البرنامج',
  email: 'amal@tayssir.example',
  territory: '',
  roles: ['programme_manager'],
} as const
const nadia = { name: 'نادية الأداء', email: 'nadia@tayssir.example', territory: '', roles: ['payment_preparer', 'territory_supervisor'] } as const // biome-ignore format: one line each
const driss = {
  name: 'إدريس الآمر',
  email: 'driss@tayssir.example',
  territory: '',
  roles: ['payment_approver'],
} as const
const hind = { name: 'هند المعطيات', email: 'hind@tayssir.example', territory: '', roles: ['data_protection_officer'] } as const // biome-ignore format: one line each
const { url, databases, country, sending, cookiesOf } = await serveWorld(20, [salma, amal, nadia, driss, hind])
const { worker, owner } = databases
const at = await monthAtTerminal(databases)
const arabic = async (who: Parameters<typeof cookiesOf>[0]) => ({ ...(await cookiesOf(who)), 'socle-language': 'ar' })
const [managing, second, preparing, approving, answering] = await Promise.all(
  [salma, amal, nadia, driss, hind].map(arabic),
)
const actor = workerActor('test')
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) => transaction(worker, actor, work)
const PACK = 'ma/tayssir'
const BUDGET = 'TAYSSIR-2023'
const [october, november] = ['2023-10', '2023-11'] as [Month, Month]

const wellMade = (page: Page, name: string) => checked(page, `month-tayssir-${name}`)

/** Three families of a village, each with a pupil: one is said to have missed school, one attends, one will turn out to have missed it. */
const families = [
  { source: 'T1', mother: 'تودة', pupil: 'إيزة', phone: '+212600110001', account: '+212600220001' },
  { source: 'T2', mother: 'يامنة', pupil: 'عائشة', phone: '+212600110002', account: '+212600220002' },
  { source: 'T3', mother: 'رقية', pupil: 'فاطمة', phone: '+212600110003', account: '+212600220003' },
] as const
await asking(tx =>
  registerHouseholds(
    tx,
    { country: 'ma', source: 'tayssir', channel: 'import', actor: 'test', effectiveOn: '2023-09-01' as DateText, modelled: false, head: country.catalogue.head }, // biome-ignore format: one line
    families.map(({ source, mother, pupil, phone }) => ({
      sourceId: source,
      territory: '07.351',
      recipient: '1',
      facts: { territory: '07.351', area: 'rural', ramed_card_until: '2024-12-31' },
      members: [
        {
          sourceId: '1',
          givenName: 'Tuda',
          familyName: 'Ait Ali',
          givenNameAr: mother,
          familyNameAr: 'أيت علي',
          phone,
          facts: { relation: 'head', sex: 'female', birth_date: '1984-01-01', schooling: 'none' },
        },
        {
          sourceId: '2',
          givenName: 'Izza',
          familyName: 'Ait Ali',
          givenNameAr: pupil,
          familyNameAr: 'أيت علي',
          facts: {
            relation: 'child',
            sex: 'female',
            birth_date: '2013-03-05',
            schooling: 'public',
            school_level: 'primary_3',
            absences_health_month: 0,
          },
        },
      ],
    })),
  ),
)
await refreshMatchKeys(worker)
type Home = { readonly source: string; readonly household: Id<'Household'>; readonly mother: Id<'Person'>; readonly pupil: Id<'Person'>; readonly territory: string } // biome-ignore format: one line
const { rows: homes } = await asking(tx =>
  sql<Home>`
    select h.source_id as source, h.id as household, h.territory, m.person_id as mother, p.person_id as pupil
    from households.household h
      join households.membership m on m.household_id = h.id and m.source_id = '1'
      join households.membership p on p.household_id = h.id and p.source_id = '2'
    where h.source = 'tayssir' order by h.source_id`.execute(tx),
)
const [objects, attends, absent] = homes as [Home, Home, Home]
// The campaigns of Tayssir ended with it: families are put in it by the door of the register, and its pupils are known to the school.
await asking(async tx => {
  for (const { source, pupil } of homes) {
    await sql`insert into households.feed_identity (country, source, source_person, person_id)
      values ('ma', 'massar', ${source}, ${pupil})`.execute(tx)
  }
  const enrolled = await changeEnrolments(tx, {
    id: newId<'EnrolmentAct'>(),
    country,
    pack: PACK,
    change: 'enrol',
    month: '2023-09' as Month,
    reason: 'web',
    which: { households: homes.map(each => each.household) },
  })
  assert.ok(enrolled.ok, JSON.stringify(enrolled))
  const accounts = await recordPayeeAccounts(
    tx,
    homes.map(({ mother, territory }, place) => ({
      id: newId(),
      payeeId: mother,
      territory,
      kind: 'mobile' as const,
      provider: 'demo-mobile',
      number: families[place]!.account,
      validFrom: '2023-09-01' as DateText,
    })),
  )
  assert.ok(accounts.ok, JSON.stringify(accounts))
})

/** A month decided, recorded as owed and followed, as `socle determine` and `socle conditions assess` do. */
async function decided(month: Month) {
  const run = await determineRegister(databases, { country, pack: PACK, month, askedBy: 'test', folder: at.folder })
  assert.ok(run.ok, JSON.stringify(run))
  const owed = await entitle(worker, { country, runId: run.value.id, askedBy: 'test' })
  assert.ok(owed.ok, owed.ok ? '' : owed.refusal.code)
  const followed = await assessConditions(worker, country, run.value.id)
  assert.ok(followed.ok, JSON.stringify(followed))
  return { run: run.value, owed: owed.value, followed: followed.value }
}

/** A run drafted by one, approved on the page by another, sent, and paid by its provider. */
async function paid(t: Parameters<typeof openPage>[0], month: Month) {
  const drafted = await at.prepare(nadia.name, PACK, month, BUDGET)
  const address = `${url}/console/payments/${drafted.reference}`
  const page = await openPage(t, { url: address, cookies: approving!, script: false, width: 360 })
  await wellMade(page, `approve-${month}`)
  await page.locator('button[value=approve]').click()
  await page.waitForURL(address)
  await at.file(nadia.name, drafted.reference)
  await at.sent(nadia.name, drafted.reference)
  const orders = await at.ordered(drafted.reference)
  await at.answers(
    nadia.name,
    'demo-mobile',
    [...new Set(orders.map(({ id }) => id))].map(id => ({ id })),
  )
  return { ...drafted, orders }
}

let firstRun = ''

test('a file that is no file of a school is refused with the row and the reason, and writes nothing', async t => {
  const page = await openPage(t, { url: `${url}/console/feeds/new`, cookies: managing!, script: false, width: 360 })
  await wellMade(page, 'feed-new')
  await page.fill('[name=source]', 'massar')
  const buffer = Buffer.from('source_person,absences\nT1,7\n')
  await page.setInputFiles('input[type=file]', { name: 'wrong.csv', mimeType: 'text/csv', buffer })
  await page.locator('main form button[type=submit]').click()
  await page.getByRole('alert').waitFor()
  assert.match(await textOf(page, '[role=alert]'), /السطر 1.*absences.*absences_month/)
  await wellMade(page, 'feed-refused')
  const list = await openPage(t, { url: `${url}/console/feeds`, cookies: managing!, script: false })
  assert.equal(await list.locator('tbody tr').count(), 0)
})

test('a row that several pupils answer to waits until somebody says who is meant', t =>
  nobodyGuessed(t, { url, cookies: managing! }, page => wellMade(page, 'doubts')))

test('the school tells October: a pupil missed too much, the family is warned and its month is not paid', async t => {
  const file = await schoolTells(t, { url, cookies: managing! }, october, { T1: 7, T2: 0, T3: 1, T9: 4, T8: 'many' })
  await wellMade(file, 'feed')
  assert.deepEqual(await file.locator('.figures dd').allTextContents(), ['5', '3', '0', '2'])
  const rejects = file.locator('section:has(> .section-title) table').last().locator('tbody tr')
  assert.equal(await rejects.count(), 2)
  const list = await openPage(t, { url: `${url}/console/feeds`, cookies: { ...managing!, 'socle-language': 'fr' }, script: false }) // biome-ignore format: one line
  await wellMade(list, 'feeds')
  const csv = await file.request.get(
    `${new URL(file.url()).origin}${await file.locator('.take a').getAttribute('href')}`,
  )
  assert.match(await csv.text(), /5;.*source_person|5;.*unique_number/)
  const { owed, followed } = await decided(october)
  assert.deepEqual([owed.added, followed.steps.warned, followed.steps.suspended], [2, 1, 0])
  await sendMessages(worker, sending)
  const page = await openPage(t, { url: `${url}/ar/demonstration/messages`, script: false, width: 360 })
  assert.equal(await page.locator('.rows li').count(), 1)
  await wellMade(page, 'warned')
  const month = await openPage(t, {
    url: `${url}/console/programmes/${PACK}/conditions?month=${october}&step=warned`,
    cookies: managing!,
    script: false,
    width: 360,
  })
  await wellMade(month, 'conditions')
  assert.deepEqual(await month.locator('#steps tbody a').allTextContents(), ['T1'])
  await month.goto(`${url}/console/programmes/${PACK}/conditions?month=${october}&step=suspended`)
  assert.equal(await month.locator('#steps tbody tr').count(), 0)
  await month.goto(`${url}/console/programmes/${PACK}/conditions?month=${october}`)
  await month.locator('#steps tbody a').first().click()
  await month.waitForURL(`${url}/console/households/${objects.household}`)
  const desk = await openPage(t, {
    url: `${url}/console/households/${objects.household}`,
    cookies: managing!,
    script: false,
  })
  assert.match(await textOf(desk, '.journey'), /أُنذرت الأسرة/)
  await wellMade(desk, 'household-warned')
})

test('October is paid to the two others', async t => {
  const options = { amount: '10000.00', currency: 'MAD', funder: 'Budget général', label: 'Tayssir', why: undefined }
  await at.said(async io => payBudget(databases, await at.by(nadia.name), ['open', BUDGET], options, io))
  await transaction(owner, actor, tx =>
    sql`update security.staff_session set second_factor_at = clock_timestamp()`.execute(tx),
  )
  const { reference, orders } = await paid(t, october)
  firstRun = reference
  assert.deepEqual(orders.map(({ person, amount }) => [person, amount]).toSorted(), [[attends.mother, 8000n], [absent.mother, 8000n]].toSorted()) // biome-ignore format: two payees
})

test('the programme suspends the family by hand while the school is asked, since no text says when it would by itself', async t => {
  const page = await openPage(t, {
    url: `${url}/console/households/${objects.household}/programmes`,
    cookies: managing!,
    script: false,
    width: 360,
  })
  await wellMade(page, 'programmes')
  const tayssir = page.locator('section').filter({ has: page.locator('button[value=suspend]') })
  await tayssir.locator('summary').first().click()
  await tayssir.locator('input[name=month]').first().fill(november)
  await tayssir.locator('select[name=reason]').selectOption('under_check')
  await tayssir.locator('textarea[name=says]').first().fill('نسأل المدرسة عن أيام الغياب')
  await tayssir.locator('button[value=suspend]').click()
  await page.getByRole('status').waitFor()
  await wellMade(page, 'suspended')
})

test('a waiver for disabled pupils of the region is shown before it is proposed, and counts once a colleague approves it', async t => {
  const french = { ...managing!, 'socle-language': 'fr' }
  const page = await openPage(t, { url: `${url}/console/waivers`, cookies: french, script: false })
  await page.locator('.heading .aside a').click()
  await page.selectOption('[name=territory]', '07')
  await page.fill('[name=from]', november)
  await page.fill('[name=until]', '2023-12')
  await page.locator('details:has(input[value^="disability "]) summary').click()
  await page.check('input[value="disability severe"]')
  await page.fill('[name=says]', 'L’école adaptée est fermée pour travaux')
  await page.locator('button[value=preview]').click()
  await page.locator('#reach').waitFor()
  assert.match(await textOf(page, '#reach'), /octobre 2023, elle couvre 0 personnes dans 0 ménages/)
  await page.uncheck('input[value="disability severe"]')
  await page.locator('button[value=preview]').click()
  await page.locator('#reach').waitFor()
  assert.match(await textOf(page, '#reach'), /couvre 3 personnes dans 3 ménages.*Pour 1 d’entre eux/)
  await wellMade(page, 'waiver-new')
  await page.locator('details:has(input[value^="disability "]) summary').click()
  await page.check('input[value="disability severe"]')
  await page.locator('button[value=propose]').click()
  await page.waitForURL(/\/console\/proposals\/[\da-f-]{36}$/)
  assert.equal(await page.locator('button[value=approved]').count(), 0)
  const other = await openPage(t, { url: page.url(), cookies: second!, script: false, width: 360 })
  await wellMade(other, 'waiver-proposal')
  await other.locator('button[value=approved]').click()
  await other.waitForURL(`${url}/console/proposals`)
  await page.goto(`${url}/console/waivers`)
  await wellMade(page, 'waivers')
  await page.locator('tbody a').first().click()
  await page.waitForURL(/\/console\/waivers\/[\da-f-]{36}$/)
  assert.match(await textOf(page), /L’école adaptée est fermée pour travaux/)
  await wellMade(page, 'waiver')
})

test('the family sees it on its own page and asks that the days be put right; an officer hears the school and accepts', async t => {
  const page = await openPage(t, { url, script: false, width: 360 })
  await openOwnFile(page, url, '/ar', families[0].phone)
  await wellMade(page, 'own-before')
  await page.click('a[href="/ar/dossier/programmes"]')
  await wellMade(page, 'own-programmes')
  await page.goto(`${url}/ar/dossier/corrections`)
  await page.locator('.choices a').filter({ hasText: families[0].pupil }).click()
  await page.selectOption('[name=field]', 'member.absences_month')
  await page.click('.form .button')
  await page.fill('[name=value]', '2')
  await page.fill('[name=says]', 'ابنتي لم تتغيب إلا يومين')
  await page.click('.form .button')
  await page.getByRole('status').waitFor()
  await wellMade(page, 'own-asked')

  await schoolTells(t, { url, cookies: managing! }, october, { T1: 2, T3: 9 })
  const desk = await openPage(t, { url: `${url}/console/corrections`, cookies: answering!, script: false })
  await desk.locator('tbody a').first().click()
  await wellMade(desk, 'answer')
  await desk.locator('button[value=accepted]').click()
  assert.equal(await desk.locator('button[value=accepted]').count(), 0)
})

test('October is decided again: one family is owed after all, another received without a right; the suspension ends', async t => {
  const { owed } = await decided(october)
  assert.deepEqual([owed.added, owed.adjusted.more, owed.adjusted.less], [1, 0, 1])
  const page = await openPage(t, {
    url: `${url}/console/households/${objects.household}/programmes`,
    cookies: managing!,
    script: false,
    width: 360,
  })
  const tayssir = page.locator('section').filter({ has: page.locator('button[value=restore]') })
  await tayssir.locator('summary').first().click()
  await tayssir.locator('input[name=month]').first().fill(november)
  await tayssir.locator('select[name=reason]').selectOption('check_ended')
  await tayssir.locator('textarea[name=says]').first().fill('صححت المدرسة أيام الغياب')
  await tayssir.locator('button[value=restore]').click()
  await page.getByRole('status').waitFor()
  await wellMade(page, 'restored')
})

test('November pays the arrears with the month; what was overpaid is claimed and not kept back, since no text gives a share', async t => {
  await schoolTells(t, { url, cookies: managing! }, november, { T1: 0, T2: 1, T3: 0 })
  const { owed } = await decided(november)
  assert.equal(owed.added, 3)
  const view = {
    url: `${url}/console/programmes/${PACK}/conditions`,
    cookies: { ...managing!, 'socle-language': 'fr' },
  }
  const changed = await openPage(t, { ...view, dark: true })
  assert.deepEqual(await changed.locator('#suspensions tbody .badge').allTextContents(), ['suspendu', 'rétabli'])
  assert.match(await textOf(changed, '#suspensions'), /T1.*vérification en cours.*T1.*vérification terminée/)
  await wellMade(changed, 'conditions-november')
  await changed.goto(`${view.url}?month=${october}`)
  assert.deepEqual((await changed.locator('#steps tbody .badge').allTextContents()).toSorted(), ['avertissement retiré', 'averti'].toSorted()) // biome-ignore format: one line
  const { orders, text, reference } = await paid(t, november)
  const sums = new Map<string, bigint>()
  for (const { person, entitlement } of orders) {
    assert.ok(entitlement)
    sums.set(person, orders.find(each => each.person === person)!.amount)
  }
  assert.deepEqual([objects, attends, absent].map(({ mother }) => sums.get(mother)), [16000n, 8000n, 8000n], text) // biome-ignore format: one line
  assert.notEqual(reference, firstRun)
  const desk = await openPage(t, {
    url: `${url}/console/households/${absent.household}`,
    cookies: managing!,
    script: false,
  })
  assert.match(await textOf(desk, '.journey'), /80,00/)
  await wellMade(desk, 'household-overpaid')
  // A code was asked for a moment ago: the next would wait.
  await transaction(owner, actor, tx =>
    sql`update security.citizen_code set asked_at = asked_at - interval '2 days'`.execute(tx),
  )
  const page = await openPage(t, { url, script: false, width: 360 })
  await openOwnFile(page, url, '/ar', families[0].phone)
  await wellMade(page, 'own-after')
  await page.locator('a[href$="/dossier/releve"]').click()
  await wellMade(page, 'own-year')
})

test('the books balance, with what is held without a right on an account of its own', async t => {
  const page = await openPage(t, { url: `${url}/console/payments/ledger?line=${BUDGET}`, cookies: preparing!, script: false, width: 360 }) // biome-ignore format: one line
  await wellMade(page, 'ledger')
  const cells = await page
    .locator('main table tbody tr')
    .evaluateAll(all => all.map(row => [...row.querySelectorAll('td, th')].map(cell => cell.textContent ?? '')))
  const minor = (text: string) => BigInt(text.replaceAll(/\D/g, ''))
  const sum = (place: number) => cells.reduce((all, row) => all + minor(row.at(place)!), 0n)
  assert.equal(sum(-3), sum(-2))
  const held = (account: string) => minor(cells.find(row => row[1] === account)!.at(-1)!)
  assert.deepEqual([held('مدفوع بغير حق'), held('المستفيدون')], [8000n, 40000n])
})
