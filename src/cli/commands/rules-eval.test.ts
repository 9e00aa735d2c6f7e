import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Io } from '../command.ts'
import { rulesEval } from './rules-eval.ts'

async function run(args: readonly string[], stdin: readonly string[] = []) {
  let out = ''
  let err = ''
  const io: Io = {
    stdin: (async function* () {
      yield* stdin
    })(),
    out: text => {
      out += text
    },
    err: text => {
      err += text
    },
    interactive: false,
    signal: new AbortController().signal,
    flush: async () => {},
  }
  const code = await rulesEval(args, io)
  return { code, out, err }
}

test('an expression is answered with its value, by either engine', async () => {
  for (const engine of ['interpreted', 'compiled']) {
    assert.deepEqual(await run(['0.1 + 0.2 = 0.3', '--engine', engine]), { code: 0, out: 'true\n', err: '' })
  }
})

test('a mistake in an expression is shown under the text', async () => {
  const { code, out, err } = await run(['1 +'])
  assert.deepEqual([code, out], [1, ''])
  assert.match(err, /ends too early\n {2}1 \+\n {2} {3}\^/)
})

test('each line is answered in order, cut as it comes; one that is no JSON is told and harms no other', async () => {
  const line = (name: string, text: string) =>
    JSON.stringify({
      suite: 's',
      case: name,
      decision: 'd',
      inputs: {},
      inputTypes: {},
      deps: [],
      expr: { k: 'lit', text },
    })
  const input = `${line('a', '1 / 4')}\nnot json\n${line('b', 'matches("a", "b")')}`
  const { code, out, err } = await run(['--lines'], [input.slice(0, 30), input.slice(30)])
  assert.equal(code, 1)
  assert.match(err, /^line 2 /)
  const [first, second] = out
    .trim()
    .split('\n')
    .map(text => JSON.parse(text))
  assert.deepEqual(first, { suite: 's', case: 'a', decision: 'd', value: { t: 'decimal', v: '0.25' } })
  assert.match(second.refused, /regular expressions/)
})
