import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimalMark, readAmount } from './read-amounts.ts'
import { dayOrder, readDay } from './read-days.ts'
import { type ListRefusal, linesAt, readList, type WrittenList } from './read-lines.ts'

const amounts: readonly [written: string, mark: '.' | ',', units: string][] = [
  ['1 234,56', ',', '123456/2'],
  ['1.234,56 MAD', ',', '123456/2'],
  ['1,234.56', '.', '123456/2'],
  ['-12.5', '.', '-125/1'],
  ['(12.00)', '.', '-1200/2'],
  ['12,00-', ',', '-1200/2'],
  ['€ 7', '.', '7/0'],
  ['1’234.50', '.', '123450/2'],
  ['12.00 DR', '.', '-1200/2'],
  ['12.00CR', '.', '1200/2'],
  ['+500', '.', '500/0'],
]

test('amounts are read as people and banks write them', () => {
  for (const [written, mark, units] of amounts) {
    const amount = readAmount(written, mark)
    assert.equal(amount && `${amount.digits}/${amount.places}`, units, written)
  }
  for (const none of ['', 'abc', '1.2.3', '--5', '12x', '1e5', 'NaN']) assert.equal(readAmount(none, '.'), undefined)
})

test('a column tells its decimal mark', () => {
  assert.equal(decimalMark(['1,234', '12,5']), ',')
  assert.equal(decimalMark(['1,234', '12.50']), '.')
  assert.equal(decimalMark(['1.234,00']), ',')
  assert.equal(decimalMark(['1,234', '5,678']), '.')
})

test('days are read in the order that the column shows', () => {
  const day = Date.UTC(2026, 10, 22) / 86_400_000
  for (const text of ['2026-11-22', '2026-11-22T10:00:00Z', '22/11/2026', '22.11.26', '20261122', '22 nov. 2026']) {
    assert.equal(readDay(text, 'day_first'), day, text)
  }
  assert.equal(readDay('11/22/2026', dayOrder(['11/22/2026', '01/02/2026'])), day)
  assert.equal(readDay('Nov 22, 2026', 'day_first'), day)
  for (const none of ['31/02/2026', '2026-13-01', 'hier', '']) assert.equal(readDay(none, 'day_first'), undefined)
})

function list(text: string): WrittenList {
  const [header = [], ...rows] = text.split('\n').map(line => line.split(';'))
  return { header, rows: rows.map((cells, at) => ({ number: at + 2, cells })) }
}

test('columns are known by their names in French, and debit and credit make one amount', () => {
  const read = readList(
    list(
      'Date opération;Libellé;Débit;Crédit;Solde\n22/11/2026;VIR A;12,50;;99,00\n23/11/2026;VIR B;;1 000,00;1099,00',
    ),
    new Map(),
  )
  assert.ok(read.ok)
  const lines = linesAt(read.value, 2)
  assert.deepEqual(
    lines.map(line => [line.id, line.amount, line.text]),
    [
      ['1', -1250n, 'VIR A'],
      ['2', 100_000n, 'VIR B'],
    ],
  )
})

test('columns without a name are known by what they hold', () => {
  const read = readList(list('a;b;c;d\nx1;2026-01-05;Omar Fall;10.00\nx2;2026-01-06;Awa Sow;12.50'), new Map())
  assert.ok(read.ok)
  const { id, date, text, amount } = read.value.columns
  assert.deepEqual({ id, date, text, amount }, { id: [0], date: [1], text: [2], amount: [3] })
})

const refused: Record<ListRefusal['code'], { list: string; given?: [string, string[]][]; row?: number }> = {
  column_unknown: { list: 'amount\n5', given: [['amount', ['Montant']]] },
  meaning_unknown: { list: 'amount\n5', given: [['colour', ['amount']]] },
  no_amount_column: { list: 'name\nOmar Fall' },
  not_an_amount: { list: `id;amount\n${'a;5.00\n'.repeat(20)}b;five`, row: 22 },
  not_a_day: { list: `id;date;amount\n${'a;2026-01-01;5.00\n'.repeat(20)}b;2026-02-30;5.00`, row: 22 },
}

for (const [code, { list: text, given, row }] of Object.entries(refused)) {
  test(`a list is refused with its place: ${code}`, () => {
    const read = readList(list(text), new Map(given))
    assert.ok(!read.ok)
    assert.equal(read.refusal.code, code)
    if (row !== undefined) assert.equal('row' in read.refusal && read.refusal.row, row)
  })
}
