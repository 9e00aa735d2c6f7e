import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nameKey } from '#population'

const same: { name: string; spellings: string[] }[] = [
  { name: 'case, accents and hyphens', spellings: ['El-Alaoui Méryem', 'EL ALAOUI MERYEM', ' el  alaoui meryem'] },
  { name: 'an apostrophe, straight or curled', spellings: ["N'Diaye", 'N’DIAYE', 'n diaye'] },
  { name: 'alef with and without hamza, or madda', spellings: ['أحمد آيت', 'احمد ايت', 'احمد آيت'] },
  { name: 'ta marbuta and ha, alef maqsura and ya', spellings: ['فاطمة مصطفى', 'فاطمه مصطفي'] },
  { name: 'vowels and lengthening', spellings: ['مُحَمَّد', 'محـــمد', 'محمد'] },
  { name: 'the three kafs of Morocco', spellings: ['ڭلميم', 'گلميم', 'كلميم'] },
  { name: 'ligatures', spellings: ['Cœur', 'coeur'] },
]
for (const { name, spellings } of same) {
  test(`one key for ${name}`, () => {
    assert.equal(
      new Set(spellings.map(spelling => nameKey(spelling))).size,
      1,
      spellings.map(s => nameKey(s)).join(' | '),
    )
  })
}

test('different names keep different keys', () => {
  assert.notEqual(nameKey('Amina'), nameKey('Aminata'))
  assert.notEqual(nameKey('حسن'), nameKey('حسين'))
})

test('the parts of a name follow one another; a missing part leaves no trace', () => {
  assert.equal(nameKey('Amina', null, undefined, 'أمينة'), 'amina amynh')
  assert.equal(nameKey(), '')
})

test('Arabic becomes signs of ASCII, so that any locale can search it, and no two letters become one', () => {
  const letters = [...'ابتثجحخدذرزسشصضطظعغفقكلمنهوي']
  const keys = letters.map(letter => nameKey(letter))
  assert.equal(new Set(keys).size, 28)
  assert.ok(keys.every(key => /^[a-z0-9]$/.test(key)))
})

test('folding what is folded changes nothing', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => assert.equal(nameKey(nameKey(text)), nameKey(text))))
})
