import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPacks, formatDiagnostic, parseCatalogue } from '#rules'

// An invented country: a tennis club that lends rackets.
const facts = parseCatalogue(
  `country: xx
currency: EUR
head: { fact: role, code: captain }
household:
  court: { type: code, label: { fr: Court, ar: ملعب, en: Court }, codes: { clay: { fr: Terre, ar: تراب, en: Clay }, grass: { fr: Gazon, ar: عشب, en: Grass } } }
  rackets: { type: integer, label: { fr: Raquettes, ar: مضارب, en: Rackets } }
  paid_until: { type: date, label: { fr: Payé, ar: مؤدى, en: Paid until }, absent_means: { fr: jamais, ar: أبدا, en: never } }
member:
  role: { type: code, label: { fr: Rôle, ar: دور, en: Role }, codes: { captain: { fr: Capitaine, ar: قائد, en: Captain }, player: { fr: Joueur, ar: لاعب, en: Player } } }
  born: { type: date, label: { fr: Né, ar: مزداد, en: Born } }
  injured: { type: boolean, label: { fr: Blessé, ar: مصاب, en: Injured } }
`,
  'packs/xx/facts.yaml',
)
assert.ok(facts.ok, JSON.stringify(facts))
const catalogue = facts.value

const SOURCES = { path: 'packs/xx/sources.yaml', text: 'S1: Rules of the club\n' }
const good = `pack: xx/rackets
names: { fr: Raquettes, ar: مضارب, en: Rackets }
says: { fr: Une aide., ar: إعانة., en: A grant. }
unit: household
life: { from: 2026-01 }
facts:
  household: [court, rackets, paid_until]
  member: [role, born, injured]
parameters:
  price:
    label: { fr: Prix, ar: ثمن, en: Price }
    values:
      - { from: 2026-06, value: 12, source: S1 }
      - { from: 2026-01, value: 10, source: S1 }
members:
  age:
    label: { fr: Âge, ar: سن, en: Age }
    value: max(0, years and months duration(born, month_start).years)
  junior:
    label: { fr: Junior, ar: ناشئ, en: Junior }
    value: age < 18 and role = "player"
steps:
  juniors:
    label: { fr: Juniors, ar: ناشئون, en: Juniors }
    count: junior
refusals:
  - code: no_clay
    when: court != "clay"
    words: { fr: Pas de terre., ar: لا تراب., en: "No clay, {rackets} rackets." }
  - code: not_paid
    when: paid_until = null or paid_until < month_start
    words: { fr: Impayé., ar: غير مؤدى., en: Not paid. }
amount:
  label: { fr: Montant, ar: مبلغ, en: Amount }
  value: price * juniors
  per: month
  direction: receives
lines:
  - { code: junior, for: junior and not(injured), value: price }
`

function mistakes(text: string) {
  const book = checkPacks([SOURCES, { path: 'packs/xx/rackets/pack.yaml', text }], catalogue)
  return book.ok ? [] : book.refusal
}

test('a pack without a mistake is a book', () => {
  assert.deepEqual(mistakes(good).map(formatDiagnostic), [])
})

type Mistake = { says: string; replace: string; by: string; code: string; at: string; suggests?: string }

const table: Mistake[] = [
  {
    says: 'a name that nothing has',
    replace: 'price * juniors',
    by: 'price * junoirs',
    code: 'unknown_name',
    at: 'junoirs',
    suggests: 'juniors',
  },
  {
    says: 'a name of each member where the household is meant',
    replace: 'price * juniors',
    by: 'price * age',
    code: 'member_name',
    at: 'age',
  },
  {
    says: 'a code outside its list',
    replace: '!= "clay"',
    by: '!= "clya"',
    code: 'unknown_code',
    at: '"clya"',
    suggests: 'clay',
  },
  { says: 'a text compared with a number', replace: 'age < 18', by: 'age < "18"', code: 'wrong_type', at: '"18"' },
  {
    says: 'a number where a condition is asked',
    replace: 'count: junior',
    by: 'count: age',
    code: 'wrong_type',
    at: 'age',
  },
  {
    says: 'a condition where an amount is asked',
    replace: 'price * juniors',
    by: 'juniors > 2',
    code: 'wrong_type',
    at: 'juniors > 2',
  },
  {
    says: 'a filter that would take unknown for no',
    replace: 'price * juniors',
    by: 'count(members[injured])',
    code: 'unknown_as_no',
    at: 'injured',
  },
  {
    says: 'an expression that does not read',
    replace: 'price * juniors',
    by: 'price * * juniors',
    code: 'not_feel',
    at: '* juniors',
  },
  {
    says: 'a function outside the language of packs',
    replace: 'price * juniors',
    by: 'now()',
    code: 'not_feel',
    at: 'now()',
  },
  {
    says: 'a fact that is not in the catalogue',
    replace: '[role, born, injured]',
    by: '[role, born, injurd]',
    code: 'unknown_fact',
    at: 'injurd',
    suggests: 'injured',
  },
  { says: 'a fact declared and not used', replace: ' and not(injured)', by: '', code: 'fact_not_used', at: 'injured' },
  {
    says: 'a key without meaning',
    replace: 'per: month',
    by: 'pre: month',
    code: 'unknown_key',
    at: 'pre',
    suggests: 'per',
  },
  {
    says: 'a period that does not exist',
    replace: 'per: month',
    by: 'per: moth',
    code: 'not_in_list',
    at: 'moth',
    suggests: 'month',
  },
  {
    says: 'a value without a date',
    replace: 'from: 2026-01, value: 10',
    by: 'value: 10',
    code: 'not_dated',
    at: '{ value: 10, source: S1 }',
  },
  {
    says: 'a value without a source',
    replace: ', value: 10, source: S1',
    by: ', value: 10',
    code: 'not_cited',
    at: '{ from: 2026-01, value: 10 }',
  },
  {
    says: 'an empty value, and nothing of what the rule does without it',
    replace: 'value: 10,',
    by: 'value: ,',
    code: 'without_missing',
    at: 'price',
  },
  {
    says: 'a source that is not in the list',
    replace: 'value: 10, source: S1',
    by: 'value: 10, source: S2',
    code: 'unknown_source',
    at: 'S2',
  },
  {
    says: 'values that do not stand latest first',
    replace: '2026-06',
    by: '2025-06',
    code: 'not_in_order',
    at: '- { from',
  },
  {
    says: 'no value when the pack comes into force',
    replace: 'from: 2026-01 }',
    by: 'from: 2025-12 }',
    code: 'not_in_force_at_start',
    at: 'price',
  },
  {
    says: 'words missing in a language',
    replace: 'ar: غير مؤدى., ',
    by: '',
    code: 'words_missing',
    at: '{ fr: Impayé., en: Not paid. }',
  },
  {
    says: 'a mistake inside the words',
    replace: '{rackets}',
    by: '{racket}',
    code: 'unknown_name',
    at: 'racket',
    suggests: 'rackets',
  },
  {
    says: 'a step that needs itself',
    replace: 'age < 18 and',
    by: 'junior and age < 18 and',
    code: 'circle',
    at: 'junior',
  },
  {
    says: 'two ways to compute one step',
    replace: 'count: junior',
    by: 'count: junior\n    value: 3',
    code: 'bad_form',
    at: 'juniors',
  },
  { says: 'a name given twice', replace: '  juniors:', by: '  price:', code: 'name_taken', at: 'price' },
  {
    says: 'a refusal given twice',
    replace: 'code: not_paid',
    by: 'code: no_clay',
    code: 'name_taken',
    at: 'code: no_clay',
  },
  {
    says: 'a pack used that does not exist',
    replace: 'unit: household',
    by: 'unit: household\nuses: { x: xx/racket }',
    code: 'unknown_pack',
    at: 'xx/racket',
    suggests: 'xx/rackets',
  },
  {
    says: 'a pack that uses itself',
    replace: 'unit: household',
    by: 'unit: household\nuses: { x: xx/rackets }',
    code: 'circle',
    at: 'xx/rackets',
  },
  {
    says: 'an id that is not the folder',
    replace: 'pack: xx/rackets',
    by: 'pack: xx/balls',
    code: 'wrong_id',
    at: 'xx/balls',
  },
]

for (const { says, replace, by, code, at, suggests } of table) {
  test(`reported with its place: ${says}`, () => {
    assert.ok(good.includes(replace), replace)
    const text = good.replace(replace, by)
    const found = mistakes(text)
    const problem = found.find(
      each =>
        each.code === code &&
        text
          .split('\n')
          [each.line - 1]?.slice(each.column - 1)
          .startsWith(at),
    )
    assert.ok(problem, found.map(formatDiagnostic).join('\n') || 'nothing was found')
    assert.equal(problem.suggestion, suggests ?? problem.suggestion)
    assert.ok(
      problem.column - 1 + problem.length <= problem.excerpt.length + 1,
      'what is underlined ends with its line',
    )
  })
}

test('every mistake is reported at once, from top to bottom', () => {
  const found = mistakes(
    good.replace('!= "clay"', '!= "clya"').replace('price * juniors', 'price * junoirs').replace('S1 }', 'S9 }'),
  )
  assert.deepEqual(
    found.map(each => each.code),
    ['unknown_source', 'unknown_code', 'unknown_name'],
  )
})

test('a mistake is shown under the text', () => {
  const [problem] = mistakes(good.replace('price * juniors', 'price * junoirs'))
  assert.ok(problem)
  assert.equal(
    formatDiagnostic(problem),
    [
      'packs/xx/rackets/pack.yaml:35:18: error: nothing is called junoirs here [unknown_name]',
      '  35 |   value: price * junoirs',
      '     |                  ^^^^^^^',
      '  did you mean juniors?',
      '',
    ].join('\n'),
  )
})

test('the version is of what the pack says, not of how it is laid out', () => {
  const version = (text: string) => {
    const book = checkPacks([SOURCES, { path: 'packs/xx/rackets/pack.yaml', text }], catalogue)
    assert.ok(book.ok)
    return book.value.packs.get('xx/rackets')?.version
  }
  const laidOut = good
    .replace('unit: household', 'unit: household # of the club')
    .replace('{ from: 2026-01, value: 10, source: S1 }', '{ source: S1, from: 2026-01, value: 10 }')
  assert.match(version(good) ?? '', /^[0-9a-f]{64}$/)
  assert.equal(version(laidOut), version(good))
  assert.notEqual(version(good.replace('value: 10', 'value: 11')), version(good))
})
