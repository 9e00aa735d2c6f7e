import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isWithin } from '#kernel'
import { actorSettings, territoryRange } from './actor.ts'

const code = fc
  .array(fc.constantFrom('0', '07', '1', '12', 'A', 'a', '99', 'Z'), { minLength: 1, maxLength: 4 })
  .map(parts => parts.join('.'))
const printed = fc.tuple(code, fc.constantFrom('', '.')).map(([text, dot]) => text + dot)

test('the settings let through exactly what lies within a grant', () => {
  fc.assert(
    fc.property(fc.array(printed, { maxLength: 4 }), printed, (granted, place) => {
      const settings = actorSettings({ kind: 'staff', staffId: 's', name: 'S', territories: granted })
      const { 'socle.territory_low': low, 'socle.territory_high': high, 'socle.territory_pattern': pattern } = settings
      const visible = place >= low && place < high && (pattern === '' || new RegExp(pattern).test(place))
      assert.equal(
        visible,
        granted.some(one => isWithin(place, one)),
      )
    }),
    { numRuns: 2000 },
  )
})

test('programmes are let through where they are granted, pair by pair', () => {
  const programme = fc.constantFrom('ma/asd', 'ma/tayssir', 'ma/asd-birth')
  const pair = fc.record({
    programme: fc.option(programme, { nil: null }),
    territory: fc.oneof(fc.constant(''), printed),
  })
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 4 }), programme, printed, (programmes, asked, place) => {
      const territories = programmes.map(one => one.territory)
      const settings = actorSettings({ kind: 'staff', staffId: 's', name: 'S', territories, programmes })
      const pattern = settings['socle.programme_pattern']
      assert.equal(
        pattern === '' || new RegExp(pattern).test(`${asked} ${place}`),
        programmes.some(
          one =>
            (one.programme === null || one.programme === asked) &&
            (one.territory === '' || isWithin(place, one.territory)),
        ),
      )
    }),
    { numRuns: 2000 },
  )
})

test('the whole country holds every code, also the empty one', () => {
  const { low, high, exact } = territoryRange(['07', ''])
  for (const place of ['', '0', '99.99.', 'zz']) assert.ok(place >= low && place < high && exact)
})

test('what is not a code is a bug, never a wider view', () => {
  for (const wrong of ['.', '07..1', '07|', '%', '07/', ' ', "'", '(']) {
    assert.throws(() => territoryRange([wrong]), /Not a territory code/)
    const programmes = [{ programme: wrong === ' ' ? '' : wrong, territory: '' }]
    assert.throws(
      () => actorSettings({ kind: 'staff', staffId: 's', name: 'S', territories: [], programmes }),
      /Not a programme/,
    )
  }
})

test('only staff have territories', () => {
  for (const actor of [{ kind: 'anonymous' }, { kind: 'worker', name: 'w' }] as const) {
    const settings = actorSettings(actor)
    assert.equal(settings['socle.territory_low'], settings['socle.territory_high'])
  }
})
