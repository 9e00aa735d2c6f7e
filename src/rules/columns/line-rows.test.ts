import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CompiledDecider } from '#rules'
import { openPolicy } from '../../../test/oracle/policy.ts'
import { randomHousehold } from '../../../test/oracle/random-household.ts'

const { book, territories } = openPolicy('ma')
const json = Array.from({ length: 200 }, (_, seed) => randomHousehold(seed, ['2026-12']))
const line = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** A decider that has compiled the month and met every territory of these cases. */
function ready(): CompiledDecider {
  const decider = new CompiledDecider(book, 'ma/asd', territories)
  decider.decide(json)
  decider.decide(json)
  decider.begin()
  return decider
}

test('ordinary lines are taken from their bytes, with gaps, in any order of facts and with spaces', () => {
  const decider = ready()
  for (const each of json) {
    const bytes = line(each)
    assert.ok(decider.addLine(bytes, 0, bytes.length))
    const turned = line({ ...each, household: Object.fromEntries(Object.entries(each.household).reverse()) })
    assert.ok(decider.addLine(turned, 0, turned.length))
    const spaced = new TextEncoder().encode(` ${JSON.stringify(each, null, 2)}\r\n`)
    assert.ok(decider.addLine(spaced, 0, spaced.length))
  }
  const same = new CompiledDecider(book, 'ma/asd', territories).decide(json.flatMap(each => [each, each, each]))
  assert.deepEqual(
    decider.texts(),
    same.map(each => (each.ok ? { ok: true, value: JSON.stringify(each.value) } : each)),
  )
})

test('a line is read from its place among other bytes, and not beyond its end', () => {
  const decider = ready()
  const bytes = line(json[0])
  const among = Uint8Array.from([...line(json[1]), ...bytes, ...line(json[2])])
  const from = line(json[1]).length
  assert.ok(decider.addLine(among, from, from + bytes.length))
  for (let end = from; end < from + bytes.length; end++) assert.equal(decider.addLine(among, from, end), false)
  assert.equal(decider.addLine(among, from, from + bytes.length + 1), false)
  assert.equal(decider.texts().length, 1)
})
