import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CellStyle, type FactColumn, type FactValue, readCell } from './cell.ts'

const style: CellStyle = {
  decimalComma: false,
  moneyPlaces: 2,
  territory: { knows: code => ['07', '07.351'].includes(code), accepted: 'RR or RR.PPP' },
}
const french: CellStyle = { ...style, decimalComma: true }
const fact = (type: FactColumn['type'], change: Partial<FactColumn> = {}): FactColumn => ({
  name: type,
  type,
  codes: new Map(),
  min: 0,
  ...change,
})
const words = { fr: '', ar: '', en: '' }
const area = fact('code', {
  codes: new Map([
    ['urban', words],
    ['rural', words],
  ]),
})
const rooms = fact('integer', { min: 1 })

const accepted: { fact: FactColumn; text: string; value: FactValue | undefined; style?: CellStyle }[] = [
  { fact: fact('boolean'), text: 'true', value: true },
  { fact: fact('boolean'), text: ' OUI ', value: true },
  { fact: fact('boolean'), text: '0', value: false },
  { fact: rooms, text: '3', value: 3 },
  { fact: rooms, text: '3.0', value: 3 },
  { fact: rooms, text: '003', value: 3 },
  { fact: fact('money'), text: '1250.50', value: '1250.50' },
  { fact: fact('money'), text: '007', value: '7' },
  { fact: fact('money'), text: '0', value: '0' },
  { fact: fact('money'), text: '1250,5', value: '1250.5', style: french },
  { fact: fact('decimal'), text: '9.233941', value: '9.233941' },
  { fact: fact('date'), text: '1984-02-29', value: '1984-02-29' },
  { fact: area, text: 'rural', value: 'rural' },
  { fact: fact('territory'), text: '07.351.', value: '07.351' },
  ...(['boolean', 'integer', 'money', 'decimal', 'date', 'code', 'territory'] as const).map(type => ({
    fact: fact(type),
    text: ' ',
    value: undefined,
  })),
]
for (const row of accepted) {
  test(`${row.fact.type} ${JSON.stringify(row.text)} is ${JSON.stringify(row.value)}`, () => {
    assert.deepEqual(readCell(row.fact, row.text, row.style ?? style), { ok: true, value: row.value })
  })
}

const refused: { fact: FactColumn; text: string; accepted: RegExp; style?: CellStyle }[] = [
  { fact: fact('boolean'), text: 'maybe', accepted: /true or false/ },
  { fact: fact('boolean'), text: '2', accepted: /true or false/ },
  { fact: rooms, text: '0', accepted: /a whole number, 1 or more/ },
  { fact: rooms, text: '-1', accepted: /whole number/ },
  { fact: rooms, text: '2.5', accepted: /whole number/ },
  { fact: rooms, text: '1e3', accepted: /whole number/ },
  { fact: rooms, text: '٣', accepted: /whole number/ },
  { fact: rooms, text: '9'.repeat(16), accepted: /whole number/ },
  { fact: fact('money'), text: '1250.505', accepted: /at most 2 decimals, such as 1250\.50/ },
  { fact: fact('money'), text: '1,250', accepted: /2 decimals/ },
  { fact: fact('money'), text: '12 DH', accepted: /2 decimals/ },
  { fact: fact('money'), text: '12.5', accepted: /without decimals/, style: { ...style, moneyPlaces: 0 } },
  { fact: fact('decimal'), text: 'NaN', accepted: /a number/ },
  { fact: fact('date'), text: '1985-02-29', accepted: /YYYY-MM-DD/ },
  { fact: fact('date'), text: '05/03/1984', accepted: /YYYY-MM-DD/ },
  { fact: area, text: 'Urban', accepted: /one of urban, rural/ },
  { fact: area, text: 'toString', accepted: /one of urban, rural/ },
  { fact: fact('territory'), text: '07.999', accepted: /RR or RR\.PPP/ },
]
for (const row of refused) {
  test(`${row.fact.type} ${JSON.stringify(row.text)} is refused, and it is said what is accepted`, () => {
    const read = readCell(row.fact, row.text, row.style ?? style)
    assert.ok(!read.ok)
    assert.match(read.refusal.accepted, row.accepted)
  })
}

test('no cell makes the reader fail, and what is accepted is accepted again', () => {
  const types = ['boolean', 'integer', 'money', 'decimal', 'date', 'code', 'territory'] as const
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.string({ unit: 'binary', maxLength: 12 }), (type, text) => {
      const read = readCell(fact(type), text, style)
      if (read.ok && read.value !== undefined) {
        assert.deepEqual(readCell(fact(type), String(read.value), style), read)
      }
    }),
  )
})
