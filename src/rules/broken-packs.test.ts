import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDocument, visit } from 'yaml'
import { territoryTree } from '#kernel'
import { checkPacks, type PolicyFile, parseCases, parseCatalogue } from '#rules'

// Packs broken at random: whatever is missing or out of place is reported, and nothing ever throws.

const facts = readFileSync('packs/ma/facts.yaml', 'utf8')
const catalogue = parseCatalogue(facts, 'packs/ma/facts.yaml')
assert.ok(catalogue.ok)
const sources = { path: 'packs/ma/sources.yaml', text: readFileSync('packs/ma/sources.yaml', 'utf8') }
const files: PolicyFile[] = globSync(['packs/ma/{ise,asd,asd-school-start}/*.yaml'])
  .filter(path => !path.endsWith('cases.yaml'))
  .map(path => ({ path, text: readFileSync(path, 'utf8') }))
const places = territoryTree([])
assert.ok(places.ok)
const territories = places.value

type Blow = { at: number; how: 'drop' | 'empty' | 'text' | 'list' | 'map' }
const blow: fc.Arbitrary<Blow> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('drop', 'empty', 'text', 'list', 'map'),
})

/** The text with one of its nodes taken out or put in the place of another. */
function broken(text: string, { at, how }: Blow): string {
  const document = parseDocument(text)
  let count = 0
  visit(document, { Node: () => void count++ })
  let left = at % Math.max(1, count)
  visit(document, {
    Node(key) {
      if (left-- !== 0 || key === null) return undefined
      if (how === 'drop') return visit.REMOVE
      const instead = { empty: null, text: 'nonsense *', list: ['a', 1], map: { when: 'x', y: null } }[how]
      return document.createNode(instead)
    },
  })
  return document.toString()
}

test('a broken pack is reported, never thrown', () => {
  fc.assert(
    fc.property(fc.nat(), blow, (which, how) => {
      const target = files[which % files.length] as PolicyFile
      const text = broken(target.text, how)
      const result = checkPacks(
        [sources, ...files.map(file => (file === target ? { ...file, text } : file))],
        catalogue.value,
      )
      if (!result.ok) assert.ok(result.refusal.every(each => each.line > 0 && each.column > 0 && each.message !== ''))
    }),
    { numRuns: 80 },
  )
})

test('a broken catalogue is reported, never thrown', () => {
  fc.assert(
    fc.property(blow, how => {
      parseCatalogue(broken(facts, how), 'facts.yaml')
    }),
    { numRuns: 60 },
  )
})

test('broken cases are reported, never thrown', () => {
  const text = readFileSync('packs/ma/asd/cases.yaml', 'utf8')
  const usual = readFileSync('packs/ma/usual.yaml', 'utf8')
  fc.assert(
    fc.property(blow, fc.boolean(), (how, inUsual) => {
      parseCases(
        inUsual ? text : broken(text, how),
        'cases.yaml',
        inUsual ? broken(usual, how) : usual,
        catalogue.value,
        territories,
      )
    }),
    { numRuns: 60 },
  )
})
