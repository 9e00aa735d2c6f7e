import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linesOf, scaleOf } from './tile-scale.ts'

test('classes go from the least to the greatest of what is shown, and what is hidden moves none of them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }), fc.nat(5), (values, hidden) => {
      const shares = values.map(value => value / 1000)
      const scale = scaleOf([...shares, ...Array<'hidden'>(hidden).fill('hidden'), null], 5)
      assert.deepEqual(scale.ranges, scaleOf(shares, 5).ranges)
      assert.equal(scale.ranges[0]?.[0], Math.min(...shares))
      assert.ok(Math.abs((scale.ranges.at(-1)?.[1] ?? -1) - Math.max(...shares)) < 1e-9)
      for (const share of shares) {
        const level = scale.levelOf(share)
        const [from, to] = scale.ranges[level as number] as readonly [number, number]
        assert.ok(from <= share + 1e-9 && share <= to + 1e-9, `${share} is in ${from} to ${to}`)
      }
    }),
  )
})

test('where nothing is shown there is no class, and where all is the same there is one', () => {
  assert.deepEqual(scaleOf(['hidden', null], 5).ranges, [])
  assert.equal(scaleOf(['hidden'], 5).levelOf('hidden'), 'hidden')
  assert.equal(scaleOf([null], 5).levelOf(null), 'none')
  assert.deepEqual(scaleOf([0.2, 0.2], 5).ranges, [[0.2, 0.2]])
  assert.equal(scaleOf([0.2, 0.2], 5).levelOf(0.2), 0)
})

const names = [
  { name: 'Oriental', lines: ['Oriental'] },
  { name: 'Souss-Massa', lines: ['Souss-Massa'] },
  { name: 'Tanger-Tétouan-Al Hoceïma', lines: ['Tanger-', 'Tétouan-Al', 'Hoceïma'] },
  { name: 'Laâyoune-Sakia El Hamra', lines: ['Laâyoune-Sakia', 'El Hamra'] },
  { name: 'a very long name of a region of many words', lines: ['a very long', 'name of a', 'region of many words'] },
]
for (const { name, lines } of names) {
  test(`${name} stands on ${lines.length} lines`, () => assert.deepEqual(linesOf(name), lines))
}
