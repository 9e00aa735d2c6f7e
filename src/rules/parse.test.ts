import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseExpression, type SyntaxProblem } from '#rules'

function problems(text: string, mode: 'pack' | 'full' = 'full'): readonly SyntaxProblem[] {
  const parsed = parseExpression(text, { mode })
  assert.ok(!parsed.ok, `${text} is refused`)
  return parsed.refusal
}

test('a text with a mistake has no tree: the mistake is told with its place', () => {
  const rows: [text: string, from: number, message: RegExp][] = [
    ['', 0, /empty/],
    ['1 +', 3, /ends too early/],
    ['if size then 2', 14, /not complete/],
    ['(1 + 2', 6, /ends too early/],
    ['size == 3', 5, /"=="/],
    ["size = 'a'", 7, /double quotes/],
    ['a && b', 2, /"&&"/],
  ]
  for (const [text, from, message] of rows) {
    const [first] = problems(text)
    assert.ok(first)
    assert.match(first.message, message, text)
    assert.equal(first.from, from, text)
  }
})

test('a pack keeps to the subset: what lies outside is named with its place', () => {
  const rows: [text: string, from: number, to: number, message: RegExp][] = [
    ['1 + count({a: 1})', 10, 16, /context/],
    ['matches(code, "a.*")', 0, 20, /regular expressions/],
    ['now()', 0, 5, /clock/],
    ['x = [1..3]', 4, 10, /range/],
    ['function(x) x + 1', 0, 17, /function/],
    ['size instance of number', 0, 23, /instance of/],
    ['for m in members return m.age', 0, 29, /aggregate/],
    ['coutn(members)', 0, 14, /no function/],
    ['1 + 2 ** 0.5', 4, 12, /whole number/],
    ['round up(n: 1.5, scale: 0)', 0, 26, /names/],
  ]
  for (const [text, from, to, message] of rows) {
    const [first] = problems(text, 'pack')
    assert.ok(first)
    assert.match(first.message, message, text)
    assert.deepEqual([first.from, first.to], [from, to], text)
  }
  assert.equal(problems('coutn(members)', 'pack')[0]?.suggestion, 'count')
})

test('a test after "in" ends before "and" and "or", with brackets or without', () => {
  const rows: [text: string, same: string][] = [
    ['(x in [2..4] and (if a then b else c))', '((x in ([2..4])) and (if a then b else c))'],
    ['x in [2..4] or b and c', '(x in ([2..4])) or (b and c)'],
    ['a and x in [2..4] or b', '(a and (x in ([2..4]))) or b'],
    ['x in [1..2] and y in [3..4] or c', '((x in ([1..2])) and (y in ([3..4]))) or c'],
    ['x in > 3 and b', '(x in (> 3)) and b'],
    ['x in > y + 1 or b', '(x in (> y + 1)) or b'],
    ['x in "a" or b', '(x in ("a")) or b'],
    ['x in ("a", "b") or b', '(x in ("a", "b")) or b'],
    ['if x in [1..2] and b then 1 else 2', 'if ((x in ([1..2])) and b) then 1 else 2'],
    ['some m in members satisfies m.x in [1..2] and m.y', 'some m in members satisfies ((m.x in ([1..2])) and m.y)'],
  ]
  for (const [text, same] of rows) {
    const [one, other] = [text, same].map(each => parseExpression(each, { mode: 'pack' }))
    assert.ok(one?.ok && other?.ok, text)
    assert.deepEqual(withoutPlaces(one.value), withoutPlaces(other.value), text)
  }
})

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces)
  if (typeof value !== 'object' || value === null || !('kind' in value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) =>
      key === 'from' || key === 'to' ? [] : [[key, withoutPlaces(part)]],
    ),
  )
}

test('a pack may call the functions of its own sugar', () => {
  assert.ok(parseExpression('total(for m in members return m.age)', { mode: 'pack', functions: ['total'] }).ok)
})

test('names with spaces are read where they are known', () => {
  const known = parseExpression('Applicant data.Marital Status = "S"', { names: ['Applicant data', 'Marital Status'] })
  assert.ok(known.ok)
  assert.ok(known.value.kind === 'comparison' && known.value.left.kind === 'path')
  assert.equal(known.value.left.key, 'Marital Status')
})
