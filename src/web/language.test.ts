import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inLanguage, languageOf } from './language.ts'

const asked = (path: string, headers: Record<string, string> = {}) =>
  languageOf(new Request(`http://socle.test${path}`, { headers }))

test('a citizen page speaks the language of its address, whatever the browser or a cookie says', () => {
  assert.equal(asked('/'), 'fr')
  assert.equal(asked('/ar'), 'ar')
  assert.equal(asked('/en/programmes'), 'en')
  assert.equal(asked('/', { 'accept-language': 'ar', cookie: 'socle-language=en' }), 'fr')
})

test('the console speaks the language that its reader chose, then the one the browser asks for, then French', () => {
  assert.equal(asked('/console', { cookie: 'a=1; socle-language=ar' }), 'ar')
  assert.equal(asked('/console/search.data?q=x', { cookie: 'socle-language=en' }), 'en')
  assert.equal(asked('/console', { 'accept-language': 'de, en-GB;q=0.8' }), 'en')
  assert.equal(asked('/console', { cookie: 'socle-language=xx' }), 'fr')
})

test('a citizen page has one address per language', () => {
  const cases = [
    ['/', 'ar', '/ar'],
    ['/ar', 'fr', '/'],
    ['/ar/programmes/x', 'en', '/en/programmes/x'],
    ['/programmes', 'fr', '/programmes'],
    ['/en', 'en', '/en'],
  ] as const
  for (const [path, language, expected] of cases) assert.equal(inLanguage(path, language), expected)
})
