import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eachPair, makeBlocks, planPasses } from './blocking.ts'
import { openRecords } from './open-records.ts'

const columns = [
  { name: 'surname', kind: 'surname' as const },
  { name: 'town', kind: 'word' as const },
]

function recordsOf(rows: readonly (readonly string[])[], first?: number) {
  const open = openRecords(columns)
  for (const [at, row] of rows.entries()) {
    if (at === first) open.endFirst()
    open.add(row)
  }
  if (first !== undefined && first >= rows.length) open.endFirst()
  return open.close()
}

function pairsOf(records: ReturnType<typeof recordsOf>) {
  const blocks = makeBlocks(records, planPasses(records))
  const pairs: string[] = []
  for (let pass = 0; pass < blocks.passes.length; pass++) {
    eachPair(records, blocks, pass, (one, other) => pairs.push(`${one} ${other}`))
  }
  return { pairs, blocks }
}

const row = fc.tuple(
  fc.constantFrom('Alaoui', 'El Alaoui', 'Bennani', 'Tazi', ''),
  fc.constantFrom('Fes', 'Sale', 'Agadir', ''),
)

test('no pair is compared twice, and records that share a key are compared', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 3, maxLength: 40 }), rows => {
      const records = recordsOf(rows)
      const { pairs, blocks } = pairsOf(records)
      assert.equal(new Set(pairs).size, pairs.length)
      const compared = new Set(pairs)
      for (const { keys } of blocks.passes) {
        const share = (a: number, b: number) =>
          keys.every(({ column, ofValue }) => {
            const [x, y] = [a, b].map(record => records.columns[column]!.values[record]!) as [number, number]
            return x >= 0 && y >= 0 && ofValue[x]! >= 0 && ofValue[x] === ofValue[y]
          })
        for (let a = 0; a < rows.length; a++) {
          for (let b = a + 1; b < rows.length; b++) if (share(a, b)) assert.ok(compared.has(`${a} ${b}`), `${a} ${b}`)
        }
      }
    }),
  )
})

test('of two files only pairs of one record of each are compared', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 4, maxLength: 40 }), rows => {
      const first = rows.length >> 1
      for (const pair of pairsOf(recordsOf(rows, first)).pairs) {
        const [one, other] = pair.split(' ').map(Number) as [number, number]
        assert.ok(one < first && other >= first)
      }
    }),
  )
})

test('a block too large is split, so that comparing stays in proportion', () => {
  const rows = Array.from({ length: 6000 }, (_, at) => [at % 2 ? 'Alaoui' : `Name${at}`, `Town${at % 400}`])
  const { pairs, blocks } = pairsOf(recordsOf(rows))
  assert.ok(blocks.passes.length > 0)
  assert.ok(pairs.length < 6000 * 60, `${pairs.length} pairs`)
})
