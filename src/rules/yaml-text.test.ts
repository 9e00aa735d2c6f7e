import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseYaml, readYamlData } from './yaml-text.ts'

const laughs = ['a: &a [x, x, x, x, x, x, x, x, x]']
for (let i = 1; i < 10; i++) {
  const before = String.fromCharCode(96 + i)
  laughs.push(
    `${String.fromCharCode(97 + i)}: &${String.fromCharCode(97 + i)} [${Array(9).fill(`*${before}`).join(', ')}]`,
  )
}

const refused: { name: string; text: string; code: string }[] = [
  { name: 'lines that stand for gigabytes', text: laughs.join('\n'), code: 'alias' },
  { name: 'a merge of what stands elsewhere', text: 'a: &a { b: 1 }\nc: { <<: *a }', code: 'alias' },
  { name: 'a reference to itself', text: 'a: &a [*a]', code: 'alias' },
  { name: 'brackets without end', text: '['.repeat(50_000), code: 'too_deep' },
  { name: 'closed brackets, a thousand deep', text: `${'['.repeat(1000)}${']'.repeat(1000)}`, code: 'too_deep' },
  {
    name: 'closed brackets, half a million deep',
    text: `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
    code: 'too_deep',
  },
  { name: 'keys in a row', text: `${'{a: '.repeat(41)}b${'}'.repeat(41)}`, code: 'too_deep' },
  { name: 'dashes in a row', text: `${'- '.repeat(500)}a`, code: 'too_deep' },
  { name: 'two million letters', text: `a: ${'b'.repeat(2_000_000)}`, code: 'too_large' },
  { name: 'a key given twice', text: 'a: 1\na: 2', code: 'not_yaml' },
  { name: 'two documents', text: 'a: 1\n---\nb: 2', code: 'not_yaml' },
  { name: 'no YAML', text: 'a: [', code: 'not_yaml' },
]
for (const { name, text, code } of refused) {
  test(`YAML is refused with a place and a reason: ${name}`, () => {
    const { problems } = parseYaml(text)
    assert.equal(problems[0]?.code, code)
    const read = readYamlData(text)
    assert.ok(!read.ok && (read.refusal[0] as string).length < 200)
  })
}

test('what people write is read as it stands', () => {
  const text = 'a: 1\nb: [x, { c: "*y" }]\n__proto__: { polluted: true }\nd: |\n  *z\ne: it *is\n'
  const read = readYamlData(text)
  assert.ok(read.ok)
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  assert.deepEqual(Object.keys(read.value as object), ['a', 'b', '__proto__', 'd', 'e'])
  assert.equal((read.value as { d: string }).d, '*z\n')
})
