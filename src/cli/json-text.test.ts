import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readJson } from './json-text.ts'
import { linesOf } from './lines.ts'

const refused: { name: string; text: string; says: RegExp }[] = [
  { name: 'no JSON', text: '{ "id": ', says: /not JSON/ },
  { name: 'a comment', text: '{} // a', says: /not JSON/ },
  { name: 'NaN', text: '{"a":NaN}', says: /not JSON/ },
  { name: 'a key twice', text: '{"rooms":1,"rooms":9}', says: /"rooms" is given twice/ },
  { name: 'a key twice, written in two ways', text: '{"rooms":1,"r\\u006foms":9}', says: /"rooms" is given twice/ },
  { name: 'a key twice, far inside', text: '{"a":[{"b":":"},{"c":{"d":1,"d":{}}}]}', says: /"d" is given twice/ },
  { name: '__proto__ twice', text: '{"__proto__":1,"__proto__":2}', says: /"__proto__" is given twice/ },
  { name: 'an end of the world of brackets', text: `${'['.repeat(200_000)}${']'.repeat(200_000)}`, says: /deep/ },
  { name: 'bytes that are no UTF-8', text: new TextDecoder().decode(Uint8Array.of(34, 0xc3, 34)), says: /not UTF-8/ },
  { name: 'a text without end', text: `"${'a'.repeat(17_000_000)}"`, says: /longer than 16 million/ },
]
for (const { name, text, says } of refused) {
  test(`JSON is refused with a sentence: ${name}`, () => {
    const read = readJson(text)
    assert.ok(!read.ok)
    assert.match(read.refusal, says)
    assert.ok(read.refusal.length < 120)
  })
}

test('whatever JSON can say is read as it was written, colons and repeated values in texts included', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6, stringUnit: 'binary' }), text => {
      fc.pre(!text.includes('\ufffd'))
      assert.deepEqual(readJson(text), { ok: true, value: JSON.parse(text) })
    }),
  )
  assert.ok(readJson('{"a":"x:y","b":["a","a"],"c":{"a":1},"d\\"":"{\\"a\\":1,\\"a\\":2}"}').ok)
})

test('a key that is repeated anywhere is found', () => {
  const path = fc.array(fc.constantFrom('a:b', '"', 'c', 'é', '__proto__'), { maxLength: 5 })
  fc.assert(
    fc.property(path, fc.string({ unit: 'binary-ascii' }), fc.jsonValue({ maxDepth: 3 }), (keys, key, value) => {
      const name = JSON.stringify(key)
      const inner = `{${name}:${JSON.stringify(value)},"other than it":[],${name}:1}`
      const text = keys.reduce((json, outer) => `{${JSON.stringify(outer)}:[${json}]}`, inner)
      assert.equal(readJson(text).ok, false)
    }),
  )
})

async function lines(pieces: readonly (string | Uint8Array)[]): Promise<string[]> {
  const found: string[] = []
  for await (const line of linesOf(
    (async function* () {
      yield* pieces
    })(),
  )) {
    found.push(line)
  }
  return found
}

test('lines are the same however the stream is cut', async () => {
  const text = '\ufeffé:1\r\n\nabc\n\n last'
  const bytes = new TextEncoder().encode(text)
  for (let cut = 0; cut <= bytes.length; cut++) {
    assert.deepEqual(await lines([bytes.slice(0, cut), bytes.slice(cut)]), ['é:1', '', 'abc', '', ' last'])
  }
})

test('a line without end does not fill the memory, and the next one is read', async () => {
  const piece = 'a'.repeat(1 << 22)
  const [long, next] = await lines([...Array<string>(40).fill(piece), '\n{}'])
  assert.ok((long as string).length < 60_000_000)
  assert.equal(next, '{}')
  assert.equal(readJson(long as string).ok, false)
})
