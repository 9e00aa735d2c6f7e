import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkExpression,
  codeType,
  listType,
  parseExpression,
  recordType,
  say,
  type Type,
  type TypeScope,
  typeOf,
} from '#rules'
import type { CheckOptions } from './check-expression.ts'

const member = recordType(
  'member',
  new Map<string, Type>([
    ['age', typeOf('number')],
    ['income', typeOf('money', true)],
    ['birth_date', typeOf('date', true)],
    ['relation', codeType('relation', ['head', 'spouse', 'child'])],
    ['schooling', codeType('schooling', ['none', 'public', 'private'], true)],
    ['disabled', typeOf('boolean', true)],
  ]),
)
const names = new Map<string, Type>([
  ['size', typeOf('number')],
  ['rooms', typeOf('number', true)],
  ['rent', typeOf('money')],
  ['rural', typeOf('boolean')],
  ['insured', typeOf('boolean', true)],
  ['month_start', typeOf('date')],
  ['card_until', typeOf('date', true)],
  ['area', codeType('area', ['urban', 'rural'])],
  ['head', member],
  ['members', listType(member)],
])
const scope: TypeScope = { find: name => names.get(name), names: () => names.keys() }

function check(text: string, options: CheckOptions = {}) {
  const parsed = parseExpression(text)
  assert.ok(parsed.ok, `${text} is read`)
  return checkExpression(parsed.value, scope, options)
}

test('each expression has a type, and is nullable where it may come out null', () => {
  const rows: [text: string, type: string, nullable: boolean][] = [
    ['1 + size', 'a number', false],
    ['size + rooms', 'a number', true],
    ['size / 2', 'a number', false],
    ['size / rooms', 'a number', true],
    ['12 / size', 'a number', true],
    ['rent * 12', 'an amount of money', false],
    ['rent / rent', 'a number', true],
    ['month_start - duration("P1Y")', 'a date', false],
    ['month_start - date("2026-01-01")', 'a number of days', false],
    ['years and months duration(head.birth_date, month_start).years', 'a number', true],
    ['area = "rural" and size > 3', 'true or false', false],
    ['rooms > 3', 'true or false', true],
    ['rooms != null and rooms > 3', 'true or false', false],
    ['if rooms = null then 0 else rooms', 'a number', false],
    ['if rural then "a" else null', 'a text', true],
    ['count(members[age >= 18])', 'a number', false],
    ['sum(members.age)', 'a number', true],
    ['sum([1, 2, size])', 'a number', false],
    ['max(0, rooms)', 'a number', true],
    ['min(rent, 500)', 'an amount of money', false],
    ['round half up(rent, 2)', 'an amount of money', false],
    ['members[1].age', 'a number', true],
    ['members[relation = "child"]', 'a list of members', false],
    ['some m in members satisfies m.disabled', 'true or false', true],
    ['sum(for m in members[income != null] return m.income)', 'an amount of money', true],
    ['for m in members[income != null] return m.income + 1', 'a list', false],
    ['size in [1..3]', 'true or false', false],
    ['size in (1, 2, > 5)', 'true or false', false],
    ['rooms between 1 and 3', 'true or false', true],
    ['not(rural)', 'true or false', false],
    ['(month_start).year', 'a number', false],
  ]
  for (const [text, type, nullable] of rows) {
    const checked = check(text)
    assert.deepEqual(checked.problems, [], text)
    assert.deepEqual([say(checked.type), checked.type.nullable], [type, nullable], text)
  }
})

test('a mistake of meaning is told with its place, what is accepted and what was probably meant', () => {
  const rows: [text: string, at: string, message: RegExp, expected: RegExp | null, suggestion: string | null][] = [
    ['siez > 3', 'siez', /nothing is called siez/, null, 'size'],
    ['head.brith_date', 'head.brith_date', /a member has no brith_date/, null, 'birth_date'],
    ['area = "rurla"', '"rurla"', /not a code of area/, /urban, rural/, 'rural'],
    ['"Urban" = area', '"Urban"', /not a code of area/, /urban, rural/, 'urban'],
    ['area in ("urban", "city")', '"city"', /not a code of area/, /urban, rural/, null],
    ['"1" = 1', '1', /this is a number/, /a text/, null],
    ['size = true', 'true', /this is true or false/, /a number/, null],
    ['month_start + 1', '1', /a number cannot be added to a date/, /months or a number of days/, null],
    ['month_start + month_start', 'month_start', /a date cannot be added to a date/, null, null],
    ['rent * rent', 'rent', /money cannot be multiplied by an amount of money/, /a number/, null],
    ['size - rural', 'rural', /true or false cannot be taken from a number/, /a number/, null],
    ['size > month_start', 'month_start', /this is a date/, /a number/, null],
    ['rural > 3', 'rural', /this is true or false/, /an order/, null],
    ['size and rural', 'size', /this is a number/, /a condition/, null],
    ['if size then 1 else 2', 'size', /this is a number/, /a condition/, null],
    ['if rural then 1 else "a"', '"a"', /the "else" is a text/, /a number/, null],
    ['size[1 > 0]', 'size', /this is a number/, /a list/, null],
    ['some m in size satisfies true', 'size', /this is a number/, /a list/, null],
    ['sum(members)', 'members', /what is gathered is a member/, /numbers/, null],
    ['not(size)', 'size', /the argument is a number/, /a condition/, null],
    ['floor("a")', '"a"', /the argument is a text/, /a number/, null],
    ['round up(1)', 'round up(1)', /1 argument/, /2/, null],
    ['date("2026-02-30")', '"2026-02-30"', /is no date/, /2026-11-22/, null],
    ['duration("1 month")', '"1 month"', /is no duration/, /P1Y6M/, null],
    ['floot(1.5)', 'floot', /no function floot/, null, 'floor'],
    ['size + null', 'size + null', /always null/, null, null],
    ['[1, "a"]', '"a"', /this is a text/, /a number/, null],
    ['-rural', 'rural', /what is negated is true or false/, /a number/, null],
    ['month_start.hour', 'month_start.hour', /a date has no hour/, /year, month, day/, null],
  ]
  for (const [text, at, message, expected, suggestion] of rows) {
    const [first] = check(text).problems
    assert.ok(first, `${text} is refused`)
    assert.match(first.message, message, text)
    const { from, to } = first
    assert.equal(text.slice(from, to), at, text)
    if (expected === null) assert.ok(suggestion !== null || first.expected === null || first.expected !== '', text)
    else assert.match(first.expected ?? '', expected, text)
    if (suggestion !== null) assert.equal(first.suggestion, suggestion, text)
  }
})

test('every mistake is told at once, each once', () => {
  const { problems } = check('(siez + 1 > month_start and area = "town") or head.agee = 3')
  assert.deepEqual(
    problems.map(problem => problem.code),
    ['unknown_name', 'unknown_code', 'unknown_fact'],
  )
})

test('unknown never passes silently for no: the place is told where it would', () => {
  const silent = ['if insured then 1 else 0', 'count(members[disabled])', 'head.schooling = "none"', 'rooms in (1, 2)']
  for (const text of silent)
    assert.deepEqual(
      check(text).problems.map(problem => problem.code),
      ['unknown_as_no'],
      text,
    )
  const said = [
    'if insured = null then 2 else if insured then 1 else 0',
    'count(members[disabled != null and disabled])',
    'insured and rural',
    'card_until = null',
    'card_until >= month_start',
  ]
  for (const text of said) assert.deepEqual(check(text).problems, [], text)
})

test('where "=", "in" and "if" are sealed, they are unknown themselves and take nothing for no', () => {
  for (const text of ['if insured then 1 else 0', 'head.schooling = "none"', 'rooms in (1, 2)']) {
    const { type, problems } = check(text, { sealed: true })
    assert.deepEqual([problems, type.nullable], [[], true], text)
  }
  assert.equal(check('card_until = null', { sealed: true }).type.nullable, false)
})
