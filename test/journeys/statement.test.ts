// A family's year and its receipts: on its own page without script, and at the desk, with the PDF.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { importAnswers } from '#payments'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { textOfPdf } from '../pdf.ts'
import { serveWorld } from '../world.ts'

const salma = { name: 'Salma Guichet', email: 'salma@year.example', territory: '', roles: ['desk_agent'] } as const
const { url, databases, cookiesOf } = await serveWorld(120, [salma])
const desk = await cookiesOf(salma)

// Every provider says that everybody has been paid.
const { rows: sent } = await transaction(databases.owner, workerActor('test'), tx =>
  sql<{ provider: string; ids: string[] }>`
    select i.provider, array_agg(payments.end_to_end_id(r.reference, i.position)) as ids
    from payments.instruction i join payments.run r on r.id = i.run_id
      join payments.run_event e on e.run_id = r.id and e.state = 'sent' group by 1`.execute(tx),
)
for (const { provider, ids } of sent) {
  const lines = ids.map(id => `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>`)
  const report = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>S${provider}</MsgId>
    <CreDtTm>2026-12-29T08:00:00Z</CreDtTm></GrpHdr><OrgnlPmtInfAndSts>${lines.join('')}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`
  await transaction(databases.worker, workerActor('test'), async tx =>
    assert.ok((await importAnswers(tx, provider, new TextEncoder().encode(report))).ok),
  )
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
