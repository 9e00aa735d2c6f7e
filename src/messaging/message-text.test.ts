import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { languages } from '#kernel'
import { decideOutcome } from './decide-outcome.ts'
import { type MessageKind, messageKinds } from './kinds.ts'
import { messageParts, messageText } from './message-text.ts'

const kinds = Object.keys(messageKinds) as MessageKind[]

/** Values as long as they come. */
const sample: Readonly<Record<string, string>> = {
  code: '123456',
  partner: 'Caisse de retraite',
  reference: 'MA-5-123456789',
  number: '123 456 789 012',
  day: '31/12/2026',
  programme: 'Aide sociale directe',
  from: '28/12/2026',
  point: 'Agence postale de Sidi Bouzid centre',
}

test('every message fits: one SMS in Latin script, two in Arabic', () => {
  for (const kind of kinds) {
    for (const language of languages) {
      const text = messageText(kind, language, sample)
      assert.ok(messageParts(text) <= (language === 'ar' ? 2 : 1), `${kind} ${language}: ${text}`)
    }
  }
})

test('a text names exactly the values that its kind says, in every language', () => {
  for (const kind of kinds) {
    for (const language of languages) {
      const named = [...messageKinds[kind].says[language].matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      assert.deepEqual(named.toSorted(), [...messageKinds[kind].values].toSorted(), `${kind} ${language}`)
    }
  }
})

test('whatever a value holds, the message is one line, and not endless', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), partner => {
      const text = messageText('partner_code', 'en', { code: '123456', partner })
      assert.doesNotMatch(text, /[\n\r\t\0]/)
      assert.ok(text.length <= 180)
    }),
  )
})

test('a value that is missing is a bug, and braces of a value are no name', () => {
  assert.throws(() => messageText('sign_in_code', 'fr', {}), /needs a value for code/)
  assert.match(messageText('decision_made', 'en', { programme: '{code}' }), /\{code\}/)
})

test('parts are counted as carriers count them', () => {
  const cases: readonly [string, number][] = [
    ['', 1],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(307), 3],
    ['é'.repeat(160), 1],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    ['ê', 1],
    ['ê'.repeat(71), 2],
    ['ب'.repeat(70), 1],
    ['ب'.repeat(135), 3],
  ]
  for (const [text, parts] of cases) assert.equal(messageParts(text), parts, `${text.slice(0, 1)} × ${text.length}`)
})

test('a try ends a message, or leaves it for later, each time after a longer pause', () => {
  assert.deepEqual(decideOutcome(1, { taken: true, receipt: 'r1' }), { state: 'sent', receipt: 'r1' })
  assert.deepEqual(decideOutcome(1, { taken: true }), { state: 'sent', receipt: null })
  assert.deepEqual(decideOutcome(1, { taken: false, says: 'no such number' }), {
    state: 'failed',
    failure: 'refused',
    error: 'no such number',
  })
  assert.deepEqual(decideOutcome(1, 'no_phone'), { state: 'failed', failure: 'no_phone', error: null })
  const pauses = [1, 2, 3, 4, 5, 6].map(attempts => {
    const outcome = decideOutcome(attempts, { error: 'away' })
    assert.equal(outcome.state, 'queued')
    return outcome.state === 'queued' ? outcome.seconds : 0
  })
  assert.deepEqual(
    pauses,
    pauses.toSorted((a, b) => a - b),
  )
  assert.deepEqual(decideOutcome(7, { error: 'a'.repeat(1000) }), {
    state: 'failed',
    failure: 'too_often',
    error: 'a'.repeat(300),
  })
})
