import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideAssignment, type PointRoom, type Unplaced } from './decide-assignment.ts'
import { nearness } from './nearness.ts'

const regions = new Map([
  ['01', { column: 0, row: 0 }],
  ['02', { column: 1, row: 0 }],
  ['03', { column: 5, row: 3 }],
])

const point = (code: string, territory: string, room: number, at?: [number, number]): PointRoom => ({
  id: code,
  code,
  territory,
  room,
  longitude: at?.[0] ?? null,
  latitude: at?.[1] ?? null,
})

const table: readonly [string, readonly Unplaced[], readonly PointRoom[], string][] = [
  [
    'the own province first',
    [{ territory: '01.1.', payees: 3 }],
    [point('B', '01.2.', 9), point('A', '01.1.', 9)],
    'A3',
  ],
  [
    'whom the own province has no room for goes to another of the region',
    [{ territory: '01.1.', payees: 5 }],
    [point('A', '01.1.', 2), point('B', '01.2.', 9), point('C', '02.1.', 9)],
    'A2 B3',
  ],
  [
    'then to the region that is nearest on the map of tiles',
    [{ territory: '01.1.', payees: 2 }],
    [point('F', '03.1.', 9), point('N', '02.1.', 9)],
    'N2',
  ],
  [
    'coordinates tell apart what the division leaves equal',
    [{ territory: '01.1.', payees: 4 }],
    [point('O', '01.1.', 1, [-5, 34]), point('A', '01.2.', 9, [-9, 30]), point('B', '01.3.', 9, [-5.1, 34])],
    'O1 B3',
  ],
  [
    'the nearer payees have the room, whoever is asked first',
    [
      { territory: '01.1.', payees: 2 },
      { territory: '01.2.', payees: 2 },
    ],
    [point('A', '01.2.', 3)],
    'A2 A1 left 01.1.:1',
  ],
  [
    'somebody known by region alone goes anywhere in it',
    [{ territory: '01', payees: 1 }],
    [point('A', '01.2.', 3)],
    'A1',
  ],
  ['no room at all', [{ territory: '01.1.', payees: 1 }], [point('A', '01.1.', 0)], 'left 01.1.:1'],
]

for (const [name, unplaced, points, expected] of table) {
  test(name, () => {
    const { placed, left } = decideAssignment(unplaced, points, regions)
    const says = [
      ...placed.map(one => `${one.point}${one.payees}`),
      ...left.map(one => `left ${one.territory}:${one.payees}`),
    ]
    assert.equal(says.join(' '), expected)
  })
}

const aTerritory = fc.constantFrom('01', '01.1', '01.2', '01.2.5', '02.1', '02.3', '03.1', '04.1')
const question = fc.record({
  unplaced: fc.uniqueArray(fc.record({ territory: aTerritory, payees: fc.integer({ min: 1, max: 40 }) }), {
    selector: one => one.territory,
  }),
  points: fc.uniqueArray(
    fc.record({
      code: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
      territory: aTerritory,
      room: fc.integer({ min: 0, max: 30 }),
      at: fc.option(fc.tuple(fc.integer({ min: -12, max: 0 }), fc.integer({ min: 12, max: 36 }))),
    }),
    { selector: one => one.code },
  ),
})

test('nobody is placed twice or lost, no room is exceeded, nobody is left beside room, and order does not matter', () => {
  fc.assert(
    fc.property(question, fc.integer(), ({ unplaced, points }, seed) => {
      const asked = points.map(({ code, territory, room, at }) => point(code, territory, room, at ?? undefined))
      const answer = decideAssignment(unplaced, asked, regions)
      for (const one of unplaced) {
        const there = answer.placed
          .filter(each => each.territory === one.territory)
          .reduce((sum, each) => sum + each.payees, 0)
        const left = answer.left.find(each => each.territory === one.territory)?.payees ?? 0
        assert.equal(there + left, one.payees)
      }
      const rest = new Map(asked.map(one => [one.id, one.room]))
      for (const one of answer.placed) rest.set(one.point, rest.get(one.point)! - one.payees)
      for (const room of rest.values()) assert.ok(room >= 0)
      if (answer.left.length > 0) assert.ok([...rest.values()].every(room => room === 0))
      const turned = <Value>(list: readonly Value[]) => list.toSorted(() => (seed % 2 === 0 ? 1 : -1))
      assert.deepEqual(decideAssignment(turned(unplaced), turned(asked), regions), answer)
    }),
  )
})

test('nobody is sent further while a nearer point keeps room', () => {
  fc.assert(
    fc.property(question, ({ unplaced, points }) => {
      const asked = points.map(({ code, territory, room, at }) => point(code, territory, room, at ?? undefined))
      const { placed } = decideAssignment(unplaced, asked, regions)
      const near = nearness(asked, regions)
      const rest = new Map(asked.map(one => [one.id, one.room]))
      for (const one of placed) rest.set(one.point, rest.get(one.point)! - one.payees)
      for (const { territory, point: id } of placed) {
        const there = near(territory, asked.find(one => one.id === id)!)
        for (const other of asked.filter(one => rest.get(one.id)! > 0)) {
          const here = near(territory, other)
          const nearer = here.steps - there.steps || here.tiles - there.tiles || here.metres - there.metres
          assert.ok(nearer >= 0, `${territory} went to ${id}, ${other.id} is nearer and has room`)
        }
      }
    }),
  )
})
