// What waits, what providers answered, the ledger and the providers, in a browser without script.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { transaction, workerActor } from '#db'
import { importAnswers, listProviders } from '#payments'
import { axeComplaints, openPage, overflow, screenshot } from '../browser.ts'
import { serveWorld } from '../world.ts'

const karim = {
  name: 'Karim Comptable',
  email: 'karim@books.example',
  territory: '',
  roles: ['payment_preparer', 'auditor'],
} as const
const { url, databases, cookiesOf } = await serveWorld(80, [karim])
const session = await cookiesOf(karim)
const pages = ['exceptions', 'waiting', 'ledger', 'providers'] as const

// Two payments that nobody asked for, in a statement of the bank.
const entry = (id: string) => `<Ntry><Amt Ccy="MAD">500.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
  <BookgDt><Dt>2026-12-29</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>`
await transaction(databases.worker, workerActor('test'), async tx => {
  const bank = (await listProviders(tx)).find(one => one.kind === 'bank')!
  const statement = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>C1</MsgId></GrpHdr>
    <Stmt><Id>1</Id>${entry('INCONNU-1')}${entry('INCONNU-2')}</Stmt></BkToCstmrStmt></Document>`
  assert.ok((await importAnswers(tx, bank.code, new TextEncoder().encode(statement))).ok)
})

test('in French: an answer is closed with a reason, and from an account of the ledger one comes to its run', async t => {
  const cookies = { ...session, 'socle-language': 'fr' }
  const page = await openPage(t, { url: `${url}/console/payments/exceptions`, cookies, script: false })
  const first = page.getByRole('article').first()
  await first.getByRole('button', { name: 'Clore' }).click()
  assert.match((await page.getByRole('alert').textContent()) ?? '', /ce qui a été fait/)
  await page.getByRole('article').first().getByLabel('Ce qui a été fait').fill('Rendu à la banque le 30 décembre')
  await page.getByRole('article').first().getByRole('button', { name: 'Clore' }).click()
  assert.equal(await page.getByRole('article').count(), 1)
  await page.getByRole('link', { name: 'Montrer aussi celles qui sont closes' }).click()
  await page.getByText('Rendu à la banque le 30 décembre').waitFor()
  await page.getByRole('link', { name: 'Grand livre' }).click()
  await page.getByRole('link', { name: 'engagé' }).first().click()
  await page.getByRole('heading', { name: 'Mouvements du compte' }).waitFor()
  await screenshot(page, 'ledger-account-fr')
  const csv = await page.request.get(`${url}/console/payments/ledger.csv`)
  assert.match(await csv.text(), /engagement/)
  await page.locator('#movements').getByRole('link').first().click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.match(page.url(), /payments\/[0-9A-Z]{10}$/)
})

for (const [language, width, dark] of [
  ['fr', 1280, false],
  ['ar', 360, false],
  ['en', 1280, true],
] as const) {
  test(`each page of the books in ${language}, ${width} pixels wide`, async t => {
    const cookies = { ...session, 'socle-language': language }
    const page = await openPage(t, { url: `${url}/console/payments`, cookies, script: false, width, dark })
    for (const name of pages) {
      await page.goto(`${url}/console/payments/${name}`)
      await screenshot(page, `books-${name}-${language}-${width}`)
      assert.equal(await overflow(page), 0, name)
      assert.deepEqual(await axeComplaints(page), [], name)
    }
  })
}
