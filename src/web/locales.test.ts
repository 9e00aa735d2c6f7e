// The catalogues of words: the same sentences in every language, none missing, none left over.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Language, languages } from '#kernel'

const root = fileURLToPath(new URL('../..', import.meta.url))
const plural = /_(zero|one|two|few|many|other)$/

type Tree = { readonly [key: string]: string | Tree }

function flatten(tree: Tree, prefix: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flatten(value, `${prefix}${key}.`),
  )
}

function sentencesOf(language: Language): Map<string, string> {
  const files = globSync(`locales/${language}/*.json`, { cwd: root })
  return new Map(
    files.flatMap(file => flatten(JSON.parse(readFileSync(`${root}${file}`, 'utf8')), `${basename(file, '.json')}:`)),
  )
}

const catalogues = new Map(languages.map(language => [language, sentencesOf(language)]))
const bare = (key: string) => key.replace(plural, '')
const keys = new Set([...catalogues.get('fr')!.keys()].map(bare))

/** Every key that a page asks for, as a pattern: `t('a:b.c')`, or `t(`a:b.${x}`)` where `x` stands for one word. */
const asked = globSync('src/web/**/*.{ts,tsx}', { cwd: root })
  .filter(file => !file.includes('.test.'))
  .flatMap(file => [...readFileSync(`${root}${file}`, 'utf8').matchAll(/\bt\(\s*(?:'([^']+)'|`([^`]+)`)/g)])
  .map(([, plain, template]) => plain ?? template!)
const patterns = asked.map(
  key => new RegExp(`^${key.replaceAll('.', '\\.').replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '[\\w]+')}$`),
)

test('the pages ask for sentences, and the catalogues hold some', () => {
  assert.ok(asked.length > 100 && keys.size > 150, `${asked.length} asked, ${keys.size} there`)
})

test('every sentence that a page asks for is there', () => {
  const lost = asked.filter((_, index) => ![...keys].some(key => patterns[index]!.test(key)))
  assert.deepEqual(lost, [])
})

test('every sentence that is there is asked for by some page', () => {
  // Dates are read whole by formats.ts.
  const idle = [...keys].filter(key => !key.startsWith('dates:') && !patterns.some(pattern => pattern.test(key)))
  assert.deepEqual(idle, [])
})

for (const language of languages) {
  test(`${language} has the sentences of the others, with the plural forms that it needs and no more`, () => {
    const sentences = catalogues.get(language)!
    assert.deepEqual([...new Set([...sentences.keys()].map(bare))].sort(), [...keys].sort())
    const forms = new Set<string>(new Intl.PluralRules(language).resolvedOptions().pluralCategories)
    const counted = new Set([...sentences.keys()].filter(key => plural.test(key)).map(bare))
    for (const key of counted) {
      const own = [...forms, 'zero'].filter(form => sentences.has(`${key}_${form}`))
      const missing = [...forms].filter(form => !own.includes(form))
      assert.deepEqual(missing, [], `${key} in ${language}`)
      assert.ok(!sentences.has(key), `${key} is counted and not counted`)
    }
    for (const key of sentences.keys()) {
      const form = plural.exec(key)?.[1]
      assert.ok(!form || form === 'zero' || forms.has(form), `${language} has no form ${form}: ${key}`)
    }
  })

  test(`${language} keeps the places of each sentence, and says something`, () => {
    for (const [key, text] of catalogues.get(language)!) {
      assert.notEqual(text.trim(), '', key)
      const places = placesOf(text)
      const french = [...catalogues.get('fr')!].filter(([other]) => bare(other) === bare(key))
      const allowed = new Set(french.flatMap(([, sentence]) => placesOf(sentence)))
      for (const place of places) assert.ok(allowed.has(place), `${key}: {{${place}}} is not in French`)
      // A form for exactly one or two may say it in words; every other sentence says all.
      if (!/_(zero|one|two)$/.test(key)) assert.deepEqual(new Set(places), allowed, `${key} in ${language}`)
    }
  })
}

function placesOf(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1]!)
}

test('French is printed as French is: curved apostrophes, fixed spaces before : ; ? ! and inside « »', () => {
  for (const [key, text] of catalogues.get('fr')!) {
    assert.doesNotMatch(text, /'/, key)
    assert.doesNotMatch(text, /(?<![\u00a0\u202f])[;?!](?!\w)/, key)
    assert.doesNotMatch(text, /(?<![\u00a0\u202f]):(?=\s|$)/, key)
    assert.doesNotMatch(text, /«(?!\u00a0|\u202f)|(?<![\u00a0\u202f])»/, key)
  }
})

test('Arabic is written with Arabic marks', () => {
  for (const [key, text] of catalogues.get('ar')!) {
    assert.doesNotMatch(text.replaceAll(/\{\{\w+\}\}/g, ''), /[\u0600-\u06ff]\s*[,;?]/, key)
  }
})
