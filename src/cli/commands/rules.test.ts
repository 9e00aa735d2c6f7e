import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Io } from '../command.ts'
import { runSocle } from '../socle.ts'
import { command } from './rules.ts'

async function socle(call: readonly string[], stdin = '') {
  let out = ''
  let err = ''
  const io: Io = {
    stdin: (async function* () {
      yield stdin
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
  const code = await runSocle(call, io, { rules: async () => ({ command }) })
  return { code, out, err }
}

let room: string
let edited: string
before(() => {
  room = mkdtempSync(join(tmpdir(), 'socle rules é-'))
  edited = join(room, 'ma')
  cpSync('packs/ma', edited, { recursive: true })
})
after(() => rmSync(room, { recursive: true, force: true }))

function edit(file: string, from: string, to: string) {
  const path = join(edited, file)
  const text = readFileSync(path, 'utf8')
  assert.ok(text.includes(from), from)
  writeFileSync(path, text.replace(from, to))
  return () => writeFileSync(path, text)
}

test('two countries are not two versions of one law', async () => {
  const { code, err } = await socle(['rules', 'diff', 'packs/ma', 'packs/sn'])
  assert.equal(code, 2)
  assert.match(err, /two versions of one country are compared, not packs\/ma with packs\/sn/)
})

test('a pack may be named by its folder, with or without a last stroke, or by a file in it', async () => {
  const { out: byName } = await socle(['rules', 'check', 'ma/asd'])
  for (const path of ['packs/ma/asd', 'packs/ma/asd/', 'packs/ma/asd/pack.yaml', 'packs/ma/asd/cases.yaml']) {
    assert.deepEqual(await socle(['rules', 'check', path]), { code: 0, out: byName, err: '' }, path)
  }
  const { out } = await socle(['rules', 'check', join(edited, 'ise')])
  assert.match(out, /^ma\/ise: well-formed/)
  assert.doesNotMatch(out, /ma\/asd/)
  const { code, err } = await socle(['rules', 'check', 'packs/ma/nowhere'])
  assert.equal(code, 2)
  assert.match(err, /packs\/ma\/nowhere is no country, pack or folder/)
})

test('help on one action says what it does, and nothing of the others', async () => {
  const { code, out } = await socle(['help', 'rules', 'check'])
  assert.equal(code, 0)
  assert.match(out, /^socle rules check: .*\n\nUsage:\n {2}socle rules check \[PACK …\]\n\ncheck reports/)
  assert.match(out, /npx socle rules check\n/)
  assert.doesNotMatch(out, /rules (test|eval|diff|list|explain)|--snapshot|--engine/)
  assert.deepEqual(await socle(['rules', 'check', '--help']), { code, out, err: '' })
  const { out: all } = await socle(['help', 'rules'])
  for (const action of ['check', 'test', 'list', 'explain', 'eval', 'diff'])
    assert.match(all, new RegExp(`socle rules ${action}`))
  const { code: refused, err } = await socle(['help', 'rules', 'chekc'])
  assert.equal(refused, 2)
  assert.match(err, /there is no rules chekc; there are check, test/)
})

test('which Socle this is', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  for (const call of ['--version', '-v', 'version']) {
    assert.deepEqual(await socle([call]), { code: 0, out: `socle ${version}\n`, err: '' })
  }
})

test('check names what a pack still waits for', async () => {
  const { code, out } = await socle(['rules', 'check', 'ma/asd'])
  assert.equal(code, 0)
  assert.match(
    out,
    /^ma\/asd: well-formed, 13 parameters, 2 refusals, \d+ cases\n {2}to confirm: orphan, severe_disability\n/,
  )
})

test('check refuses a folder with mistakes, all of them, each with its place', async () => {
  const undo = [
    edit('asd/pack.yaml', 'ise > threshold', 'isee > threshold'),
    edit('daam/pack.yaml', '"widowed"', '"widow"'),
  ]
  const { code, out } = await socle(['rules', 'check', edited])
  for (const each of undo) each()
  assert.equal(code, 1)
  assert.match(out, /asd\/pack\.yaml:\d+:11: error: nothing is called isee here \[unknown_name\]/)
  assert.match(out, /did you mean ise\?/)
  assert.match(out, /daam\/pack\.yaml:\d+:\d+: error: "widow" is not a code of marital_status/)
  assert.match(out, /did you mean widowed\?/)
})

test('test runs the named cases, and shows one that fails with what was expected', async () => {
  const good = await socle(['rules', 'test', 'ma/daam'])
  assert.deepEqual([good.code, good.err], [0, ''])
  assert.match(good.out, /^ma\/daam: (\d+) of \1 cases hold\n$/)
  const undo = edit('daam/pack.yaml', 'value: 1050', 'value: 1000')
  const bad = await socle(['rules', 'test', edited])
  undo()
  assert.equal(bad.code, 1)
  assert.match(
    bad.out,
    /daam\/cases\.yaml:\d+: A widow with four orphans receives the cap of 1,050\.\n {2}amount: expected 1050\.00, got 1000\.00/,
  )
})

test('list shows every pack with its life and version', async () => {
  const { code, out } = await socle(['rules', 'list', 'ma'])
  assert.equal(code, 0)
  assert.match(out, /ma\/tadamon-covid +2020-04 to 2020-07 +[0-9a-f]{12} +\d+ cases/)
})

test('diff says in words what changed in law, and for which cases', async () => {
  assert.match((await socle(['rules', 'diff', 'packs/ma', edited])).out, /^nothing changed in law\n$/)
  const undo = [
    edit(
      'asd/pack.yaml',
      '{ from: 2026-01, value: 300, source: M29 }',
      '{ from: 2027-01, value: 320, source: M30 }\n      - { from: 2026-01, value: 300, source: M29 }',
    ),
    edit('daam/pack.yaml', 'value: 1050', 'value: 1400'),
    edit('tayssir/pack.yaml', 'to: 2023-11', 'to: 2023-12'),
  ]
  const cases = join(room, 'cases.jsonl')
  const widow = { id: 'm1', relation: 'head', birth_date: '1980-01-01', sex: 'female', marital_status: 'widowed', pays_income_tax: false, receives_pension: false, receives_family_allowance: false, receives_other_state_aid: false } // biome-ignore format: facts
  const orphans = ['m2', 'm3', 'm4', 'm5'].map(id => ({
    id,
    relation: 'child',
    birth_date: '2018-01-01',
    father_deceased: true,
  }))
  const household = {
    id: 'h1',
    at: '2020-01',
    household: { ramed_card_until: '2023-01-01' },
    members: [widow, ...orphans],
  }
  writeFileSync(cases, `${JSON.stringify(household)}\n`)
  const { code, out } = await socle(['rules', 'diff', 'packs/ma', edited, '--cases', cases])
  for (const each of undo) each()
  assert.equal(code, 0)
  assert.match(out, /ma\/asd: young_or_in_school from 2027-01-01: 320 is new \(M30\)\n/)
  assert.match(out, /ma\/daam: cap from 2014-12-01: 1400, was 1050 \(M24\)\n/)
  assert.match(out, /ma\/tayssir: in force: 2018-12 to 2023-12, was 2018-12 to 2023-11\n/)
  assert.match(
    out,
    /A widow with four orphans receives the cap of 1,050\.\n {2}was eligible, 1050\.00 MAD.*\n {2}is {2}eligible, 1400\.00 MAD/,
  )
  assert.match(out, /ma\/daam: 1 of 1 households are decided otherwise\n/)
})

test('explain tells why, in the language asked for', async () => {
  const json = JSON.stringify({ id: 'c1', at: '2020-05', household: {}, members: [{ id: 'm1', relation: 'head' }] })
  const french = await socle(['rules', 'explain', '--pack', 'ma/tadamon-covid'], json)
  assert.equal(french.code, 0)
  assert.match(french.out, /^La décision sur « Opération Tadamon \(COVID-19\) » ne peut pas être prise : il manque /)
  const english = await socle(['rules', 'explain', '--pack', 'ma/tadamon-covid', '--language', 'en'], json)
  assert.match(english.out, /cannot be taken: Informal income lost, Receives another State aid \(m1\) is missing\./)
})

test('what is not understood is refused with what is accepted', async () => {
  assert.match((await socle(['rules'])).err, /what to do is missing; accepted: check, test, explain, eval, diff, list/)
  assert.match((await socle(['rules', 'test', 'zz'])).err, /zz is no country, pack or folder; countries: ma/)
  assert.match(
    (await socle(['rules', 'diff', 'packs/ma', 'no-such-revision'])).err,
    /neither a folder of packs nor a Git revision/,
  )
  assert.match(
    (await socle(['rules', 'explain', '--pack', 'ma/asd', '--language', 'es'], '{}')).err,
    /--language takes fr, ar, en/,
  )
})
