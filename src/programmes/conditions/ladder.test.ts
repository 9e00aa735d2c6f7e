import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addMonths, type Month } from '#kernel'
import { breachesOf, type ConditionStep, decideStep, FINDINGS, type Finding, type Found } from './ladder.ts'

const FIRST = '2022-09' as Month
const next = (month: Month) => addMonths(month, 1)
const letters: Readonly<Record<string, Finding>> = { u: 'unmet', m: 'met', '?': 'unknown', w: 'waived' }

/** One letter a month, from September 2022; a dot: nothing was written. */
const months = (text: string, of: string | null = 'child'): Found[] =>
  [...text].flatMap((letter, at) => {
    const finding = letters[letter]
    return finding ? [{ of, month: addMonths(FIRST, at), finding }] : []
  })
const lastOf = (text: string) => addMonths(FIRST, text.length - 1)

for (const [text, breaches, says] of [
  ['u', 1, 'one month'],
  ['uuu', 3, 'three in a row'],
  ['uum', 0, 'met starts anew'],
  ['uu.', 0, 'a month without a word was met'],
  ['u.u', 1, 'a month without a word between two was met'],
  ['uwu', 2, 'a waived month neither counts nor starts anew'],
  ['u?u', 2, 'an unknown month neither counts nor starts anew'],
  ['ww', 0, 'waived alone is no breach'],
] as const) {
  test(`breaches of ${text}: ${says}`, () => assert.equal(breachesOf(months(text), lastOf(text), next), breaches))
}

const cases: readonly {
  readonly says: string
  readonly months: string
  readonly other?: string
  readonly after: number | null
  readonly before: ConditionStep | null
  readonly step: ConditionStep | undefined
}[] = [
  { says: 'the first month warns', months: 'u', after: 3, before: null, step: 'warned' },
  { says: 'what nobody can tell warns', months: '?', after: 3, before: null, step: 'warned' },
  { says: 'the stated number suspends who was warned', months: 'uuu', after: 3, before: 'warned', step: 'suspended' },
  { says: 'who was never warned is warned first', months: 'uuu', after: 3, before: null, step: 'warned' },
  { says: 'one month is enough where the programme says one', months: 'u', after: 1, before: null, step: 'suspended' },
  { says: 'no number stated, nobody suspended', months: 'uuuuuuuuuuuu', after: null, before: 'warned', step: 'warned' },
  { says: 'unknown months suspend nobody', months: '????', after: 2, before: 'warned', step: 'warned' },
  { says: 'a waived month is silent', months: 'w', after: 1, before: null, step: undefined },
  { says: 'met is silent', months: 'um', after: 3, before: 'warned', step: undefined },
  { says: 'met brings back', months: 'uuum', after: 3, before: 'suspended', step: 'restored' },
  { says: 'waived brings back', months: 'uuuw', after: 3, before: 'suspended', step: 'restored' },
  { says: 'unknown does not bring back', months: 'uuu?', after: 3, before: 'suspended', step: undefined },
  {
    says: 'one child met, the other not: not back',
    months: 'uuum',
    other: '...u',
    after: 3,
    before: 'suspended',
    step: undefined,
  },
  {
    says: 'months of two children are not added up',
    months: 'u.',
    other: '.u',
    after: 2,
    before: 'warned',
    step: 'warned',
  },
]
for (const { says, months: text, other = '', after, before, step } of cases) {
  test(says, () => {
    const found = [...months(text), ...months(other, 'other')]
    assert.equal(decideStep(found, lastOf(text), { suspendAfter: after, before, next })?.step, step)
  })
}

const anyMonths = fc.array(fc.constantFrom(...FINDINGS), { minLength: 1, maxLength: 24 })

test('walked month by month, nobody is suspended without the stated number of months in a row and a warning before', () => {
  fc.assert(
    fc.property(anyMonths, fc.integer({ min: 2, max: 6 }), (findings, suspendAfter) => {
      let before: ConditionStep | null = null
      const found: Found[] = []
      for (const [at, finding] of findings.entries()) {
        const month = addMonths(FIRST, at)
        found.push({ of: 'child', month, finding })
        const decided = decideStep(found, month, { suspendAfter, before, next })
        if (decided?.step === 'suspended') {
          assert.equal(before, 'warned')
          assert.equal(finding, 'unmet')
          assert.ok(findings.slice(0, at + 1).filter(each => each === 'unmet').length >= suspendAfter)
        }
        if (finding === 'met' || finding === 'waived') assert.notEqual(decided?.step, 'suspended')
        if (before === 'suspended' && (finding === 'met' || finding === 'waived'))
          assert.equal(decided?.step, 'restored')
        before = decided?.step ?? before
      }
    }),
  )
})

test('a waiver never makes it worse', () => {
  fc.assert(
    fc.property(anyMonths, fc.nat(23), (findings, at) => {
      const of = (list: readonly Finding[]) =>
        list.map((finding, i) => ({ of: 'child', month: addMonths(FIRST, i), finding }))
      const waived = findings.map((finding, i) =>
        i === at % findings.length && finding === 'unmet' ? 'waived' : finding,
      )
      const last = addMonths(FIRST, findings.length - 1)
      assert.ok(breachesOf(of(waived), last, next) <= breachesOf(of(findings), last, next))
    }),
  )
})
