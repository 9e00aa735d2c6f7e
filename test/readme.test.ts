// The worked example of README.md ("Change a rule") is carried out as it is written.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Country, readCountry } from '#countries'
import { decide, parseCase } from '#rules'

const root = fileURLToPath(new URL('..', import.meta.url))
const changed = mkdtempSync(join(tmpdir(), 'packs with a decree é '))
after(() => rmSync(changed, { recursive: true, force: true }))
cpSync(join(root, 'packs'), changed, { recursive: true })

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const [citation, parameter] = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(match => match[1]!)
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

/** What ma/asd says of a child of three years in a month, in dirhams. */
function allowanceIn(month: string, { book, catalogue, territories }: Country): string | undefined {
  const known = { father_deceased: false, disability: 'none', schooling: 'none', receives_family_allowance: false }
  const members = [
    { id: 'm1', relation: 'head', birth_date: '1990-05-01', marital_status: 'married', ...known },
    { id: 'm2', relation: 'child', birth_date: '2024-06-01', marital_status: 'single', ...known },
  ]
  const parsed = parseCase({ id: 'c1', at: month, household: {}, members }, catalogue, territories)
  assert.ok(parsed.ok, JSON.stringify(!parsed.ok && parsed.refusal))
  return decide(book, 'ma/asd', parsed.value).lines.find(({ member }) => member === 'm2')?.value ?? undefined
}

test('the example of README.md: a value is added, earlier months keep theirs', () => {
  assert.ok(citation && value)
  edit('ma/sources.yaml', text => `${text}${citation}`)
  edit('ma/asd/pack.yaml', text => text.replace(/(young_or_in_school:\n.*\n {4}values:\n)/, `$1      ${value}\n`))
  const [before, now] = [country(), country(changed)]
  assert.equal(allowanceIn('2027-12', now), allowanceIn('2027-12', before))
  assert.equal(allowanceIn('2028-01', before), '300.00')
  assert.equal(allowanceIn('2028-01', now), '350.00')
})
