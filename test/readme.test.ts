// The worked example of README.md ("Change a rule") is carried out as it is written.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Country, readCountry } from '#countries'
import { parseCases, runCase } from '#rules'

const root = fileURLToPath(new URL('..', import.meta.url))
const changed = mkdtempSync(join(tmpdir(), 'packs with a decree é '))
after(() => rmSync(changed, { recursive: true, force: true }))
cpSync(join(root, 'packs'), changed, { recursive: true })

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const [citation, parameter, named] = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(match => match[1]!)
const value = /- \{.*\}/.exec(parameter!)?.[0]

function edit(path: string, change: (text: string) => string): void {
  const file = join(changed, path)
  const text = readFileSync(file, 'utf8')
  assert.notEqual(change(text), text)
  writeFileSync(file, change(text))
}

function country(folder?: string): Country {
  const read = readCountry('ma', folder)
  assert.ok(read.ok, JSON.stringify(!read.ok && read.refusal))
  return read.value
}

/** What the packs of a country answer to the example's case: nothing, or what differs. */
function differences({ book, catalogue, territories }: Country, text: string): string[] {
  const file = `pack: ma/asd\ncases:\n${text}`
  const cases = parseCases(
    file,
    'README.md',
    readFileSync(join(root, 'packs/ma/usual.yaml'), 'utf8'),
    catalogue,
    territories,
  )
  assert.ok(cases.ok, JSON.stringify(!cases.ok && cases.refusal))
  assert.equal(cases.value.length, 1)
  return runCase(book, cases.value[0]!)
}

test('the example of README.md: the value is added and its case holds, which it did not before', () => {
  assert.ok(citation && value && named)
  edit('ma/sources.yaml', text => `${text}${citation}`)
  edit('ma/asd/pack.yaml', text => text.replace(/(young_or_in_school:\n.*\n {4}values:\n)/, `$1      ${value}\n`))
  assert.notDeepEqual(differences(country(), named), [])
  assert.deepEqual(differences(country(changed), named), [])
  const monthBefore = named.replace('2028-01', '2027-12').replace('350.00', '300.00')
  assert.deepEqual(differences(country(changed), monthBefore), [])
})

test('socle rules diff says the example in words', () => {
  const args = ['bin/socle.mjs', 'rules', 'diff', 'packs/ma', join(changed, 'ma')]
  const said = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  assert.match(said, /ma\/asd/)
  assert.match(said, /350/)
  assert.match(said, /2028-01/)
})
