import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  isLanguage,
  isWithin,
  languages,
  type Territory,
  type TerritoryRefusal,
  territoryCode,
  territoryTree,
} from '#kernel'

const place = (code: string, parent?: string): Territory => ({
  code,
  parent,
  level: parent ? 'province' : 'region',
  name: { fr: code, ar: code, en: code },
})
const rows = [place('07'), place('07.351', '07'), place('07.35', '07'), place('08')]

test('a tree answers from the root down', () => {
  const result = territoryTree(rows)
  assert.ok(result.ok)
  const tree = result.value
  assert.deepEqual(
    tree.all.map(t => t.code),
    ['07', '07.351', '07.35', '08'],
  )
  assert.deepEqual(
    tree.childrenOf().map(t => t.code),
    ['07', '08'],
  )
  assert.deepEqual(
    tree.childrenOf('07').map(t => t.code),
    ['07.351', '07.35'],
  )
  assert.deepEqual(
    tree.pathTo('07.351').map(t => t.code),
    ['07', '07.351'],
  )
  assert.deepEqual(
    tree.pathTo('07.351.01.02.').map(t => t.code),
    ['07', '07.351'],
  )
  assert.deepEqual(tree.pathTo('99'), [])
  assert.equal(tree.find('07.351.'), rows[1])
  assert.equal(territoryCode('07.'), '07')
})

const refused: Record<TerritoryRefusal['code'], Territory[]> = {
  territory_listed_twice: [place('07'), place('07')],
  parent_unknown: [place('07.351', '07')],
  code_not_under_parent: [place('07'), place('08.1', '07')],
}
for (const [code, list] of Object.entries(refused)) {
  test(`a list of territories is refused: ${code}`, () => {
    const result = territoryTree(list)
    assert.ok(!result.ok && result.refusal.code === code)
  })
}

test('within: a place, its ancestors, and nothing that only looks alike', () => {
  assert.ok(isWithin('07.351.01.02.', '07'))
  assert.ok(isWithin('07.351', '07.351.'))
  assert.ok(!isWithin('07.351', '07.35'))
  assert.ok(!isWithin('07', '07.351'))
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[0-9]{2,3}$/), { minLength: 1, maxLength: 5 }),
      fc.nat(4),
      (codes, cut) => {
        const outer = codes.slice(0, cut + 1).join('.')
        assert.ok(isWithin(codes.join('.'), outer))
      },
    ),
  )
})

test('French comes first, and only three languages are known', () => {
  assert.equal(languages[0], 'fr')
  assert.ok(isLanguage('ar') && !isLanguage('de'))
})
