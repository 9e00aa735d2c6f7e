import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { transaction, workerActor } from '#db'
import { type DateText, newId } from '#kernel'
import { testDatabase } from '../../test/database.ts'
import { codeOf, paymentTests } from '../../test/payments.ts'
import {
  approveRun,
  endToEndId,
  importAnswers,
  listProviderFees,
  markRunSent,
  type ProviderFee,
  providerReport,
  recordProviderFee,
} from './index.ts'
import { readAnswers } from './iso20022/answers.ts'
import { csvMappingSchema } from './providers/csv/csv-mapping.ts'
import { csvPort } from './providers/csv/csv-port.ts'
import { readReport } from './providers/http/read-report.ts'

const databases = await testDatabase()
const { app } = databases
const { make, check, owed, drafted, fileOf } = await paymentTests(databases)

const fee = (change: Partial<ProviderFee> = {}): ProviderFee => ({
  id: newId(),
  provider: 'tresor',
  currency: 'MAD',
  per: 'paid',
  fixed: 200n,
  share: 0,
  rounding: 'half_up',
  from: '2026-12-01' as DateText,
  source: 'Contract of the test, article 7',
  ...change,
})
const say = (change: Partial<ProviderFee>) => check(tx => recordProviderFee(tx, fee(change)))

const SUMS: readonly [amount: bigint, fixed: bigint, share: number, rounding: string, fee: bigint][] = [
  [50_000n, 200n, 0, 'half_up', 200n],
  [50_000n, 0n, 7_500, 'half_up', 375n],
  [50_001n, 0n, 7_500, 'up', 376n],
  [50_001n, 0n, 7_500, 'down', 375n],
  [100n, 0n, 5_000, 'half_up', 1n],
  [99n, 0n, 5_000, 'half_up', 0n],
  [50_000n, 100n, 10_000, 'down', 600n],
  [9_000_000_000_000_000n, 0n, 1_000_000, 'up', 9_000_000_000_000_000n],
]

test('a fee is a fixed amount and a share, rounded as the terms say, to the minor unit', async () => {
  for (const [amount, fixed, share, rounding, asked] of SUMS) {
    const { rows } = await make(tx =>
      sql<{ fee: bigint }>`select payments.fee_of(${amount}, ${fixed}, ${share}, ${rounding}) as fee`.execute(tx),
    )
    assert.equal(rows[0]!.fee, asked, `${amount} ${fixed} ${share} ${rounding}`)
  }
})

test('terms are refused of nobody known, without a source, and from a program; the same id again is the same terms', async () => {
  assert.equal(codeOf(await say({ provider: 'nobody' })), 'provider_unknown')
  assert.equal(codeOf(await say({ source: ' ' })), 'source_missing')
  const byProgram = await transaction(app, workerActor('night'), tx => recordProviderFee(tx, fee()))
  assert.equal(codeOf(byProgram), 'fee_by_staff_only')
  const terms = fee({ provider: 'points', share: 2_500, source: 'Contract of the test, article 8' })
  for (let time = 0; time < 2; time++) assert.ok((await check(tx => recordProviderFee(tx, terms))).ok)
  const said = (await check(listProviderFees)).filter(one => one.provider === 'points')
  assert.deepEqual(said, [terms])
})

const span = { from: '2020-01-01' as DateText, to: '2099-12-31' as DateText }
const reported = async (provider: string) => {
  const found = (await make(tx => providerReport(tx, span))).find(one => one.provider === provider)
  return [found?.feesSaid ?? 0n, found?.feesSaidOf ?? 0, found?.feesByTerms ?? 0n, found?.feesUnknownOf ?? 0] as const
}

async function sentRun() {
  const { request, run } = await drafted(await owed(12, () => ({ amount: 50_000n })), 1_000_000_000n)
  await check(tx => approveRun(tx, request.id))
  await fileOf(request.id)
  await check(tx => markRunSent(tx, request.id))
  const { rows } = await make(tx =>
    sql<{ position: number }>`select position from payments.instruction
      where run_id = ${request.id} and provider = 'tresor' order by 1`.execute(tx),
  )
  return rows.map(row => endToEndId(run.reference, row.position))
}

const booked = (id: string, charge: string, back = false) => `
  <Ntry><Amt Ccy="MAD">500.00</Amt><CdtDbtInd>${back ? 'CRDT' : 'DBIT'}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-12-29</Dt></BookgDt>
  <NtryDtls><TxDtls><Refs><EndToEndId>${id}</EndToEndId></Refs>${charge}
  ${back ? '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>' : ''}</TxDtls></NtryDtls></Ntry>`
let messages = 0
const camt = (entries: string) =>
  Buffer.from(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
    <GrpHdr><MsgId>F${++messages}</MsgId></GrpHdr><Ntfctn><Id>1</Id>${entries}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`)

test('the report says what a provider took as it says itself, and by its terms of the day for the others', async () => {
  const [a, b, c, d] = await sentRun()
  assert.deepEqual(await reported('tresor'), [0n, 0, 0n, 4], 'without terms nothing is made up')
  await say({ fixed: 999n, from: '2027-01-01' as DateText })
  assert.deepEqual(await reported('tresor'), [0n, 0, 0n, 4], 'terms of a later day are not for this one')
  await say({ fixed: 150n })
  await say({ fixed: 200n, from: '2026-12-28' as DateText })
  assert.deepEqual(await reported('tresor'), [0n, 0, 0n, 0], 'nothing has reached anybody yet')
  const taken = await make(tx =>
    importAnswers(
      tx,
      'tresor',
      camt(
        booked(a!, '<Chrgs><TtlChrgsAndTaxAmt Ccy="MAD">3.50</TtlChrgsAndTaxAmt></Chrgs>') +
          booked(b!, '') +
          booked(c!, '', true),
      ),
    ),
  )
  assert.ok(taken.ok)
  assert.deepEqual(await reported('tresor'), [350n, 1, 200n, 0], 'one said, one by its terms, one came back')
  await say({ fixed: 100n, per: 'sent', from: '2026-12-28' as DateText })
  assert.deepEqual(await reported('tresor'), [350n, 1, 300n, 0], `asked for each order, of ${d} too`)
})

test('a fee is read wherever a provider says it', () => {
  const minor = (charge: string) => {
    const read = readAnswers(camt(booked('E1', charge)))
    return read.ok ? (read.value.answers[0]!.fee?.minor ?? null) : read.refusal.code
  }
  const record = (amount: string, more = '', currency = 'MAD') =>
    `<Rcrd><Amt Ccy="${currency}">${amount}</Amt>${more}</Rcrd>`
  assert.equal(minor(''), null)
  assert.equal(minor(`<Chrgs>${record('1.00')}${record('2.50', '<CdtDbtInd>DBIT</CdtDbtInd>')}</Chrgs>`), 350n)
  assert.equal(minor(`<Chrgs>${record('1.00')}${record('9.00', '<CdtDbtInd>CRDT</CdtDbtInd>')}</Chrgs>`), 100n)
  assert.equal(minor(`<Chrgs>${record('1.00')}${record('1.00', '', 'EUR')}</Chrgs>`), null)
  assert.equal(minor('<Chrgs><Amt Ccy="MAD">4.00</Amt></Chrgs>'), 400n)
  assert.equal(minor('<Chrgs><Amt Ccy="MAD">four</Amt></Chrgs>'), 'amount_unreadable')

  const mapping = csvMappingSchema.parse({
    orders: {
      columns: [
        { header: 'ref', value: 'end_to_end_id' },
        { header: 'amount', value: 'amount' },
      ],
    },
    answers: {
      columns: { end_to_end_id: 'ref', status: 'state', amount: 'amount', fee: 'fee' },
      currency: 'MAD',
      settled: ['PAID'],
      returned: ['BACK'],
    },
  })
  const csv = csvPort(mapping).read(Buffer.from('ref;state;amount;fee\nE1;PAID;500.00;3.50\nE2;PAID;500.00;\n'))
  assert.deepEqual(csv.ok && csv.value.answers.map(one => one.fee?.minor ?? null), [350n, null])
  const wrong = csvPort(mapping).read(Buffer.from('ref;state;amount;fee\nE1;PAID;500.00;free\n'))
  assert.deepEqual(wrong, { ok: false, refusal: { code: 'line_unreadable', line: 2, column: 'fee', text: 'free' } })

  const said = { id: 'E1', status: 'paid', amount: '500.00', currency: 'MAD', day: '2026-12-28' }
  const report = (fee?: string) => readReport(Buffer.from(JSON.stringify({ answers: [{ ...said, fee }] })))
  const read = report('3.50')
  assert.deepEqual(read.ok && read.value.answers[0]!.fee, { minor: 350n, currency: 'MAD' })
  const refused = report('-1')
  assert.equal(refused.ok ? 'read' : refused.refusal.code, 'report_malformed')
})
