import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { blindIndex, dataKey, keyNumberOf, openText, sealText } from './sealed-column.ts'

const key = dataKey(1, Buffer.alloc(32, 1))
const other = dataKey(2, Buffer.alloc(32, 2))
const place = { table: 'payments.payee_account', column: 'number', row: '0199' }
const texts = fc.string({ unit: 'binary' })

test('any text comes back as it was, and only with its key, in its place, unaltered', () => {
  fc.assert(
    fc.property(texts, fc.nat(), (text, at) => {
      const sealed = sealText(key, place, text)
      assert.equal(openText(key, place, sealed), Buffer.from(text).toString())
      assert.equal(openText(other, place, sealed), undefined)
      for (const moved of [{ row: '0200' }, { column: 'name' }, { table: 'population.person' }]) {
        assert.equal(openText(key, { ...place, ...moved }, sealed), undefined)
      }
      const altered = Buffer.from(sealed)
      altered[at % altered.length]! ^= 1
      assert.equal(openText(key, place, altered), undefined)
    }),
  )
})

test('the same text in the same place is the same bytes; elsewhere, or another text, shares none of them', () => {
  const sealed = sealText(key, place, 'MA64011519000001205000534921')
  assert.deepEqual(sealText(key, place, 'MA64011519000001205000534921'), sealed)
  const elsewhere = sealText(key, { ...place, row: '0200' }, 'MA64011519000001205000534921')
  assert.notDeepEqual(elsewhere.subarray(5, 17), sealed.subarray(5, 17), 'another nonce')
  assert.notDeepEqual(elsewhere.subarray(17), sealed.subarray(17))
  assert.equal(keyNumberOf(sealed), 1)
})

test('a nonce never serves two texts', () => {
  fc.assert(
    fc.property(texts, texts, fc.uuid(), fc.uuid(), (one, two, row, row2) => {
      const nonce = (text: string, at: string) =>
        sealText(key, { ...place, row: at }, text)
          .subarray(5, 17)
          .toString('hex')
      const same = Buffer.from(one).equals(Buffer.from(two)) && row === row2
      assert.equal(nonce(one, row) === nonce(two, row2), same)
    }),
  )
})

test('the boundaries of table, column and row are part of the seal', () => {
  const sealed = sealText(key, { table: 'a', column: 'bc', row: 'd' }, 'x')
  assert.equal(openText(key, { table: 'ab', column: 'c', row: 'd' }, sealed), undefined)
})

test('what is no sealed value is not opened', () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(32),
    Buffer.alloc(33),
    Buffer.from('MA64011519000001205000534921xxxxx'),
  ]) {
    assert.equal(openText(key, place, bytes), undefined)
  }
})

test('equal texts of a column share their index, under one key; columns and keys do not', () => {
  const index = blindIndex(key, place, '+212600000001')
  assert.equal(index.length, 16)
  assert.deepEqual(blindIndex(key, { table: place.table, column: place.column }, '+212600000001'), index)
  assert.notDeepEqual(blindIndex(key, place, '+212600000002'), index)
  assert.notDeepEqual(blindIndex(other, place, '+212600000001'), index)
  assert.notDeepEqual(blindIndex(key, { ...place, column: 'phone' }, '+212600000001'), index)
})
