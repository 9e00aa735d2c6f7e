import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DateText, money, moneyText } from '#kernel'
import type { AnswerRefusal } from '../../iso20022/answers.ts'
import type { CreditTransfer } from '../../iso20022/pain001.ts'
import type { ProviderOrders } from '../provider-port.ts'
import { csvMappingSchema } from './csv-mapping.ts'
import { csvPort } from './csv-port.ts'

const mapping = csvMappingSchema.parse({
  orders: {
    decimal: ',',
    columns: [
      { header: 'REF', value: 'end_to_end_id' },
      { header: 'MONTANT', value: 'amount' },
      { header: 'NOM', value: 'creditor' },
      { header: 'COMPTE', value: 'account' },
      { header: 'TYPE', text: 'AIDE' },
    ],
  },
  answers: {
    decimal: ',',
    columns: { end_to_end_id: 'Ref', status: 'Statut', reason: 'Motif', amount: 'Montant', day: 'Date' },
    currency: 'MAD',
    settled: ['PAYE'],
    returned: ['REJETE', 'RETOUR'],
    pending: ['EN COURS'],
  },
})
const port = csvPort(mapping)

const transfer = (change: Partial<CreditTransfer> = {}): CreditTransfer => ({
  endToEndId: 'AAAAAAAAAA-00000001',
  amount: 50050n,
  creditor: 'Fatima',
  account: { kind: 'mobile', msisdn: '+212600000001' },
  remittance: 'ASD 2026-12',
  ...change,
})
const orders = (transfers: readonly CreditTransfer[], total?: bigint): ProviderOrders => ({
  reference: 'AAAAAAAAAA',
  createdAt: '2026-12-20T08:00:00Z',
  currency: 'MAD',
  group: {
    id: 'AAAAAAAAAA-points',
    executionDate: '2026-12-28' as DateText,
    debtor: 'Agence',
    debtorAccount: 'X',
    agent: { bic: null, name: 'Points' },
    count: transfers.length,
    total: money(total ?? transfers.reduce((sum, one) => sum + one.amount, 0n), 'MAD'),
    transfers: [transfers],
  },
})
async function written(of: ProviderOrders): Promise<string> {
  let text = ''
  for await (const piece of port.write(of)) text += piece
  return text
}
const read = (text: string) => port.read(new TextEncoder().encode(text))

test('orders are written by the mapping: titles, decimal comma, a column that is always the same', async () => {
  assert.equal(
    await written(orders([transfer()])),
    'REF;MONTANT;NOM;COMPTE;TYPE\r\nAAAAAAAAAA-00000001;500,50;Fatima;+212600000001;AIDE\r\n',
  )
})

test('orders that are not what was approved are never a whole file', async () => {
  await assert.rejects(written(orders([transfer()], 1n)), /500\.50 MAD|0\.01/)
})

test('no name begins a formula or breaks a line, whatever it holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), async name => {
      const text = await written(orders([transfer({ creditor: `${name}a` })])).catch(() => undefined)
      if (text === undefined) return
      const [, line = '', ...rest] = text.split('\r\n')
      assert.deepEqual(rest, [''])
      assert.match(line.split(';')[2] ?? '', /^"?[^=+\-@\t]/)
    }),
  )
})

test('answers are read by the mapping', () => {
  const file = read(
    'Ref;Statut;Motif;Montant;Date\nA-1;paye;;500,50;28/12/2026\nA-2;REJETE;W12;"1 000,00";28.12.26\nA-3;EN COURS;;;\n',
  )
  assert.ok(file.ok)
  assert.deepEqual(
    file.value.answers.map(one => [
      one.endToEndId,
      one.outcome,
      one.reason,
      one.amount && moneyText(one.amount),
      one.day,
    ]),
    [
      ['A-1', 'settled', '', '500.50', '2026-12-28'],
      ['A-2', 'returned', 'W12', '1000.00', '2026-12-28'],
      ['A-3', 'pending', '', null, null],
    ],
  )
})

const head = 'Ref;Statut;Motif;Montant;Date\n'
const refusals: readonly [says: string, text: string, refusal: Partial<AnswerRefusal>][] = [
  ['nothing under the titles', head, { code: 'message_empty' }],
  ['a column that is not there', 'Ref;Etat\nA;PAYE\n', { code: 'column_missing', column: 'Statut' }],
  ['a word that the mapping does not know', `${head}A;PAYEE;;1,00;\n`, { code: 'line_unreadable', line: 2 }],
  ['an amount that is none', `${head}A;PAYE;;cent;\n`, { code: 'line_unreadable', column: 'Montant' }],
  ['an amount below nothing', `${head}A;PAYE;;-1,00;\n`, { code: 'line_unreadable', column: 'Montant' }],
  ['a third decimal that says something', `${head}A;PAYE;;1,005;\n`, { code: 'line_unreadable', column: 'Montant' }],
  ['a day that is none', `${head}A;PAYE;;1,00;31/02/2026\n`, { code: 'line_unreadable', column: 'Date' }],
  ['a line of another length', `${head}A;PAYE\n`, { code: 'line_unreadable', line: 2 }],
]
for (const [says, text, refusal] of refusals) {
  test(`answers are refused whole: ${says}`, () => {
    const file = read(text)
    assert.ok(!file.ok)
    assert.partialDeepStrictEqual(file.refusal, refusal)
  })
}

test('bytes that are no text are refused', () => {
  const file = port.read(Uint8Array.from([0xff, 0xfe, 0x41]))
  assert.deepEqual(file, { ok: false, refusal: { code: 'encoding_not_utf8' } })
})
