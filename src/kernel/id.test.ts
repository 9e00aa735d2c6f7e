import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId, parseId, uuidV7 } from '#kernel'

test('the example of RFC 9562, appendix A.6: same time and same draw, same id', () => {
  // rand_a cc3, rand_b 18c4dc0c0c07398f; the draw's bits under the variant are dropped.
  const random = Uint8Array.from([0xcc, 0x31, 0x8c, 0x4d, 0xc0, 0xc0, 0xc0, 0x73, 0x98, 0xf0])
  assert.equal(uuidV7(0x017f22e279b0, random), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
})

test('every time and every random draw give a version 7 UUID that carries the time', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 48 - 1 }), fc.uint8Array({ minLength: 10, maxLength: 10 }), (time, random) => {
      const id = uuidV7(time, random)
      assert.equal(parseId(id), id)
      assert.match(id, /^.{14}7.{4}[89ab]/)
      assert.equal(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16), time)
    }),
  )
})

test('ids made one after another increase, also within a millisecond', () => {
  const ids = Array.from({ length: 20_000 }, () => newId<'Thing'>())
  assert.deepEqual([...ids].sort(), ids)
  assert.equal(new Set(ids).size, ids.length)
})

test('a text that is not a UUID is not an id', () => {
  for (const text of [
    '',
    'x',
    '00000000-0000-0000-0000-000000000000',
    '017F22E2-79B0-7CC3-98C4-DC0C0C07398F',
    "1' or '1'='1",
  ]) {
    assert.equal(parseId(text), undefined, text)
  }
})
