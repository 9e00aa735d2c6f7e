import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type PointReject, readPoints } from './read-points.ts'

const territoryOf = (code: string) => (code === '07.351' ? '07.351' : undefined)
const head = 'code,name,territory,opening,agents,per_day,longitude,latitude,closed'
const good = 'P1,Poste Gueliz,07.351,lun-ven 8h30-16h,3,120,-8.01,31.63,'

test('a list is read, with commas or semicolons, and what may be left out is', () => {
  const read = readPoints(`${head}\n${good}\n`, territoryOf)
  assert.deepEqual(read, {
    ok: true,
    value: {
      points: [
        {
          code: 'P1',
          name: 'Poste Gueliz',
          territory: '07.351',
          opening: 'lun-ven 8h30-16h',
          agents: 3,
          perDay: 120,
          longitude: -8.01,
          latitude: 31.63,
          closed: false,
        },
      ],
      rejects: [],
    },
  })
  const short = readPoints('code;name;territory;opening;agents;per_day\nP1;Poste;07.351;;1;50', territoryOf)
  assert.ok(short.ok && short.value.points[0]?.longitude === null)
})

const rejected: readonly [string, string, `${PointReject['column']} ${PointReject['code']}`][] = [
  ['no name', 'P1,,07.351,,3,120,,,', 'name missing'],
  ['a code with a space', 'P 1,Poste,07.351,,3,120,,,', 'code malformed'],
  ['a territory that the country does not list', 'P1,Poste,99,,3,120,,,', 'territory territory_unknown'],
  ['no agent', 'P1,Poste,07.351,,0,120,,,', 'agents out_of_range'],
  ['a capacity in words', 'P1,Poste,07.351,,1,many,,,', 'per_day out_of_range'],
  ['half of a place', 'P1,Poste,07.351,,1,50,-8.1,,', 'latitude missing'],
  ['beyond the pole', 'P1,Poste,07.351,,1,50,-8.1,91,', 'latitude out_of_range'],
  ['closed, perhaps', 'P1,Poste,07.351,,1,50,,,maybe', 'closed malformed'],
]

for (const [name, row, expected] of rejected) {
  test(`a row with ${name} is rejected, with its line, and the others stand`, () => {
    const read = readPoints(`${head}\nP9,Autre,07.351,,1,50,,,\n${row}`, territoryOf)
    assert.ok(read.ok)
    assert.equal(read.value.points.length, 1)
    assert.deepEqual(
      read.value.rejects.map(one => `${one.line}: ${one.column} ${one.code}`),
      [`3: ${expected}`],
    )
  })
}

test('a code said twice is taken once', () => {
  const read = readPoints(`${head}\n${good}\n${good}`, territoryOf)
  assert.ok(read.ok && read.value.points.length === 1 && read.value.rejects[0]?.code === 'twice')
})

test('refusals of a whole list', () => {
  const codeOf = (text: string) => {
    const read = readPoints(text, territoryOf)
    return read.ok ? 'ok' : read.refusal.code
  }
  assert.equal(codeOf(''), 'list_empty')
  assert.equal(codeOf(head), 'list_empty')
  assert.equal(codeOf('code,name\nP1,Poste'), 'columns_missing')
  assert.equal(codeOf(`${head}\n"unfinished`), 'list_unreadable')
  assert.equal(codeOf(`${head}\n${`${good}\n`.repeat(20_001)}`), 'list_too_long')
})

test('any text is answered', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string({ unit: 'binary' }), { maxLength: 9 })), rows => {
      const read = readPoints(`${head}\n${rows.map(row => row.join(',')).join('\n')}`, territoryOf)
      if (read.ok) assert.ok(read.value.points.length + read.value.rejects.length <= 10_000)
    }),
  )
})
