import assert from 'node:assert/strict'
import { test } from 'node:test'
import { optionsAlone } from './options.ts'

test('a command of options alone takes no word: a forgotten dash is told, not passed over', () => {
  assert.deepEqual(optionsAlone(['--empty'], { empty: 'flag' }), { empty: true })
  assert.throws(() => optionsAlone(['empty'], { empty: 'flag' }), /empty means nothing here; accepted: --empty/)
})
