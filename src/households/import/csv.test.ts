import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCsv } from './csv.ts'
import { separators } from './separator.ts'

async function* piecesOf(text: string, cuts: readonly number[]): AsyncIterable<string> {
  let from = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const to = Math.min(cut, text.length)
    if (to > from) yield text.slice(from, to)
    from = Math.max(from, to)
  }
  if (from < text.length) yield text.slice(from)
}

async function read(text: string, separator: (typeof separators)[number] = ',', cuts: readonly number[] = []) {
  const rows: string[][] = []
  for await (const some of readCsv(piecesOf(text, cuts), separator)) rows.push(...some)
  return rows
}

const cases: { name: string; text: string; rows: string[][] }[] = [
  {
    name: 'plain cells',
    text: 'a,b\n1,2\n',
    rows: [
      ['a', 'b'],
      ['1', '2'],
    ],
  },
  {
    name: 'no last line end',
    text: 'a,b\n1,2',
    rows: [
      ['a', 'b'],
      ['1', '2'],
    ],
  },
  {
    name: 'lines of Windows',
    text: 'a,b\r\n1,2\r\n',
    rows: [
      ['a', 'b'],
      ['1', '2'],
    ],
  },
  {
    name: 'both kinds of line ends, with and without quotes',
    text: 'a,"b"\r\n1,2\n',
    rows: [
      ['a', 'b'],
      ['1', '2'],
    ],
  },
  { name: 'empty lines stay, for the count', text: 'a\n\nb\n', rows: [['a'], [''], ['b']] },
  { name: 'a line end, a separator and a quote inside quotes', text: '"a\n,""b",c\n', rows: [['a\n,"b', 'c']] },
  { name: 'an empty quoted cell', text: '"",""\n', rows: [['', '']] },
  {
    name: 'a quote inside a cell is a letter',
    text: 'a 5" pipe,b\nc,d\n',
    rows: [
      ['a 5" pipe', 'b'],
      ['c', 'd'],
    ],
  },
]
for (const { name, text, rows } of cases) test(`records: ${name}`, async () => assert.deepEqual(await read(text), rows))

test('a quote never closed is refused', async () => {
  await assert.rejects(read('a,b\n1,"2\n3,4\n'), /a quote is opened and not closed/)
  await assert.rejects(
    read(`a\n"${'x'.repeat(600_000)}`, ',', [600_000, 1_200_000]).then(() => read(`"${'x\n'.repeat(700_000)}`)),
  )
})

test('what was written is read, for every separator and wherever the text is cut into pieces', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', ';', '\t', '\n', '\r', ' ', '٣'), maxLength: 5 })
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  const cuts = fc.array(fc.nat(120), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(table, cuts, fc.constantFrom(...separators), fc.boolean(), async (rows, at, separator, always) => {
      const written = (text: string) => (always || /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
      const text = rows.map(row => `${row.map(written).join(separator)}\n`).join('')
      assert.deepEqual(await read(text, separator, at), rows)
    }),
  )
})
