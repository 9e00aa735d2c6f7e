import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { shared, sharedMissing } from '../../../test/shared.ts'
import { drawNumbers } from './draw-numbers.ts'
import { ALIAS_FORM, faultsOf, type NumberFault, uniqueNumberForm } from './number-form.ts'
import { checkDigit, passesCheck } from './verhoeff.ts'

const TEN = uniqueNumberForm(10)
const digits = (least: number, most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map(list => list.join(''))

describe('the rules of unique numbers', () => {
  test('every vector of the standard', { skip: sharedMissing }, () => {
    type Vector = { uin: string; valid: boolean; violations: NumberFault[] }
    const vectors: Vector[] = JSON.parse(readFileSync(shared('standards/mosip-id/uin-vectors.json'), 'utf8'))
    assert.ok(vectors.length >= 60)
    for (const { uin, valid, violations } of vectors) {
      assert.deepEqual(new Set(faultsOf(uin, TEN)), new Set(violations), uin)
      assert.equal(faultsOf(uin, TEN).length === 0, valid)
    }
  })

  test('the limits are those of the standard', { skip: sharedMissing }, () => {
    const { defaults, vid } = JSON.parse(readFileSync(shared('standards/mosip-id/uin-rules.json'), 'utf8'))
    assert.deepEqual(TEN, {
      length: defaults.length,
      notStartWith: defaults.not_start_with,
      sequence: defaults.sequence_limit,
      repeating: defaults.repeating_limit,
      block: defaults.repeating_block_limit,
      ends: defaults.digits_limit,
      even: defaults.conjugative_even_digits_limit,
      restricted: defaults.restricted_numbers,
    })
    assert.deepEqual(
      [ALIAS_FORM.length, ALIAS_FORM.sequence, ALIAS_FORM.repeating, ALIAS_FORM.block],
      [vid.length, vid.sequence_limit, vid.repeating_limit, vid.repeating_block_limit],
    )
  })

  const broken: readonly [string, NumberFault][] = [
    ['52892184o9', 'not-numeric'],
    ['٥٢٨٩٢١٨٤٠٩', 'not-numeric'],
    ['', 'not-numeric'],
    ['528921840', 'length'],
    ['1417776313', 'not-start-with'],
    ['5347896372', 'sequence'],
    // Nine and nought are neighbours.
    ['4890274613', 'sequence'],
    ['6068124156', 'repeating'],
    ['7604230417', 'repeating-block'],
    ['9164870592', 'adjacent-even'],
    ['7869712782', 'restricted'],
    ['3142857396', 'cyclic'],
    ['6148396034', 'checksum'],
  ]
  for (const [text, fault] of broken) {
    test(`${text || 'nothing'} breaks ${fault}`, () =>
      assert.ok(faultsOf(text, TEN).includes(fault), `${faultsOf(text, TEN)}`))
  }

  test('the first digits are neither the last nor the last turned round, where a form says so', () => {
    const six = { ...TEN, length: 6, ends: 3, block: 9, repeating: 1 }
    assert.ok(faultsOf('573573', six).includes('first-last-group'))
    assert.ok(faultsOf('573375', six).includes('first-last-reversed'))
  })
})

describe('the check digit', () => {
  test('finds every wrong digit', () => {
    fc.assert(
      fc.property(digits(1, 20), fc.nat(), fc.integer({ min: 1, max: 9 }), (text, at, by) => {
        const number = `${text}${checkDigit(text)}`
        assert.ok(passesCheck(number))
        const place = at % number.length
        const wrong = `${number.slice(0, place)}${(Number(number[place]) + by) % 10}${number.slice(place + 1)}`
        assert.ok(!passesCheck(wrong))
      }),
    )
  })

  test('finds every two neighbours that changed places', () => {
    fc.assert(
      fc.property(digits(1, 20), fc.nat(), (text, at) => {
        const number = `${text}${checkDigit(text)}`
        const place = at % (number.length - 1)
        const [one, other] = [number[place] as string, number[place + 1] as string]
        fc.pre(one !== other)
        assert.ok(!passesCheck(`${number.slice(0, place)}${other}${one}${number.slice(place + 2)}`))
      }),
    )
  })
})

describe('numbers drawn', () => {
  for (const form of [TEN, uniqueNumberForm(12), ALIAS_FORM]) {
    test(`of ${form.length} digits keep every rule and are all different`, () => {
      const drawn = drawNumbers(form, 500)
      assert.equal(new Set(drawn).size, 500)
      for (const number of drawn) assert.deepEqual(faultsOf(number, form), [], number)
    })
  }

  test('take each digit about as often as another, at each place that is free', () => {
    const drawn = drawNumbers(uniqueNumberForm(12), 4000)
    for (const place of [2, 5, 8]) {
      const counts = Array.from(
        { length: 10 },
        (_, digit) => drawn.filter(number => number[place] === `${digit}`).length,
      )
      for (const count of counts) assert.ok(count > 200 && count < 650, `${place}: ${counts}`)
    }
  })
})
