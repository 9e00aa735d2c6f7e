import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { shared, sharedMissing } from '../../../test/shared.ts'
import { compareNames, nameLevels, readName } from './person-name.ts'

const level = (a: string, b: string) => compareNames(readName(a)!, readName(b)!)

const cases: [string, string, ReturnType<typeof level>][] = [
  ['Méryem', 'MERYEM', 'same'],
  ['El-Idrissi', 'Idrissi', 'same'],
  ["N'Diaye", 'Ndiaye', 'same'],
  ['Fatima Zahra', 'Fatimazahra', 'same'],
  ['Ben Ali', 'Benali', 'same'],
  ['Mohammed', 'Muhammad', 'variant'],
  ['Mohamed', 'محمد', 'variant'],
  ['Fatima Zahra', 'فاطمة الزهراء', 'variant'],
  ['عبد القادر', 'Abdelkader', 'variant'],
  ['Nour Eddine', 'Noureddine', 'variant'],
  ['Diallo', 'Djallo', 'variant'],
  ['Diop', 'Joob', 'variant'],
  ['Ndiaye', 'Njaay', 'variant'],
  ['Coulibaly', 'Kulibali', 'variant'],
  ['Ghizlane', 'Rizlane', 'variant'],
  ['Ouazzani', 'Wazzani', 'variant'],
  ['Ennaciri', 'الناصري', 'variant'],
  ['Lamrani', 'العمراني', 'variant'],
  ['Khady', 'Khadidiatou', 'variant'],
  ['Thomas', 'Tom', 'variant'],
  ['Michaela', 'Nichaela', 'close'],
  ['Stewart', 'Stewarb', 'close'],
  ['Fatima Zahra', 'Zahra Fatima', 'close'],
  ['Fatima Zahra', 'Fatima', 'partial'],
  ['J', 'John', 'partial'],
  ['Christo', 'Christopher', 'close'],
  ['Hassan', 'Hussein', 'similar'],
  ['Hassan', 'Amina', 'different'],
]
for (const [a, b, expected] of cases) {
  test(`${a} and ${b}: ${expected}`, () => assert.equal(level(a, b), expected))
}

test('nothing is read from a text without letters', () => {
  assert.equal(readName(' -- '), undefined)
  assert.equal(readName(''), undefined)
})

test('a name is the same as itself, and neither name comes first', () => {
  const text = fc.string({ unit: fc.constantFrom(...'aeiou bcdhklmnrst-éمحدال'), minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [one, other] = [readName(a), readName(b)]
      if (!one || !other) return
      assert.equal(compareNames(one, one), 'same')
      assert.equal(compareNames(one, other) === 'same', compareNames(other, one) === 'same')
      assert.ok(nameLevels.includes(compareNames(one, other)))
    }),
  )
})

type Row = { kind: string; sex: string; spellings: string[]; arabic: string }

function listed(): Row[] {
  const lines = readFileSync(shared('reference/data/names_variants.csv'), 'utf8').trim().split('\n').slice(1)
  return lines.map(line => {
    const [country, kind, sex, name, arabic, variants] = line.split(',') as [string, ...string[]]
    const spellings = [name!, ...(variants?.split(';') ?? [])].filter(spelling => spelling !== '')
    return { kind: `${country} ${kind}`, sex: sex!, spellings, arabic: arabic! }
  })
}

test('of the variants listed for Morocco, Senegal and Mali nearly all are known as such', {
  skip: sharedMissing,
}, () => {
  const levels = listed().flatMap(({ spellings: [name, ...variants] }) => variants.map(each => level(name!, each)))
  const known = levels.filter(each => each === 'same' || each === 'variant').length
  assert.ok(levels.length > 500)
  assert.ok(known / levels.length >= 0.93, `${known} of ${levels.length}`)
  assert.ok(levels.filter(each => each === 'different').length <= 6)
})

test('of the names listed in both scripts nearly all are known across them', { skip: sharedMissing }, () => {
  const levels = listed().flatMap(({ spellings: [name], arabic }) => (arabic === '' ? [] : [level(name!, arabic)]))
  const known = levels.filter(each => each === 'variant').length
  assert.ok(levels.length > 200)
  assert.ok(known / levels.length >= 0.92, `${known} of ${levels.length}`)
})

test('two names listed apart are seldom taken for one', { skip: sharedMissing }, () => {
  const rows = listed()
  let apart = 0
  let taken = 0
  for (const [place, row] of rows.entries()) {
    for (const other of rows.slice(0, place)) {
      if (row.kind !== other.kind || row.sex !== other.sex) continue
      if (row.spellings.some(spelling => other.spellings.includes(spelling))) continue
      apart++
      if (['same', 'variant'].includes(level(row.spellings[0]!, other.spellings[0]!))) taken++
    }
  }
  assert.ok(apart > 10_000)
  assert.ok(taken / apart <= 0.005, `${taken} of ${apart}`)
})
