import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decide, explanationText, type NamedCase, parseCases } from '#rules'
import { openPolicy } from '../../test/oracle/policy.ts'

const { book, catalogue, territories } = openPolicy('ma')
const usual = readFileSync('packs/ma/usual.yaml', 'utf8')

function casesOf(pack: string): readonly NamedCase[] {
  const file = `packs/${pack}/cases.yaml`
  const cases = parseCases(readFileSync(file, 'utf8'), file, usual, catalogue, territories)
  return cases.ok ? cases.value : assert.fail(file)
}

function told({ pack, case: subject }: NamedCase, language: 'fr' | 'ar' | 'en'): string {
  const { explanation } = decide(book, pack, subject, { explain: true })
  assert.ok(explanation)
  return explanationText(explanation, language)
}

test('no line of an explanation in French or Arabic holds the text of a formula, a truth of FEEL or the name of a fact', () => {
  for (const pack of book.packs.keys()) {
    for (const named of casesOf(pack)) {
      for (const language of ['fr', 'ar'] as const) {
        for (const line of told(named, language).split('\n')) {
          assert.doesNotMatch(
            line,
            /\b(satisfies|and|or|true|false|duration|count|if)\b|[a-z]_[a-z]|"|(?<!\d)\d\.\d/,
            named.name,
          )
        }
      }
    }
  }
})

test('what holds, what does not and the arithmetic are said as a person says them', () => {
  const [refused, eligible] = ['score_above_threshold', null].map(code =>
    casesOf('ma/asd').find(each => {
      const { reasons, outcome, amount } = decide(book, each.pack, each.case)
      const holding = reasons.find(reason => reason.holds)?.code ?? null
      return holding === code && outcome !== 'undetermined' && (code !== null || amount !== null)
    }),
  )
  assert.ok(refused && eligible)
  const threshold = 'عتبة الدعم الاجتماعي المباشر'
  assert.match(told(refused, 'fr'), /^× L'indice .* au-dessus du seuil de 9,743001\. \([\d,]+ > 9,743001\)$/m)
  assert.match(told(eligible, 'fr'), /^✓ Ce refus ne s’applique pas : L'indice .* \([\d,]+ ≤ 9,743001\)$/m)
  assert.match(told(eligible, 'en'), /^✓ This refusal does not apply: The household's .* \([\d.]+ ≤ 9\.743001\)$/m)
  assert.match(told(eligible, 'fr'), /^ {2}Perçoit des allocations familiales \(m1\) : non$/m)
  assert.match(told(eligible, 'ar'), new RegExp(`^ {2}${threshold}: 9,743001 \\[.*منذ 2023-12-01, مصدر ثانوي\\]$`, 'm'))
})

test('what is unknown is said so', () => {
  const open = casesOf('ma/asd').find(each =>
    decide(book, each.pack, each.case).reasons.some(({ holds }) => holds === null),
  )
  assert.ok(open)
  assert.match(told(open, 'fr'), /^\? On ne sait pas encore : /m)
  assert.match(told(open, 'fr'), / : inconnu/)
})
