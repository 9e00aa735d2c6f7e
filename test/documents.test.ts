// The papers tell the truth: what they point at is there, and what they promise in common is the same.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listCountries, openCountry } from '#countries'
import { commands } from '../src/cli/commands.ts'
import { floors } from './tidy/floors.ts'
import { readTree } from './tidy/tree.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const papers = [...readTree().files].filter(([path]) => path.endsWith('.md'))
const decisions = papers.filter(([path]) => path.startsWith('docs/decisions/')).sort(([a], [b]) => (a < b ? -1 : 1))

/** Every path that a paper links to, without its anchor; addresses elsewhere are left out. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .map(match => match[1]!)
    .filter(link => !/^[a-z]+:/.test(link))
}

test('every link between papers leads somewhere', () => {
  const lost = papers.flatMap(([path, text]) =>
    linksOf(text)
      .filter(link => !existsSync(join(root, dirname(path), link)))
      .map(link => `${path}: ${link}`),
  )
  assert.deepEqual(lost, [])
  assert.deepEqual(linksOf('[a](b.md#c) `[no](x)` ![d](e.png) [f](https://g)'), ['b.md', 'e.png'])
})

test('ARCHITECTURE.md draws the floors that the imports are held to', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const drawn = [...text.matchAll(/^\| (\d) +\| [[_]?([a-z]+)/gm)].map(match => [match[2]!, Number(match[1])] as const)
  assert.deepEqual(Object.fromEntries(drawn), floors)
  assert.deepEqual(
    drawn.map(([, floor]) => floor),
    drawn.map(([, floor]) => floor).toSorted((a, b) => b - a),
    'the highest floor stands first',
  )
})

test('decisions have a number each, are titled as their file says, and have the parts of a decision', () => {
  const numbers = decisions.map(([path]) => /\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1])
  assert.equal(new Set(numbers).size, numbers.length, 'two decisions with one number')
  for (const [index, [path, text]] of decisions.entries()) {
    const number = numbers[index]
    assert.ok(number, `${path} is named 0001-in-a-few-words.md`)
    assert.match(text, new RegExp(`^# ${number} \\S`), `${path}: the title begins with its number`)
    assert.match(
      text,
      /\n(Accepted|Superseded by \[\d{4}\]\(\S+\)), \d{4}-\d{2}-\d{2}\./,
      `${path}: the state and its date`,
    )
    const parts = [...text.matchAll(/^## (.+)$/gm)].map(match => match[1])
    assert.deepEqual(parts.slice(0, 3), ['Context', 'Decision', 'Consequences'], path)
    assert.ok(text.split('\n').length <= 60, `${path}: a decision fits on a page`)
  }
})

test('versions that decisions name are the versions in use', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const versions: Record<string, string> = {
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  }
  const wrong = decisions.flatMap(([path, text]) =>
    Object.entries(versions).flatMap(([name, version]) => {
      const said = new RegExp(`(?<![\\w/-])\`?${name}\`?,? (?:package )?(\\d+\\.\\d+\\.\\d+(?:-[\\w.]+)?)`).exec(
        text,
      )?.[1]
      return said === undefined || said === version ? [] : [`${path}: ${name} ${said}, package.json has ${version}`]
    }),
  )
  assert.deepEqual(wrong, [])
})

test('files that ARCHITECTURE.md names are there', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  let folder = ''
  for (const [, path] of text.matchAll(/`((?:src|test|packs|docs)\/[^`\s]*|[a-z0-9.-]+\.test\.ts)`/g)) {
    if (path!.includes('/')) folder = dirname(path!)
    const found = path!.includes('/') ? path! : join(folder, path!)
    assert.ok(found.includes('<') || existsSync(join(root, found)), `${found} is not there`)
  }
})

test('CHANGELOG.md says of each pack which months it touches', () => {
  const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
  for (const country of listCountries()) {
    for (const [id, { life }] of openCountry(country).book.packs) {
      const { from, to } = life
      const months = from === null ? 'any' : to === null ? `from ${from}` : `${from} to ${to}`
      assert.match(text, new RegExp(`^\\| \`${id}\` +\\| ${months} `, 'm'), `${id}: ${months}`)
    }
  }
})

/** A paper's skeleton: depth of its headings, its blocks of code and the places it links to, in order. */
function skeletonOf(text: string) {
  const twins = text.replaceAll(/\(README(\.fr)?\.md\)/g, '(the other README)')
  return {
    headings: [...text.matchAll(/^(#+) /gm)].map(match => match[1]),
    blocks: [...text.matchAll(/```[\s\S]*?```/g)].map(match => match[0]),
    commands: [...text.matchAll(/`((?:npm|npx|node|git) [^`\n]+)`/g)].map(match => match[1]),
    links: linksOf(twins.replaceAll(/\(the other README\)/g, '(twin)')),
    tables: text.split('\n').filter(line => line.startsWith('|')).length,
  }
}

test('README.fr.md is the twin of README.md: same headings, commands, tables and links', () => {
  const [english, french] = ['README.md', 'README.fr.md'].map(path => readFileSync(join(root, path), 'utf8'))
  assert.deepEqual(skeletonOf(french!), skeletonOf(english!))
})

/** What a paper shows as code: blocks, and spans inside a line. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/```[a-z]*\n([\s\S]*?)```/g)].map(match => match[1]!)
  const spans = [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(match => match[1]!)
  return [...blocks, ...spans]
}

test('each npm command that a paper shows is a script of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const own = ['ci', 'install', ...Object.keys(scripts)]
  const shown = papers.flatMap(([path, text]) =>
    codeOf(text).flatMap(code =>
      [...code.matchAll(/\bnpm (?:run )?([a-z-]+)/g)].map(match => ({ path, word: match[1]! })),
    ),
  )
  assert.ok(shown.length > 5)
  assert.deepEqual(
    shown.filter(({ word }) => !own.includes(word)),
    [],
  )
})

test('each call of socle that a paper shows is one that socle help shows', async () => {
  const known = new Set(['npx socle help'])
  for (const [name, load] of Object.entries(commands)) {
    known.add(`npx socle help ${name}`)
    for (const { call } of (await load()).command.examples) known.add(call)
  }
  const shown = papers.flatMap(([path, text]) =>
    codeOf(text).flatMap(code => [...code.matchAll(/^(npx socle .*[^\s…])$/gm)].map(match => `${path}: ${match[1]}`)),
  )
  assert.ok(shown.length > 5)
  assert.deepEqual(
    shown.filter(line => !known.has(line.replace(/^.*?: /, ''))),
    [],
  )
})

/** Whether a file has a test of this name. What a table of cases fills into a name must stand in the file as well. */
function hasTest(path: string, name: string): boolean {
  const text = readFileSync(join(root, path), 'utf8')
  const said = [...text.matchAll(/\btest\(\s*(?:`((?:[^`\\]|\\.)*)`|'((?:[^'\\]|\\.)*)'|"([^"]*)")/g)]
  return (
    (/\btest\(name,/.test(text) && text.includes(`name: '${name}'`)) ||
    said.some(([, template, single = '', double = '']) => {
      if (template === undefined) return (single || double).replaceAll(/\\(.)/g, '$1') === name
      const parts = template.split(/\$\{(?:[^{}`]|\{[^}]*\}|`[^`]*`)*\}/).map(part => RegExp.escape(part))
      const filled = new RegExp(`^${parts.join('(.+)')}$`).exec(name)?.slice(1)
      return filled?.every(each => text.includes(each)) ?? false
    })
  )
}

test('each threat of docs/security.md has a test that exists under that name, and each flow answers all of STRIDE', () => {
  const text = readFileSync(join(root, 'docs/security.md'), 'utf8')
  const rows = [...text.matchAll(/^\| ([STRIDE]) +\| .*$/gm)].map(match => match[0])
  assert.ok(rows.length > 70)
  const lost: string[] = []
  for (const row of rows) {
    const cited = [...row.matchAll(/`([\w./-]+\.test\.ts)`: ([*_])(.+?)\2(?=;| +\|)/g)]
    assert.ok(cited.length > 0, `no test: ${row}`)
    for (const [, path, , name] of cited) {
      assert.ok(existsSync(join(root, path!)), path!)
      if (!hasTest(path!, name!)) lost.push(`${path} has no test called ${name}`)
    }
  }
  assert.deepEqual(lost, [])
  assert.ok(!hasTest('test/documents.test.ts', 'a test that is not there'))
  for (const flow of text.split(/^## /m).filter(part => /\n\| +\| Threat/.test(part))) {
    const letters = new Set([...flow.matchAll(/^\| ([STRIDE]) +\|/gm)].map(match => match[1]))
    assert.equal([...letters].sort().join(''), 'DEIRST', flow.split('\n')[0]!)
  }
})
