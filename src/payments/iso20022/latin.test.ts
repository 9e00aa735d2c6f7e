import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latinText } from './latin.ts'

const cases: readonly (readonly [string, string | undefined])[] = [
  ['Fatima-Zahra El Kébir', 'Fatima-Zahra El Kebir'],
  ['Aïcha N’Diaye', "Aicha N'Diaye"],
  ['Œuvre & Cœur « Ñuño »', "OEuvre + Coeur ' Nuno '"],
  ['Ŋoma Ɲaari ɓiɗɗo', 'Ngoma Nyaari biddo'],
  ['  two   spaces\tand\u00a0more ', 'two spaces and more'],
  ['//REF//12/', 'REF/12'],
  ['#5 <b>', '.5 .b.'],
  ['ﬁche ½', 'fiche 1.2'],
  ['فاطمة', undefined],
  ['', undefined],
]
for (const [written, expected] of cases) {
  test(`“${written}” is sent to a bank as ${expected === undefined ? 'nothing' : `“${expected}”`}`, () => {
    assert.equal(latinText(written, 140), expected)
  })
}

test('a text is cut at its length, and what the cut leaves at the end is tidied', () => {
  assert.equal(latinText('Asso/Dakar', 5), 'Asso')
  assert.equal(latinText('Ali Baba', 4), 'Ali')
})

test('whatever is typed, only restricted characters leave', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 140 }), (text, longest) => {
      const sent = latinText(text, longest)
      if (sent === undefined) return
      assert.match(sent, /^[A-Za-z0-9\-?:().,'+ /]+$/)
      assert.ok(sent.length <= longest && !sent.includes('//') && !sent.startsWith('/') && !sent.endsWith('/'))
      assert.equal(latinText(sent, longest), sent, 'a text that was made fit stays as it is')
    }),
  )
})
