import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from './evaluate.ts'
import { whole } from './number.ts'
import { parseExpression } from './parse.ts'
import { scopeOf } from './scope.ts'
import { seal } from './seal.ts'
import type { Value } from './value.ts'

/** `x` and `y` are unknown; `card` is null and means "no card"; `three` is known. */
const scope = scopeOf(
  new Map<string, Value>([
    ['x', null],
    ['y', null],
    ['card', null],
    ['three', whole(3)],
    ['role', 'head'],
  ]),
)

const table: [text: string, plain: Value, sealed: Value, says: string][] = [
  ['x = "a"', false, null, 'what is unknown is not told apart from a code'],
  ['x != "a"', true, null, 'nor told to differ from it'],
  ['x = y', true, null, 'two unknowns are not the same thing'],
  ['x = null', true, true, 'a test for null asks whether it is known'],
  ['x != null', false, false, 'or whether it is not'],
  ['card = "a"', false, false, 'an absence that has a meaning is an answer'],
  ['x in ("a", "b")', false, null, 'an unknown stands in no list, nor outside one'],
  ['not(x in ("a", "b"))', true, null, 'nor is its absence from the list known'],
  ['role in ("head", x)', true, true, 'a list that holds it besides an unknown'],
  ['role in ("child", x)', false, null, 'a list that may hold it'],
  ['card in ("a", "b")', false, false, 'no card is none of the cards'],
  ['if x then 1 else 2', whole(2), null, 'an unknown condition chooses neither side'],
  ['if card = null then 1 else 2', whole(1), whole(1), 'a test for null chooses one'],
  ['if x = null or y = null then 1 else 2', whole(1), whole(1), 'as do several'],
  ['three = 3', true, true, 'what is known is compared as ever'],
  ['three in [1..3]', true, true, 'and found in ranges'],
  ['x in [1..3]', null, null, 'where FEEL itself answers unknown'],
  ['three = 4 and x = "a"', false, false, 'a false side settles "and"'],
  ['three = 3 or x = "a"', true, true, 'a true side settles "or"'],
  ['three = 3 and x = "a"', false, null, 'otherwise the unknown remains'],
  ['(if x = "a" then 1 else 2) = 2', true, null, 'sealing reaches inside'],
]

for (const [text, plain, sealed, says] of table) {
  test(`${text}: ${says}`, () => {
    const parsed = parseExpression(text, { mode: 'pack' })
    assert.ok(parsed.ok)
    const means = (name: string) => name === 'card'
    assert.deepEqual(evaluate(parsed.value, scope), plain, 'as FEEL has it')
    const tree = seal(parsed.value, expr => expr.kind === 'name' && means(expr.name))
    assert.deepEqual(evaluate(tree, scope), sealed, 'as a pack has it')
  })
}
