// A family's year and its receipts: on its own page without script, and at the desk, with the PDF.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Transaction, transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import {
  bookCashPayments,
  type CashWindowId,
  importAnswers,
  listPoints,
  openCashWindow,
  payAtPoint,
  type RunId,
  readPoints,
  recordPoints,
} from '#payments'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { staff } from '../payments.ts'
import { textOfPdf } from '../pdf.ts'
import { serveWorld } from '../world.ts'

const salma = { name: 'Salma Guichet', email: 'salma@year.example', territory: '', roles: ['desk_agent'] } as const
const { url, databases, cookiesOf } = await serveWorld(120, [salma])
const desk = await cookiesOf(salma)

const day = '2026-12-28' as DateText
type Sent = { run: RunId; provider: string; cash: boolean; ids: string[]; positions: number[] }
const { rows: sent } = await transaction(databases.owner, workerActor('test'), tx =>
  sql<Sent>`
    select i.run_id as run, i.provider, v.kind = 'cash' as cash, array_agg(i.position) as positions,
      array_agg(payments.end_to_end_id(r.reference, i.position)) as ids
    from payments.instruction i join payments.run r on r.id = i.run_id join payments.provider v on v.code = i.provider
      join payments.run_event e on e.run_id = r.id and e.state = 'sent' group by 1, 2, 3`.execute(tx),
)
const make = <Value>(work: (tx: Transaction) => Promise<Value>) =>
  transaction(databases.worker, workerActor('test'), work)
for (const { run, provider, cash, ids, positions } of sent) {
  if (cash) await handOver(run, provider, positions)
  else assert.ok((await make(tx => importAnswers(tx, provider, allPaid(provider, ids)))).ok)
}

/** A provider says that everybody has been paid. */
function allPaid(provider: string, ids: readonly string[]): Uint8Array {
  const lines = ids.map(id => `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>`)
  return new TextEncoder().encode(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr>
    <MsgId>S${provider}</MsgId><CreDtTm>2026-12-29T08:00:00Z</CreDtTm></GrpHdr>
    <OrgnlPmtInfAndSts>${lines.join('')}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`)
}

/** Everybody whom our counters pay collects on the first day. */
async function handOver(run: RunId, provider: string, positions: readonly number[]): Promise<void> {
  const read = readPoints('code,name,territory,opening,agents,per_day\nS1,Poste,08,,1,500', code => code)
  assert.ok(read.ok && (await make(tx => recordPoints(tx, provider, read.value.points))).ok)
  const point = (await make(tx => listPoints(tx, { provider })))[0]!.id
  const id = newId() as CashWindowId
  const window = { id, run, provider, opensOn: day, closesOn: '2027-01-10' as DateText }
  assert.ok((await make(tx => openCashWindow(tx, window))).ok)
  for (const position of positions) {
    const paid = await transaction(databases.app, staff('teller', ''), tx =>
      payAtPoint(tx, { id: newId(), point, run, position, today: day, proof: 'national_id' }),
    )
    assert.ok(paid.ok)
  }
  assert.equal(await make(tx => bookCashPayments(tx, window.id)), positions.length)
}

const views = [
  { name: 'fr-desk', lang: '', width: 1280, receipt: 'Reçu' },
  { name: 'ar-phone', lang: '/ar', width: 360, receipt: 'وصل' },
  { name: 'en-dark', lang: '/en', width: 1280, dark: true, receipt: 'Receipt' },
] as const

for (const [at, { name, lang, receipt, ...view }] of views.entries()) {
  test(`a family reads its year and a receipt, without script (${name})`, async t => {
    const page = await openPage(t, { url: `${url}${lang}/dossier`, script: false, ...view })
    await page.fill('[name=phone]', (await page.locator('.try bdi').allTextContents())[at]!)
    await page.click('.form button')
    await page.waitForURL(/\/dossier\/code$/)
    // The code is on its way while a wrong one is refused.
    await page.fill('[name=code]', '12345')
    await page.click('.form button')
    await page.locator('[role=alert]').first().waitFor()
    await page.goto(`${url}${lang}/demonstration/messages`)
    const [message] = await page.locator('.rows p:not(.aside)').allTextContents()
    await page.goto(`${url}${lang}/dossier/code`)
    await page.fill('[name=code]', /\d{6}/.exec(message!)![0])
    await page.click('.form button')
    await page.waitForURL(/\/dossier$/)
    await page.locator('a[href$="/dossier/releve"]').click()
    const wellMade = async (as: string) => {
      await screenshot(page, `${as}-${name}`)
      assert.equal(await page.locator('script').count(), 0)
      assert.equal(await overflow(page), 0)
      assert.deepEqual(await axeComplaints(page), [])
    }
    await wellMade('statement')
    const [owed, paid, , due] = await page.locator('tfoot td').allTextContents()
    assert.equal(owed, paid)
    assert.notEqual(owed, due)
    await page.locator('.payment a').first().click()
    assert.equal((await page.getByRole('heading', { level: 1 }).textContent())?.trim(), receipt)
    await wellMade('receipt')
    await page.goto(`${url}${lang}/dossier/recu/0000000000-00000001`)
    assert.equal(await page.locator('.receipt').count(), 0)
  })
}

test('at the desk: the same year, its receipt and the PDF', async t => {
  const { rows } = await transaction(databases.owner, workerActor('test'), tx =>
    sql<{ household: string }>`
      select household_id as household from programmes.entitlement order by id limit 1`.execute(tx),
  )
  const cookies = { ...desk, 'socle-language': 'fr' }
  const home = `${url}/console/households/${rows[0]!.household}`
  const page = await openPage(t, { url: `${home}/statement`, cookies, script: false })
  await screenshot(page, 'statement-console-fr')
  assert.deepEqual(await axeComplaints(page), [])
  const total = (await page.locator('tfoot td').first().textContent())!
  const pdf = await page.request.get(`${home}/statement.pdf?year=2026`)
  assert.equal(pdf.status(), 200)
  const text = textOfPdf(new Uint8Array(await pdf.body()))
  assert.ok(text.replaceAll(/\s/g, '').includes(total.replaceAll(/\s/g, '')), text.slice(0, 400))
  await page.locator('.payment a').first().click()
  await page.getByRole('heading', { name: 'Reçu' }).waitFor()
  assert.deepEqual(await axeComplaints(page), [])
})
