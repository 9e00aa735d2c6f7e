// Every option and every word of every command, given hostile text: a sentence and an exit code, never a stack; and every
// way in of `socle decide` and `socle rules`, given cases and expressions that are none.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Io } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { runSocle } from '../../src/cli/socle.ts'
import { testDatabase } from '../database.ts'
import { corpus, insideShown } from './corpus.ts'
import { rowCounts } from './row-counts.ts'

const databases = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'socle-abuse-'))
after(() => rmSync(folder, { recursive: true, force: true }))
// Commands read their settings from the environment, as an entry point does.
Object.assign(process.env, {
  DATABASE_URL: databases.urls.owner,
  SOCLE_DATA: join(folder, 'data'),
  SOCLE_LOG: 'silent',
})

/** One call, stopped where it would go on for long. */
async function socle(args: readonly string[], stdin: string | Uint8Array = '') {
  const said: string[] = []
  const told: string[] = []
  const io: Io = {
    stdin: (async function* () {
      yield stdin
    })(),
    out: text => void said.push(text),
    err: text => void told.push(text),
    interactive: false,
    signal: AbortSignal.timeout(60_000),
    flush: async () => {},
  }
  const code = await runSocle(args, io, commands)
  return { code, out: said.join(''), err: told.join('') }
}

const here = (name: string) => join(folder, name)
writeFileSync(here('h.csv'), 'source_id,territory\n1,07\n')

/** What an honest call says, by the name of the option or the word: whatever a usage line asks for must be here. */
const usual: Readonly<Record<string, string>> = {
  pack: 'ma/asd',
  programme: 'ma/asd',
  month: '2026-11',
  country: 'ma',
  'budget-line': 'none',
  amount: '10.00',
  funder: 'F',
  label: 'L',
  as: 'nobody',
  why: 'w',
  name: 'Nora',
  role: 'auditor',
  organisation: 'O',
  scopes: 'household.read',
  territory: '07',
  source: 'abuse',
  households: here('h.csv'),
  household: '0199f000-0000-7000-8000-000000000001',
  modelled: '1',
  engine: 'compiled',
  register: '2026-11',
}
/** Where a command reads or writes is for whoever calls it to say: a path is hostile below our own folder. */
const PATHS = /^(to|out|rejects|cases|households|members|map|key|passphrase-file|checkpoint|file|folder)$/

type Form = { readonly verbs: readonly string[]; readonly options: readonly Option[]; readonly words: number }
type Option = { readonly name: string; readonly takes: boolean; readonly needed: boolean }

/** `pay budget add CODE --amount A [--why TEXT]`, taken apart. */
function formOf(usage: string): Form {
  const verbs: string[] = []
  const options: Option[] = []
  let words = 0
  let depth = 0
  const tokens = usage.split(' < ')[0]!.match(/[[\]()|]|[^\s[\]()|]+/g) ?? []
  for (const [at, token] of tokens.entries()) {
    if (token === '[') depth++
    else if (token === ']') depth--
    else if (token.startsWith('--')) {
      const next = tokens[at + 1] ?? ''
      options.push({ name: token.slice(2), takes: /^[A-Z0-9]|^\w+\|/.test(next), needed: depth === 0 })
    } else if (/^[a-z][a-z-]*$/.test(token) && options.length === 0) verbs.push(token)
    else if (/^[A-Z]/.test(token) && !(tokens[at - 1] ?? '').startsWith('--')) words++
  }
  return { verbs: verbs.slice(1), options, words }
}

/** Every call of a form with one word of it hostile. */
function* attacks(form: Form): Iterable<{ readonly args: string[]; readonly text: string }> {
  const usualOf = ({ name }: Option) => usual[name] ?? here('nothing')
  const needed = (but?: Option) =>
    form.options
      .filter(each => each.needed && each !== but)
      .flatMap(each => (each.takes ? [`--${each.name}`, usualOf(each)] : [`--${each.name}`]))
  const plain = Array<string>(form.words).fill('R-1')
  const below = (text: string) => text.replaceAll(/[/\\]/g, '_')
  for (const option of form.options.filter(each => each.takes)) {
    for (const glued of [true, false]) {
      const text = nextText()
      const value = PATHS.test(option.name) ? here(below(text)) : text
      const said = glued ? [`--${option.name}=${value}`] : [`--${option.name}`, value]
      yield { text, args: [...form.verbs, ...plain, ...needed(option), ...said] }
    }
  }
  for (let at = 0; at < form.words; at++) {
    const text = nextText()
    yield {
      text,
      args: [...form.verbs, ...plain.map((each, index) => (index === at ? below(text) : each)), ...needed()],
    }
  }
  const text = nextText()
  yield { text, args: [...form.verbs, ...plain, ...needed(), text, 'more', text] }
  yield { text, args: [...form.verbs, `--${text}`] }
}

/** What an argument of a process can be: no zero byte, no half of a sign. Handed out in turn: two to each place. */
const texts = corpus
  .map(({ text }) => text)
  .filter(text => text.isWellFormed() && !text.includes('\0') && text.length < 6_000)
let turn = 0
const nextText = () => texts[turn++ % texts.length] as string

test('the forms of every command are read as they are written', () => {
  const form = formOf('pay budget add CODE --amount A [--why TEXT] [--all]')
  assert.deepEqual([form.verbs, form.words], [['budget', 'add'], 1])
  assert.deepEqual(form.options, [
    { name: 'amount', takes: true, needed: true },
    { name: 'why', takes: true, needed: false },
    { name: 'all', takes: false, needed: false },
  ])
})

for (const [name, load] of Object.entries(commands)) {
  test(`socle ${name}: every option and every word, hostile: an answer in words`, async () => {
    const { command } = await load()
    const before = await rowCounts(databases)
    let refused = 0
    for (const { args, text } of command.usage.map(formOf).flatMap(form => [...attacks(form)])) {
      const call = `socle ${[name, ...args].join(' ').slice(0, 300)}`
      const { code, out, err } = await socle([name, ...args]).catch((error: Error) => {
        throw new Error(call, { cause: error })
      })
      assert.ok([0, 1, 2].includes(code), `${call}: ${code}`)
      if (code === 2) {
        assert.match(err, /\w/, `${call}: says why`)
        refused++
      }
      // A path that the caller named is shown whole.
      const told = (code === 0 ? err : err + out).replaceAll(process.cwd(), '')
      assert.equal(insideShown(told, text), undefined, `${call}\n${err}`)
    }
    assert.ok(refused > 0, 'something is refused')
    const after = await rowCounts(databases)
    for (const table of ['households.household', 'population.person', 'payments.run', 'programmes.determination']) {
      assert.equal(after[table], before[table], `${table}: nothing was written`)
    }
  })
}

test('a month far ahead is not decided, and is told why', async () => {
  for (const month of ['2090-01', '9999-12']) {
    const { code, err } = await socle(['determine', '--programme', 'ma/asd', '--month', month])
    assert.equal(code, 2)
    assert.match(err, /--month takes a month up to \d{4}-\d{2}, not .*what is owed is recorded for good/)
  }
})
