import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isExportPurpose, pseudonymsFor } from './pseudonym.ts'

const master = Buffer.alloc(32, 3)
const purposes = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}$/)

test('the same purpose joins from month to month; two purposes never join, nor two master keys', () => {
  fc.assert(
    fc.property(purposes, purposes, fc.uuid(), fc.uuid(), (one, two, id, other) => {
      const token = pseudonymsFor(master, one).of('household', id)
      assert.match(token, /^[0-9a-f]{32}$/)
      assert.equal(pseudonymsFor(master, one).of('household', id), token)
      assert.equal(pseudonymsFor(master, two).of('household', id) === token, one === two)
      assert.equal(pseudonymsFor(master, one).of('household', other) === token, id === other)
      assert.notEqual(pseudonymsFor(Buffer.alloc(32, 4), one).of('household', id), token)
      assert.notEqual(pseudonymsFor(master, one).of('person', id), token)
      assert.ok(!token.includes(id.replaceAll('-', '').slice(0, 12)))
    }),
  )
})

test('what could be read as another purpose, or as a path, is no purpose', () => {
  for (const name of ['', 'Research', 'a b', '../x', 'a--b', '-a', 'a'.repeat(61)])
    assert.equal(isExportPurpose(name), false, name)
  assert.throws(() => pseudonymsFor(master, 'a b'), /not the name of a purpose/)
})
