import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  add,
  compareNumbers,
  divide,
  ExactNumber,
  fraction,
  modulo,
  multiply,
  numberToText,
  parseNumber,
  power,
  type RoundingMode,
  round,
  sameNumber,
  subtract,
  toWhole,
  whole,
} from './number.ts'

function n(text: string): ExactNumber {
  const value = parseNumber(text)
  assert.ok(value, `${text} is a number`)
  return value
}

test('a tenth and two tenths are three tenths', () => {
  assert.ok(sameNumber(add(n('0.1'), n('0.2')), n('0.3')))
})

test('a third of three, three times, is three: quotients stay fractions', () => {
  const third = divide(whole(1), whole(3)) as ExactNumber
  assert.ok(sameNumber(multiply(third, whole(3)), whole(1)))
  assert.equal(numberToText(third), `0.${'3'.repeat(34)}`)
})

test('numbers are written without exponent or trailing zeros, at 34 digits half to even', () => {
  const written: [string, string][] = [
    ['0', '0'],
    ['-0.0', '0'],
    ['.5', '0.5'],
    ['1.50', '1.5'],
    ['1.2e3', '1200'],
    ['12e-3', '0.012'],
    ['100', '100'],
    ['-0.05', '-0.05'],
    ['12345678901234567890123456789012345', '12345678901234567890123456789012340'],
    ['12345678901234567890123456789012355', '12345678901234567890123456789012360'],
    ['0.99999999999999999999999999999999999', '1'],
  ]
  for (const [text, expected] of written) assert.equal(numberToText(n(text)), expected, text)
  assert.equal(numberToText(fraction(2n, 3n)), `0.${'6'.repeat(33)}7`)
  assert.equal(numberToText(fraction(-200n, 3n)), `-66.${'6'.repeat(31)}7`)
})

test('what is no number is not read as one', () => {
  for (const text of ['', '.', '-', '1.', '1e', 'NaN', 'Infinity', '0x10', '1 000', '1e7000']) {
    assert.equal(parseNumber(text), null, text)
  }
})

test('each rounding mode settles ties and remainders in its own way', () => {
  const modes: Record<RoundingMode, string[]> = {
    half_even: ['5', '2', '-2', '-6', '2'],
    half_up: ['5', '3', '-3', '-6', '2'],
    half_down: ['5', '2', '-2', '-5', '2'],
    up: ['5', '3', '-3', '-6', '3'],
    down: ['5', '2', '-2', '-5', '2'],
    floor: ['5', '2', '-3', '-6', '2'],
    ceiling: ['5', '3', '-2', '-5', '3'],
  }
  const inputs = [n('5'), n('2.5'), n('-2.5'), n('-5.5'), n('2.3')]
  for (const [mode, expected] of Object.entries(modes)) {
    const got = inputs.map(input => numberToText(round(input, 0, mode as RoundingMode)))
    assert.deepEqual(got, expected, mode)
  }
  assert.equal(numberToText(round(n('2.345'), 2, 'half_even')), '2.34')
  assert.equal(numberToText(round(n('1250'), -2, 'half_even')), '1200')
  assert.equal(numberToText(round(fraction(1n, 3n), 7, 'half_up')), '0.3333333')
})

test('a remainder has the sign of the divisor', () => {
  const rows = [
    ['12', '5', '2'],
    ['-12', '5', '3'],
    ['12', '-5', '-3'],
    ['-12', '-5', '-2'],
    ['10.1', '4.5', '1.1'],
  ] as const
  for (const [a, b, expected] of rows) assert.equal(String(modulo(n(a), n(b))), expected, `modulo(${a}, ${b})`)
  assert.equal(modulo(n('1'), n('0')), null)
})

test('powers are exact while they are of a sensible length, and 34 digits beyond', () => {
  assert.equal(String(power(n('1.2'), 3)), '1.728')
  assert.equal(String(power(n('2'), -2)), '0.25')
  assert.equal(power(n('0'), -1), null)
  assert.equal(String(power(n('0'), 0)), '1')
  assert.equal(power(n('10'), 7000), null)
  assert.equal(String(power(n('10'), -7000)), '0')
  const compound = power(add(whole(1), divide(n('0.0375'), whole(12)) as ExactNumber), 360)
  assert.equal(String(compound), '3.074818395214733959257585890969019')
  assert.equal(String(power(n('1.0000001'), 1_000_000)), '1.105170912549793416638382709346716')
})

const anyFraction = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.nat(9))
  .map(([units, divisor, scale]) => ({
    value: new ExactNumber(units, scale, divisor),
    units,
    over: divisor * 10n ** BigInt(scale),
  }))

test('sums, differences, products and quotients agree with fractions of whole numbers', () => {
  fc.assert(
    fc.property(anyFraction, anyFraction, (a, b) => {
      const same = (value: ExactNumber | null, units: bigint, over: bigint) =>
        value !== null && value.units * over === units * value.divisor * 10n ** BigInt(value.scale)
      assert.ok(same(add(a.value, b.value), a.units * b.over + b.units * a.over, a.over * b.over))
      assert.ok(same(subtract(a.value, b.value), a.units * b.over - b.units * a.over, a.over * b.over))
      assert.ok(same(multiply(a.value, b.value), a.units * b.units, a.over * b.over))
      const quotient = divide(a.value, b.value)
      if (b.units === 0n) assert.equal(quotient, null)
      else assert.ok(same(quotient, a.units * b.over, a.over * b.units))
      const difference = a.units * b.over - b.units * a.over
      assert.equal(Math.sign(compareNumbers(a.value, b.value)), difference > 0n ? 1 : difference < 0n ? -1 : 0)
    }),
  )
})

test('rounding never moves a number by more than half a unit, and written digits read back the same', () => {
  fc.assert(
    fc.property(anyFraction, fc.integer({ min: -3, max: 12 }), ({ value }, scale) => {
      const half = scale >= 0 ? new ExactNumber(5n, scale + 1) : whole(5n * 10n ** BigInt(-scale - 1))
      const gap = subtract(round(value, scale, 'half_even'), value)
      assert.ok(compareNumbers(gap.units < 0n ? multiply(gap, whole(-1)) : gap, half) <= 0)
      const text = numberToText(value)
      assert.equal(numberToText(n(text)), text)
    }),
  )
})

test('a sum of many thirds does not grow without end', () => {
  let sum = whole(0)
  for (let i = 1; i <= 2_000; i++) sum = add(sum, fraction(1n, BigInt((i % 20) + 1)))
  assert.ok(sum.divisor < 1n << 140n)
  assert.equal(toWhole(multiply(sum, whole(232_792_560))) !== null, true)
})
