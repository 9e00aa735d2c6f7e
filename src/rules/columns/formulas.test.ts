// Random well-typed formulas over random households: the columns engine gives the interpreter's value, or none of its own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Month } from '#kernel'
import { parseExpression } from '#rules'
import { openPolicy } from '../../../test/oracle/policy.ts'
import { randomHousehold } from '../../../test/oracle/random-household.ts'
import type { Case } from '../case.ts'
import { parseCase } from '../case.ts'
import { decide } from '../decide.ts'
import type { Decision } from '../decision.ts'
import type { Pack, RuleBook, Step } from '../pack.ts'
import { seal } from '../seal.ts'
import { columnsOf } from './columns-builder.ts'
import { compilePack } from './compiled-pack.ts'
import { OUTCOMES } from './outcome.ts'
import type { Results } from './results.ts'

const { book, catalogue, territories } = openPolicy('ma')
const AT = '2024-02' as Month
const WORDS = { fr: 'x', ar: 'x', en: 'x' }

function step(name: string, text: string): Step {
  const parsed = parseExpression(text, { mode: 'pack' })
  assert.ok(parsed.ok, text)
  const expr = seal(parsed.value, inner => inner.kind === 'name' && inner.name === 'ramed_card_until')
  return {
    name,
    label: WORDS,
    of: 'household',
    pack: 'ma/tried',
    form: { kind: 'value', formula: { text, written: parsed.value, expr } },
  }
}

/** A pack of one number, written as a score, or of one truth, written as a refusal. */
function bookOf(kind: 'number' | 'truth', text: string): RuleBook {
  const base = book.packs.get('ma/ise') as Pack
  const own = step(kind, text)
  const facts = [...catalogue.household.values(), ...catalogue.member.values()]
  const refusal = { code: 'tried', pack: 'ma/tried', when: own, words: { fr: [], ar: [], en: [] }, otherwise: null }
  const pack: Pack = {
    ...base,
    id: 'ma/tried',
    facts,
    uses: new Map(),
    parameters: new Map(),
    steps: new Map(),
    score: kind === 'number' ? own : null,
    refusals: kind === 'truth' ? [refusal] : [],
  }
  return { ...book, packs: new Map([['ma/tried', pack]]) }
}

const oneOf = (...texts: string[]) => fc.constantFrom(...texts)
const COMPARISONS = ['<', '<=', '>', '>=', '=', '!=']
const ROUNDINGS = ['decimal', 'round half up', 'round half down', 'round up', 'round down', 'floor', 'ceiling']

const { number, truth } = fc.letrec<{ number: string; truth: string }>(tie => {
  const [n, b] = [tie('number'), tie('truth')]
  const known = oneOf('0', '1', '2', '2.5', '-3', '0.125', '7', '1000')
  const facts = oneOf('rooms', 'cows', 'mobile_phones', 'butane_annual', 'utilities_annual', 'count(members)')
  const ofHead = oneOf(
    'head.absences_month',
    'years and months duration(head.birth_date, month_start).years',
    'years and months duration(month_start, head.birth_date).months',
    'ramed_card_until.month',
    'births_declared_before',
  )
  const ofMembers = oneOf(
    'count(members[literate])',
    'count(members[relation = "child" and schooling != "none"])',
    'sum(for m in members return m.absences_month)',
    'max(for m in members return m.absences_month)',
    'min(for m in members[sex = "female"] return m.absences_health_month)',
    'mean(for m in members return m.absences_month)',
    'sum(members[sex = "male"].absences_month)',
  )
  const plain = oneOf(
    'bathroom',
    'area = "urban"',
    'area != "rural"',
    'dwelling in ("villa", "flat", "shack")',
    'territory = "07"',
    'territory in ("01", "12")',
    'rooms in [2..4]',
    'rooms in (1, > 3)',
    'head.occupation = "trader"',
    'head.birth_date < date("1990-02-28") + duration("P1M")',
    'ramed_card_until = null',
    'ramed_card_until != null and ramed_card_until >= month_start',
    'rooms = null',
    'births_declared_before > 1',
    'some m in members satisfies m.literate and m.relation = "spouse"',
    'every m in members satisfies m.absences_month <= 4',
    'some m in members satisfies m.birth_date > month_start - duration("P6Y")',
    'every m in members[relation = "child"] satisfies m.schooling = "public"',
  )
  return {
    number: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      known,
      facts,
      ofHead,
      ofMembers,
      fc.tuple(n, oneOf('+', '-', '*', '/'), n).map(([a, sign, c]) => `(${a} ${sign} ${c})`),
      fc.tuple(oneOf(...ROUNDINGS), n, fc.nat(4)).map(([name, a, places]) => `${name}(${a}, ${places})`),
      fc.tuple(oneOf('min', 'max', 'modulo'), n, n).map(([name, a, c]) => `${name}(${a}, ${c})`),
      n.map(a => `abs(${a})`),
      n.map(a => `(-(${a}))`),
      n.map(a => `(${a}) ** 2`),
      fc.tuple(b, n, n).map(([c, a, d]) => `(if ${c} then ${a} else ${d})`),
    ),
    truth: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      plain,
      fc.tuple(n, oneOf(...COMPARISONS), n).map(([a, sign, c]) => `(${a} ${sign} ${c})`),
      fc.tuple(n, n, n).map(([a, c, d]) => `(${a} between ${c} and ${d})`),
      fc.tuple(n, n, n).map(([a, c, d]) => `(${a} in (${c}, >= ${d}))`),
      fc.tuple(b, oneOf('and', 'or'), b).map(([a, sign, c]) => `(${a} ${sign} ${c})`),
      b.map(a => `not(${a})`),
      fc.tuple(b, b, b).map(([a, c, d]) => `(if ${a} then ${c} else ${d})`),
    ),
  }
})

/** What the arrays hold for a household when no detail is asked for: filled by the code that takes facts as known. */
function figuresAt(results: Results, index: number) {
  const score = results.scores('ma/tried')?.[index]
  // A double has two zeros.
  return [OUTCOMES[results.outcome[index] as number], score === 0 ? 0 : score, results.refusals('tried')?.[index]]
}

function figuresOf({ outcome, scores, reasons }: Decision) {
  const score = scores['ma/tried']
  const [holds] = reasons.map(reason => reason.holds)
  return [
    outcome,
    score === undefined ? undefined : score === null ? Number.NaN : Number(score.replace('.', '')),
    holds === undefined ? undefined : holds === null ? 2 : Number(holds),
  ]
}

const households = Array.from({ length: 400 }, (_, seed): Case => {
  const subject = parseCase(randomHousehold(seed + 1, [AT]), catalogue, territories)
  assert.ok(subject.ok)
  return subject.value
})

function assertSame(kind: 'number' | 'truth', text: string, cases: readonly Case[]): { readonly compiled: boolean } {
  const tried = bookOf(kind, text)
  const pack = compilePack(tried, 'ma/tried', AT)
  const columns = columnsOf(catalogue, AT, cases)
  const [results, figures] = [pack.run(columns, { detail: true }), pack.run(columns)]
  cases.forEach((subject, index) => {
    const decision = decide(tried, 'ma/tried', subject)
    assert.equal(JSON.stringify(results.decisionAt(index)), JSON.stringify(decision), `${text}\n${pack.source}`)
    assert.deepEqual(figuresAt(figures, index), figuresOf(decision), `${text}\n${pack.source}`)
  })
  return { compiled: pack.reason === null }
}

// Each was different once.
const found: readonly (readonly ['number' | 'truth', string])[] = [
  ['number', 'modulo(rooms, (years and months duration(month_start, head.birth_date).months / abs(-3)))'],
  ['number', 'modulo(rooms, 1 / 3)'],
  ['truth', 'modulo(max(for m in members return m.absences_month), (-3 / (1 + 1000))) in (head.absences_month, >= 1)'],
]
for (const [kind, text] of found) {
  test(`both engines agree on ${text}`, () => void assertSame(kind, text, households))
}

test('the remainder of a decimal is compiled', () => {
  assert.ok(assertSame('number', 'modulo(rooms / 4, 0.05)', households).compiled)
})

for (const [kind, texts] of [
  ['number', number],
  ['truth', truth],
] as const) {
  test(`a random ${kind} is the same in both engines, for households with gaps and edges`, () => {
    let [compiled, all] = [0, 0]
    fc.assert(
      fc.property(texts, fc.nat(households.length - 25), (text, from) => {
        all++
        if (assertSame(kind, text, households.slice(from, from + 25)).compiled) compiled++
      }),
      { numRuns: 800 },
    )
    // Long products leave the integers of a double: those are the interpreter's. Most formulas are not.
    assert.ok(compiled > all / 2, `${compiled} of ${all} compiled`)
  })
}
