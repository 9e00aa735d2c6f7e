import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decidePassword } from './password-rule.ts'

const account = { name: 'Méryem El Fassi', email: 'm.elfassi2@social.example' }
const refused: Record<string, readonly string[]> = {
  password_too_short: ['', 'short', 'elevensigns', 'كلمة السر', '🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑'],
  password_too_long: ['x y z '.repeat(30)],
  password_like_account: ['Meryem-2026-ok!', 'xxx fassi xxx yyy', 'elfassi2elfassi2', 'ici MÉRYÈM ici là'],
  password_common: [
    'password1234',
    'P@ssword!!2026',
    'Motdepasse2026',
    'azertyuiop12',
    'aaaaaaaaaaaaa',
    '121212121212',
    '123456789012',
    '210987654321',
    'abcdefghijkl',
    'poiuytrewqazx',
    'Maroc2026!!!!',
    '............',
    'Admin-2026-!!',
  ],
}
for (const [code, passwords] of Object.entries(refused)) {
  for (const password of passwords) {
    test(`${code}: ${JSON.stringify(password.slice(0, 20))}`, () => {
      const decided = decidePassword(password, account)
      assert.equal(!decided.ok && decided.refusal.code, code)
    })
  }
}

for (const password of ['sept chats bleus', 'ridomu-teluno-vadiko', 'حصان أزرق يقرأ الشعر', 'Kf7-qq!zTb29v']) {
  test(`a password of its own is taken: ${password}`, () => {
    assert.deepEqual(decidePassword(password, account), { ok: true, value: undefined })
  })
}

test('a password drawn at random is taken, whatever letters it has', () => {
  const letters = fc.array(fc.constantFrom(...'bcdfghkmnpqrtvwxz2468'), { minLength: 12, maxLength: 60 })
  fc.assert(
    fc.property(letters, drawn => {
      fc.pre(new Set(drawn).size > 6)
      assert.ok(decidePassword(drawn.join(''), account).ok)
    }),
  )
})

test('whoever has a short name may still choose a password', () => {
  assert.ok(decidePassword('sept chats bleus', { name: 'Al', email: 'a@b.c' }).ok)
})
