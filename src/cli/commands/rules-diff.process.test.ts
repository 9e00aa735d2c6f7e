import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readCountry } from '#countries'
import { openSnapshot, readRows } from '#households'
import type { Month } from '#kernel'
import { compilePack } from '#rules'

const folder = mkdtempSync(join(tmpdir(), 'socle-reform-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function socle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, ['src/cli/main.ts', ...args], { env: { SOCLE_DATA: folder } }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

const made = await socle('snapshot', '--modelled', '400', '--to', join(folder, 'snapshots'))
assert.equal(made.code, 0, made.err)
const snapshot = join(folder, 'snapshots', readdirSync(join(folder, 'snapshots'))[0] as string)

/** A copy of the law of Morocco, in which some words of some texts are others. */
function lawWith(name: string, changes: readonly (readonly [path: string, from: string, to: string])[]): string {
  const law = join(folder, name, 'ma')
  cpSync('packs/ma', law, { recursive: true })
  for (const [path, from, to] of changes) {
    const text = readFileSync(join(law, path), 'utf8')
    assert.ok(text.includes(from), from)
    writeFileSync(join(law, path), text.replace(from, to))
  }
  return law
}

/** The households of the snapshot, each decided by the interpreter. */
function interpreted(packs: string) {
  const country = readCountry('ma', packs)
  assert.ok(country.ok)
  const opened = openSnapshot(snapshot, country.value)
  assert.ok(opened.ok)
  const rows = readRows(opened.value, country.value, { month: '2026-12' as Month })
  assert.ok(rows.ok)
  const results = compilePack(country.value.book, 'ma/asd', '2026-12' as Month).run(rows.value.columns)
  return Array.from({ length: rows.value.columns.households }, (_, household) => results.interpretedAt(household))
}

test('a change of the law is counted on the households of a snapshot, with some of them and all amounts', async () => {
  const law = lawWith('reform', [
    ['asd/pack.yaml', 'value: 9.743001', 'value: 9.4'],
    ['asd/pack.yaml', '{ from: 2023-12, value: 500, source: M29 }', '{ from: 2023-12, value: 640, source: M29 }'],
  ])
  const { code, out, err } = await socle('rules', 'diff', 'packs/ma', law, '--snapshot', snapshot, '--month', '2026-12')
  assert.equal(code, 0, err)
  assert.match(out, /ma\/asd: threshold from 2023-12-01: 9\.4, was 9\.743001/)

  const [before, now] = [interpreted('packs'), interpreted(join(law, '..'))]
  const kinds = before.map((old, at): string => {
    const is = now[at] as (typeof now)[number]
    if (old.outcome !== is.outcome)
      return is.outcome === 'eligible' ? 'entered' : old.outcome === 'eligible' ? 'left' : 'otherwise'
    const by = Number(is.amount?.value ?? 0) - Number(old.amount?.value ?? 0)
    if (by !== 0) return by > 0 ? 'amount up' : 'amount down'
    return JSON.stringify(old) === JSON.stringify(is) ? '' : 'otherwise'
  })
  const own = /ma\/asd in 2026-12: .*\n(?: {2}.*\n)*/.exec(out)?.[0] ?? ''
  const counted = Object.fromEntries(
    [...own.matchAll(/^ {2}(\S[a-z ]*\S) +(\d+) {3}for example ([^\s,]+)/gm)].map(([, kind, count, first]) => [
      kind,
      [Number(count), first],
    ]),
  )
  const expected = Object.fromEntries(
    ['entered', 'left', 'amount up', 'amount down', 'otherwise'].flatMap(kind => {
      const count = kinds.filter(each => each === kind).length
      return count === 0 ? [] : [[kind, [count, before[kinds.indexOf(kind)]?.id]]]
    }),
  )
  assert.ok(Number(expected.left?.[0]) > 0 && Number(expected['amount up']?.[0]) > 0, JSON.stringify(expected))
  assert.deepEqual(counted, expected)
  const total = (decisions: typeof now) =>
    decisions.reduce((sum, { amount }) => sum + Number(amount?.value ?? 0), 0).toFixed(2)
  assert.ok(own.includes(`all amounts, month: ${total(before)} MAD before, ${total(now)} MAD after`), own)
})

test('two versions that say the same change nothing', async () => {
  const { out } = await socle('rules', 'diff', 'packs/ma', 'packs/ma', '--snapshot', snapshot)
  assert.match(out, /no household of the snapshot is decided otherwise/)
})

test('a snapshot without a fact that a version reads, or other than it was written, is refused in a sentence', async () => {
  const solar = lawWith('solar', [
    ['facts.yaml', '  garage:', '  solar_panel:'],
    ['form.yaml', '      garage:', '      solar_panel:'],
    ['ise/pack.yaml', 'second_home, garage', 'second_home, solar_panel'],
  ])
  for (const file of readdirSync(join(solar, 'ise'))) {
    const path = join(solar, 'ise', file)
    writeFileSync(path, readFileSync(path, 'utf8').replace('value: garage', 'value: solar_panel'))
  }
  const lacking = await socle('rules', 'diff', 'packs/ma', solar, '--snapshot', snapshot)
  assert.equal(lacking.code, 2)
  assert.match(lacking.err, /reads facts that the snapshot does not hold: household\.solar_panel\. Take a new snapshot/)

  const law = lawWith('threshold', [['asd/pack.yaml', 'value: 9.743001', 'value: 9.4']])
  const region = readdirSync(snapshot).find(name => name.endsWith('.arrow')) as string
  appendFileSync(join(snapshot, region), '!')
  const altered = await socle('rules', 'diff', 'packs/ma', law, '--snapshot', snapshot)
  assert.equal(altered.code, 2)
  assert.match(altered.err, /\.arrow is not the file that was written: its SHA-256 is/)
})

test('a month that is none or too early, and a file of cases that is not JSON, are refused in a sentence', async () => {
  const month = await socle('rules', 'diff', 'packs/ma', 'packs/ma', '--snapshot', snapshot, '--month', 'December')
  assert.equal(month.code, 2)
  assert.match(month.err, /--month takes a month such as 2026-12, not December/)
  const early = await socle('rules', 'diff', 'packs/ma', 'packs/ma', '--snapshot', snapshot, '--month', '2024-01')
  assert.match(early.err, /the snapshot holds facts of .*, after 2024-01/)
  const alone = await socle('rules', 'diff', 'packs/ma', 'packs/ma', '--month', '2026-12')
  assert.match(alone.err, /--month is for the households of a snapshot/)
  const file = join(folder, 'cases.jsonl')
  writeFileSync(file, '\n{"id": \n')
  const cases = await socle('rules', 'diff', 'packs/ma', 'packs/ma', '--cases', file)
  assert.equal(cases.code, 2)
  assert.match(cases.err, /cases\.jsonl:2: the line cannot be read: this is not JSON/)
})
