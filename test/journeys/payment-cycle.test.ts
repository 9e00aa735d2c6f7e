// From a budget line to the answers of providers without a command, in French; and where somebody is paid, in Arabic.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { transaction, workerActor } from '#db'
import { type Month, parseId } from '#kernel'
import { authenticator } from '../authenticator.ts'
import { wellMade as checked, openPage, textOf } from '../browser.ts'
import { answersTakenByWorker, decidedByWorker, monthAtTerminal, preparedByWorker, statusReport } from '../month.ts'
import { serveWorld } from '../world.ts'

const nadia = {
  name: 'Nadia Paiements',
  email: 'nadia@cycle.example',
  territory: '',
  roles: ['payment_preparer', 'programme_manager'],
} as const
const driss = {
  name: 'Driss Ordonnateur',
  email: 'driss@cycle.example',
  territory: '',
  roles: ['payment_approver'],
} as const
const zineb = { name: 'Zineb Guichet', email: 'zineb@cycle.example', territory: '', roles: ['desk_agent'] } as const
const samir = {
  name: 'Samir Responsable',
  email: 'samir@cycle.example',
  territory: '',
  roles: ['territory_supervisor'],
} as const
const hind = { name: 'Hind Rôles', email: 'hind@cycle.example', territory: '', roles: ['administrator'] } as const
const karim = { name: 'Karim Rôles', email: 'karim@cycle.example', territory: '', roles: ['administrator'] } as const
const omar = {
  name: 'Omar Trésorerie',
  email: 'omar@cycle.example',
  territory: '',
  roles: ['payment_preparer'],
} as const
const { url, databases, cookiesOf } = await serveWorld(120, [nadia, driss, zineb, samir, hind, karim, omar])
const { ordered, folder } = await monthAtTerminal(databases)
const as = async (who: Parameters<typeof cookiesOf>[0], language = 'fr') => ({
  ...(await cookiesOf(who)),
  'socle-language': language,
})
const asking = <Value>(work: Parameters<typeof transaction<Value>>[2]) =>
  transaction(databases.worker, workerActor('test'), work)
const phone = { width: 360, height: 740 }

const wellMade = (page: Page, name: string) => checked(page, `payment-cycle-${name}`)

/** Sets up a second step, as whoever moves money must. */
async function withSecondStep(page: Page, back: string) {
  await page.goto(`${url}/console/account/second-step`)
  const submit = 'main button[type=submit]:not(.quiet):not([name=language]):not([name=scheme])'
  await page.click(submit)
  const secret = (await textOf(page, '.secret')).replaceAll(' ', '')
  await page.fill('[name=code]', authenticator(secret))
  await page.fill('[name=password]', 'a password of the journeys')
  await page.click(submit)
  await page.locator('.recovery-codes').waitFor()
  await page.goto(back)
}

const BUDGET = 'ASD-CYCLE'
const cycle = { month: '' as Month, address: '', reference: '' }
const preparing = await as(nadia)
const approving = await as(driss)

test('a budget line is opened on a page, with a second step; what is wrong is said beside its field', async t => {
  const address = `${url}/console/payments/budgets`
  const page = await openPage(t, { url: address, cookies: preparing, script: false })
  await page.fill('#open-code', BUDGET)
  await page.getByLabel('Objet').fill('Aide sociale directe')
  await page.getByLabel('Qui finance').fill('Budget général')
  await page.fill('#open-amount', '200 000,00')
  await page.getByRole('button', { name: 'Ouvrir la ligne' }).click()
  assert.match(await textOf(page, '[role=alert]'), /Un mot de passe seul ne suffit pas/)
  assert.equal(await page.inputValue('#open-code'), BUDGET)
  await withSecondStep(page, address)
  await page.fill('#open-code', BUDGET)
  await page.getByLabel('Objet').fill('Aide sociale directe')
  await page.getByLabel('Qui finance').fill('Budget général')
  await page.fill('#open-amount', 'beaucoup')
  await page.getByRole('button', { name: 'Ouvrir la ligne' }).click()
  assert.match(await textOf(page, '.mantine-InputWrapper-error'), /Écrivez un montant au-dessus de zéro/)
  await wellMade(page, 'budget-refused')
  await page.fill('#open-amount', '200 000,00')
  await page.getByRole('button', { name: 'Ouvrir la ligne' }).click()
  await page.getByText('La ligne est ouverte.').waitFor()
  await page.selectOption('#add-code', BUDGET)
  await page.fill('#add-amount', '1000')
  await page.getByRole('button', { name: 'Abonder' }).click()
  await page.getByText('L’enveloppe est abondée.').waitFor()
  assert.match(await textOf(page, 'table'), /ASD-CYCLE.*201 000,00/)
  await wellMade(page, 'budgets')
})

test('which way a network of cash pays is said by one and agreed to by another, in French, and in Arabic on a telephone', async t => {
  const address = `${url}/console/payments/ways`
  const stands = async () =>
    (
      await asking(tx =>
        sql<{ way: string }>`select way from payments.cash_way_now where provider = 'demo-points'`.execute(tx),
      )
    ).rows[0]?.way
  const first = await openPage(t, { url: address, cookies: preparing, script: false })
  assert.match(await textOf(first, 'table'), /demo-points.*à nos guichets, sans ordre.*accepté par/)
  await wellMade(first, 'ways')
  await first.getByRole('button', { name: 'Proposer cette façon' }).click()
  await first.getByText('La façon de payer est proposée').waitFor()
  assert.equal(await first.locator('button[value=agree]').count(), 0, 'nobody agrees to what they said')
  await first.getByRole('button', { name: 'Retirer ma proposition' }).click()
  await first.getByText('La proposition est retirée').waitFor()
  await first.getByRole('button', { name: 'Proposer cette façon' }).click()
  await first.getByText('La façon de payer est proposée').waitFor()

  const arabic = await as(omar, 'ar')
  const second = await openPage(t, { url: address, cookies: arabic, script: false, ...phone })
  await second.getByRole('button', { name: 'قبول' }).click()
  assert.match(await textOf(second, '#way-demo-points [role=alert]'), /كلمة السر وحدها لا تكفي/)
  await wellMade(second, 'ways-refused-ar-phone')
  await withSecondStep(second, address)
  await wellMade(second, 'ways-waiting-ar-phone')
  await second.getByRole('button', { name: 'قبول' }).click()
  await second.waitForURL(/done=agreed/)
  assert.equal(await stands(), 'own_till')
  await wellMade(second, 'ways-agreed-ar-phone')

  // And back, the other way round: what this cycle orders of the network leaves by our counter.
  await second.getByRole('button', { name: 'اقتراح هذه الطريقة' }).click()
  await second.waitForURL(/done=said/)
  await first.goto(address)
  assert.match(
    await textOf(first, '#way-demo-points'),
    /payer à nos guichets.*Omar Trésorerie.*ne reçoit plus d’ordres/,
  )
  await wellMade(first, 'ways-waiting')
  await first.getByRole('button', { name: 'Accepter' }).click()
  await first.getByText('La façon de payer est acceptée').waitFor()
  assert.equal(await stands(), 'counter')
  await first.getByText(/proposé par Omar Trésorerie, accepté par Nadia Paiements/).waitFor()
})

test('the month of a programme is determined, and the page says what is owed and prepares its run', async t => {
  const asked = await openPage(t, { url: `${url}/console/runs/new`, cookies: preparing, script: false })
  await asked.locator('select[name=programme]').selectOption('ma/asd')
  const paid = await asking(tx => sql<{ period: string }>`select distinct period from payments.run`.execute(tx))
  const offered = await asked
    .locator('select[name=month] option')
    .evaluateAll(all => all.map(each => (each as HTMLOptionElement).value))
  cycle.month = offered.find(each => paid.rows.every(({ period }) => period !== each)) as Month
  await asked.locator('select[name=month]').selectOption(cycle.month)
  await asked.locator('main form button[type=submit]').click()
  await asked.waitForURL(/\/console\/runs\/[0-9a-f-]{36}$/)
  await decidedByWorker(databases, folder, parseId<'DeterminationRun'>(asked.url().split('/').at(-1)!)!)

  const address = `${url}/console/payments/month?programme=ma%2Fasd&month=${cycle.month}`
  const page = await openPage(t, { url: address, cookies: preparing, script: false })
  assert.match(await textOf(page, 'table'), /Droits du mois\s*[1-9]/)
  await wellMade(page, 'month')
  await page.locator('select[name=line]').selectOption(BUDGET)
  await page.getByRole('button', { name: 'Préparer' }).click()
  await page.waitForURL(/&asked=[0-9a-f-]{36}$/)
  const followed = page.url()
  assert.match(await textOf(page, '#preparation'), /attend qu’un processus de travail/)
  assert.equal(await page.locator('select[name=line]').count(), 0)
  await wellMade(page, 'preparation-asked')
  // Under way, and begun anew after a worker went away.
  await asking(tx =>
    sql`update programmes.preparation_request set stage = 'checking', attempt = 2, begun_at = clock_timestamp()
      where done_at is null`.execute(tx),
  )
  await page.goto(followed)
  assert.match(await textOf(page, '#preparation'), /Étape 3 sur 4.*contrôler chaque ligne.*Essai 2/)
  await wellMade(page, 'preparation-under-way')
  const small = {
    url: followed,
    cookies: { ...preparing, 'socle-language': 'ar' },
    script: false,
    dark: true,
    ...phone,
  }
  await wellMade(await openPage(t, small), 'preparation-under-way-ar-phone')
  await page.getByRole('button', { name: 'Relancer' }).click()
  await page.waitForURL(followed)
  await preparedByWorker(databases)
  await page.goto(followed)
  await wellMade(page, 'preparation-done')
  await page.locator('#preparation a').click()
  await page.waitForURL(/\/console\/payments\/[0-9A-Z]{10}\?drafted$/)
  cycle.reference = /payments\/([0-9A-Z]{10})/.exec(page.url())![1]!
  cycle.address = `${url}/console/payments/${cycle.reference}`
  assert.match(await textOf(page, '[role=status]'), /Le cycle est préparé/)
  assert.equal(await page.locator('button[value=approve]').count(), 0)
  await wellMade(page, 'drafted')
  await page.goto(address)
  await page.locator('select[name=line]').selectOption(BUDGET)
  await page.getByRole('button', { name: 'Préparer' }).click()
  await page.waitForURL(/&asked=/)
  await preparedByWorker(databases)
  await page.goto(address)
  assert.match(await textOf(page, '[role=alert]'), new RegExp(`Rien n’est à payer.*${cycle.reference}`))
  await wellMade(page, 'nothing-to-pay')
})

test('another approves, the file is made and taken away, and it is recorded that it left', async t => {
  const checking = await openPage(t, { url: cycle.address, cookies: approving, script: false })
  await withSecondStep(checking, cycle.address)
  await checking.locator('button[value=approve]').click()
  await checking.waitForURL(cycle.address)
  const page = await openPage(t, { url: cycle.address, cookies: preparing, script: false })
  await wellMade(page, 'approved')
  await page.getByLabel('Exécution demandée le').fill('2020-01-01')
  await page.getByRole('button', { name: 'Produire le fichier' }).click()
  assert.match(await textOf(page, '.mantine-InputWrapper-error'), /Choisissez aujourd’hui ou un jour à venir/)
  await page.getByLabel('Exécution demandée le').fill('2099-01-01')
  await page.getByRole('button', { name: 'Produire le fichier' }).click()
  await page.waitForURL(cycle.address)
  const orders = await ordered(cycle.reference)
  const parts = await asking(tx =>
    sql<{ provider: string; way: string }>`
      select p.provider, p.leaves_by as way from payments.run_part p join payments.run r on r.id = p.run_id
      where r.reference = ${cycle.reference} and p.leaves_by = 'counter'`.execute(tx),
  )
  assert.deepEqual(parts.rows, [{ provider: 'demo-points', way: 'counter' }])
  const taken = async (href: string) => (await page.request.get(url + href)).text()
  const file = await page.locator('a[download][href$="/file"]').getAttribute('href')
  const leaving = orders.filter(each => each.kind !== 'cash')
  assert.equal((await taken(file!)).match(/<CdtTrfTxInf>/g)?.length, leaving.length)
  await page.getByRole('button', { name: 'Noter que c’est parti' }).click()
  await page.waitForURL(cycle.address)
  await page.getByRole('link', { name: 'Réponses des opérateurs' }).click()
  await page.waitForURL('**/payments/answers')
})

test('answers are given as a file and taken by a worker; what cannot be read is refused by its line, the same file twice changes nothing', async t => {
  const address = `${url}/console/payments/answers`
  const page = await openPage(t, { url: address, cookies: preparing, script: false })
  const orders = await ordered(cycle.reference)
  const { provider } = orders[0]!
  const [back, ...paid] = orders.filter(each => each.provider === provider)
  const upload = async (name: string, text: string) => {
    await page.goto(address)
    await page.locator('select[name=provider]').selectOption(provider)
    await page.setInputFiles('#answers-file', { name, mimeType: 'application/xml', buffer: Buffer.from(text) })
    await page.getByRole('button', { name: 'Déposer le fichier' }).click()
  }
  const given = /\/payments\/answers\/[0-9a-f-]{36}$/
  // What can be told at once is told beside the field.
  await upload('broken.xml', '<Document>\n<a></b></Document>')
  assert.match(await textOf(page, '#answers-error'), /Ligne 2/)
  await wellMade(page, 'answers-refused')
  // What is found at the end of a long file is found by the worker.
  const many = Array.from({ length: 3000 }, (_, index) => ({ id: `INCONNU-${index}` }))
  await upload('long.xml', statusReport('cycle-0', many).replace('</OrgnlPmtInfAndSts>', '<a></b></OrgnlPmtInfAndSts>'))
  await page.waitForURL(given)
  const long = page.url()
  assert.match(await textOf(page, 'main'), /en attente.*Il attend qu’un processus de travail soit libre/)
  await wellMade(page, 'answers-waiting')
  await asking(tx =>
    sql`update payments.given_answers set stage = 'reading', attempt = 2, begun_at = clock_timestamp(), lines = 2000,
      bytes_read = size / 2 where ended_at is null`.execute(tx),
  )
  const small = { url: long, cookies: { ...preparing, 'socle-language': 'ar' }, script: false, dark: true, ...phone }
  await wellMade(await openPage(t, small), 'answers-reading-ar-phone')
  await page.getByRole('link', { name: 'Regarder de nouveau' }).click()
  assert.match(await textOf(page, 'main'), /en lecture 50.*2\s000 lignes.*Essai 2/)
  await wellMade(page, 'answers-reading')
  // Followed by itself where there is script.
  const followed = await openPage(t, { url: long, cookies: preparing })
  await page.getByRole('button', { name: 'Relancer' }).click()
  await page.waitForURL(long)
  await answersTakenByWorker(databases)
  await followed.locator('[role=alert]').waitFor()
  assert.match(await textOf(followed, '[role=alert]'), /Ligne \d+.*Rien de ce fichier n’a été pris/)
  await wellMade(followed, 'answers-refused-by-worker')

  const told = [{ id: back!.id, returned: 'AC04' }, ...paid.map(({ id }) => ({ id })), { id: 'INCONNU-9' }]
  const report = statusReport('cycle-1', told)
  await upload('wrong.xml', statusReport('cycle-2', [{ id: 'INCONNU-8' }]))
  await page.waitForURL(given)
  await page.getByRole('button', { name: 'Retirer le fichier' }).click()
  await page.getByText(/a été retiré par Nadia Paiements avant d’être pris/).waitFor()
  await upload('answers.xml', report)
  await page.waitForURL(given)
  const address1 = page.url()
  await answersTakenByWorker(databases)
  await page.goto(address1)
  assert.match(await textOf(page, 'main'), /Le fichier est pris.*Payés\s*\d+.*Revenus\s*1.*À examiner\s*1/)
  assert.match(await textOf(page, 'main'), /Son contenu est effacé/)
  await wellMade(page, 'answers')
  await upload('answers.xml', report)
  await page.waitForURL(given)
  assert.notEqual(page.url(), address1)
  assert.match(await textOf(page, '[role=status]'), /déjà été pris/)
  await page.goto(address)
  assert.match(await textOf(page, 'table'), /answers\.xml.*déjà pris.*wrong\.xml.*retiré.*long\.xml.*refusé/)
  await wellMade(page, 'answers-given')
  await page.goto(address1)
  await page.getByRole('link', { name: 'Voir les réponses à examiner' }).click()
  assert.equal(await page.getByRole('article').count(), 1)
})

test('where somebody is paid is changed by one and seen by another, in Arabic, on a telephone', async t => {
  const person = (await ordered(cycle.reference)).find(each => each.kind === 'bank')!.person
  const address = `${url}/console/persons/${person}/accounts`
  const desk = await openPage(t, { url: address, cookies: await as(zineb, 'ar'), script: false, ...phone })
  await wellMade(desk, 'payee-ar-phone')
  const providers = await desk
    .locator('select[name=provider] option')
    .evaluateAll(all => all.map(each => (each as HTMLOptionElement).value))
  const mobile = (
    await asking(tx => sql<{ code: string }>`select code from payments.provider where kind = 'mobile'`.execute(tx))
  ).rows.map(({ code }) => code)
  const wallet = providers.find(each => mobile.includes(each))!
  await desk.locator('select[name=provider]').selectOption(wallet)
  await desk.fill('[name=number]', '0600')
  await desk.getByRole('button', { name: 'تسجيل', exact: true }).click()
  assert.match(await textOf(desk, '.mantine-InputWrapper-error'), /هذا ليس رقم حساب/)
  assert.equal(await desk.inputValue('[name=number]'), '0600')
  await wellMade(desk, 'payee-refused-ar-phone')
  await desk.fill('[name=number]', '+212 600 00 77 88')
  await desk.getByRole('button', { name: 'تسجيل', exact: true }).click()
  await desk.waitForURL(/done=recorded/)
  assert.match(await textOf(desk, 'article'), /7788.*غير متحقَّق منه.*أجل الأمان/)
  assert.equal(await desk.locator('button[value=verify]').count(), 0)

  const second = await openPage(t, { url: address, cookies: await as(samir, 'ar'), script: false })
  const newest = second.locator('article').first()
  await newest.locator('select[name=means]').selectOption('payee_call')
  await newest.locator('button[value=verify]').click()
  await second.waitForURL(/done=verified/)
  assert.match(await textOf(second, 'article'), /متحقَّق منه.*Samir Responsable/)
  await wellMade(second, 'payee-ar')
  const dark = await openPage(t, { url: address, cookies: await as(zineb), dark: true })
  await wellMade(dark, 'payee-fr-dark')
})

test('a limit of approval is proposed by one who gives roles, and agreed to by another', async t => {
  const address = `${url}/console/payments/limits`
  const first = await openPage(t, { url: address, cookies: await as(hind), script: false })
  await withSecondStep(first, address)
  await first.locator('select[name=role]').selectOption('payment_approver')
  await first.fill('[name=amount]', '5 000 000,00')
  await first.getByRole('button', { name: 'Proposer' }).click()
  await first.getByText('La limite est proposée').waitFor()
  assert.equal(await first.locator('button[value=agree]').count(), 0)
  const second = await openPage(t, { url: address, cookies: await as(karim), script: false })
  await withSecondStep(second, address)
  await second.getByRole('button', { name: 'Accepter cette limite' }).click()
  await second.getByText('La limite est acceptée.').waitFor()
  assert.match(await textOf(second, 'table'), /5 000 000,00.*en vigueur/)
  await wellMade(second, 'limits')
})

test('every page of the cycle holds on a telephone, in Arabic and in the dark', async t => {
  const month = `month?programme=ma%2Fasd&month=${cycle.month}`
  for (const path of [month, 'budgets', 'answers', 'limits', 'ways', 'ledger?account=1', cycle.reference]) {
    const cookies = path === 'limits' ? await as(samir) : preparing
    const name = path.split('?')[0]!
    const address = `${url}/console/payments/${path}`
    await wellMade(
      await openPage(t, { url: address, cookies: { ...cookies, 'socle-language': 'ar' }, ...phone }),
      `${name}-ar-phone`,
    )
    await wellMade(await openPage(t, { url: address, cookies, dark: true }), `${name}-fr-dark`)
    await wellMade(await openPage(t, { url: address, cookies, ...phone }), `${name}-fr-phone`)
    await wellMade(await openPage(t, { url: address, cookies: { ...cookies, 'socle-language': 'en' } }), `${name}-en`)
  }
})
