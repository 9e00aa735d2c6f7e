import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { listCountries, openCountry, parseForm } from '#countries'
import { formatDiagnostic } from '#rules'

const morocco = openCountry('ma')
const text = readFileSync('packs/ma/form.yaml', 'utf8')

const mistakes: readonly { name: string; from: string; to: string; says: RegExp }[] = [
  {
    name: 'a fact misspelt',
    from: '      bathroom:\n',
    to: '      bathrom:\n',
    says: /form\.yaml:\d+:7: error: no fact of the household is called bathrom.*\n[^?]*did you mean bathroom\?/s,
  },
  {
    name: 'a fact forgotten',
    from: '      cars:\n',
    to: '',
    says: /cars is a fact of the catalogue that no section asks/,
  },
  {
    name: 'a fact asked twice',
    from: '      cars:\n',
    to: '      cars:\n      rooms:\n',
    says: /rooms is asked already/,
  },
  {
    name: 'a member asked of the household',
    from: '      cars:\n',
    to: '      cars:\n      literate:\n',
    says: /literate is not of the household/,
  },
  {
    name: 'a name that no condition knows',
    from: 'when: age < 25',
    to: 'when: agee < 25',
    says: /error: .*agee.*\n[^?]*did you mean age\?/s,
  },
  { name: 'a code out of its list', from: 'schooling in ("public"', to: 'schooling in ("publik"', says: /publik/ },
  {
    name: 'a condition on what is asked later',
    from: 'when: age >= 6, otherwise',
    to: 'when: literate, otherwise',
    says: /literate is asked later/,
  },
  {
    name: 'a number for a condition',
    from: 'when: age < 25',
    to: 'when: age + 25',
    says: /this is a number[^?]*expected: a condition/s,
  },
  {
    name: 'a value that cannot follow',
    from: 'age >= 12, otherwise: single',
    to: 'age >= 12, otherwise: singel',
    says: /singel is not accepted for marital_status[^?]*did you mean single\?/s,
  },
  { name: 'a language missing', from: ', en: Equipment }', to: ' }', says: /words are missing in en/ },
  {
    name: 'a key without meaning',
    from: 'fault: warning',
    to: 'falt: warning',
    says: /falt has no meaning here[^?]*did you mean fault\?/s,
  },
  {
    name: 'text that is no condition',
    from: 'holds: mobile_phones <= 3 * count(members)',
    to: 'holds: mobile_phones <=',
    says: /form\.yaml:\d+:\d+: error/,
  },
]
for (const { name, from, to, says } of mistakes) {
  test(`a form is refused with its place: ${name}`, () => {
    assert.ok(text.includes(from), from)
    const read = parseForm(text.replace(from, to), 'packs/ma/form.yaml', morocco.catalogue, morocco.territories)
    assert.ok(!read.ok)
    assert.match(read.refusal.map(formatDiagnostic).join(''), says)
  })
}

test('every fact of a country that asks is asked, or somebody else is said to give it', () => {
  const asking = listCountries().flatMap(code => openCountry(code).form ?? [])
  assert.equal(asking.length, 3)
  for (const form of asking) assert.ok(form.sections.every(({ questions }) => questions.length > 0))
})
