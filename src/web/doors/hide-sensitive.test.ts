import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openCountry } from '#countries'
import { type Case, type Decision, decide, type Explanation, type NamedCase, parseCases } from '#rules'
import { hideSensitive } from './hide-sensitive.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const { catalogue, territories, book } = openCountry('ma')

function casesOf(pack: string): readonly NamedCase[] {
  const read = (path: string) => readFileSync(`${root}packs/ma/${path}`, 'utf8')
  const file = `${pack.slice('ma/'.length)}/cases.yaml`
  const cases = parseCases(read(file), file, read('usual.yaml'), catalogue, territories)
  return cases.ok ? cases.value : assert.fail(file)
}
const explained = (pack: string, subject: Case) => decide(book, pack, subject, { explain: true })
const shown = (pack: string, subject: Case) => hideSensitive(explained(pack, subject), catalogue)
const disabled = (subject: Case, member: number, disability: string): Case => ({
  ...subject,
  members: subject.members.map((each, index) =>
    index === member ? { ...each, facts: new Map([...each.facts, ['disability', disability]]) } : each,
  ),
})

/** What a decision says to whoever may read it at all. */
function said({ outcome, amount, reasons, covered, missing, explanation }: Decision) {
  return JSON.stringify([outcome, amount, reasons, covered, missing, (explanation as Explanation).sentence])
}

const packs = ['ma/asd', 'ma/daam', 'ma/amo-tadamon', 'ma/tayssir']

test('two households that differ in a disability alone, and are decided alike, look alike', () => {
  let alike = 0
  let hidden = 0
  for (const pack of packs) {
    for (const { case: subject } of casesOf(pack)) {
      for (const member of subject.members.keys()) {
        const [none, severe] = ['none', 'severe'].map(value => explained(pack, disabled(subject, member, value)))
        if (!none || !severe || said(none) !== said(severe)) continue
        alike++
        hidden += Number(JSON.stringify(none) !== JSON.stringify(severe))
        assert.deepEqual(hideSensitive(severe, catalogue), hideSensitive(none, catalogue))
      }
    }
  }
  assert.ok(alike > 100 && hidden >= 10, `${alike} pairs, of which ${hidden} differ in their working`)
})

test('outcome, amount and reasons stay; the fact, what was worked out from it and its lines are marked hidden', () => {
  const named = casesOf('ma/asd').find(({ case: subject }) =>
    subject.members.some(each => each.facts.get('disability') === 'severe'),
  )
  assert.ok(named)
  const [full, part] = [explained('ma/asd', named.case), shown('ma/asd', named.case)]
  for (const key of ['outcome', 'amount', 'reasons', 'scores', 'missing'] as const)
    assert.deepEqual(part[key], full[key])
  assert.equal(part.hidden, true)
  assert.ok(part.lines.every(line => line.value === null))
  const text = JSON.stringify(part)
  assert.match(text, /"path":"members\.[^"]+\.disability","label":[^}]+},"value":null,"words":null/)
  assert.doesNotMatch(text, /severe_disability"|"value":"severe"|Sévère/)
  assert.match(JSON.stringify(full), /"value":"severe"/)
})

test('a decision that reads nothing sensitive is shown as it is', () => {
  const named = casesOf('ma/amo-achamil')[0]
  assert.ok(named)
  const full = explained('ma/amo-achamil', named.case)
  assert.equal(hideSensitive(full, catalogue), full)
})
