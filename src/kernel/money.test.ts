import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addMoney,
  allocate,
  applyRate,
  compareMoney,
  divideRounded,
  fraction,
  isCurrency,
  type MoneyRefusal,
  money,
  moneyText,
  parseFraction,
  parseMoney,
  placesOf,
  type Rounding,
  subtractMoney,
  sumMoney,
} from '#kernel'

const dirhams = (minor: bigint) => money(minor, 'MAD')

test('an amount is written with the places of its currency', () => {
  assert.equal(moneyText(dirhams(50000n)), '500.00')
  assert.equal(moneyText(dirhams(5n)), '0.05')
  assert.equal(moneyText(dirhams(-150n)), '-1.50')
  assert.equal(moneyText(money(25000n, 'XOF')), '25000')
  assert.equal(placesOf('XOF'), 0)
  assert.ok(isCurrency('MAD') && !isCurrency('mad') && !isCurrency('toString'))
})

test('what is written is read back, for every amount', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.constantFrom('MAD' as const, 'XOF' as const), (minor, currency) => {
      const amount = money(minor, currency)
      assert.deepEqual(parseMoney(moneyText(amount), currency), { ok: true, value: amount })
    }),
  )
})

const refused: Record<MoneyRefusal['code'], { text: string; currency: 'MAD' | 'XOF' }[]> = {
  not_an_amount: ['', '1,5', '1e3', ' 1', '.5', '1.', '--1', '٣'].map(text => ({ text, currency: 'MAD' })),
  too_many_places: [
    { text: '1.005', currency: 'MAD' },
    { text: '1.5', currency: 'XOF' },
  ],
}
for (const [code, cases] of Object.entries(refused)) {
  test(`an amount is refused: ${code}`, () => {
    for (const { text, currency } of cases) {
      const result = parseMoney(text, currency)
      assert.ok(!result.ok && result.refusal.code === code, text)
    }
  })
}

test('sums are exact and currencies do not mix', () => {
  assert.deepEqual(addMoney(dirhams(10n), dirhams(20n)), dirhams(30n))
  assert.deepEqual(subtractMoney(dirhams(10n), dirhams(20n)), dirhams(-10n))
  assert.deepEqual(sumMoney([], 'XOF'), money(0n, 'XOF'))
  assert.throws(() => addMoney(dirhams(1n), money(1n, 'XOF')), /MAD and XOF do not mix/)
  assert.throws(() => sumMoney([money(1n, 'XOF')], 'MAD'), /do not mix/)
  assert.equal(compareMoney(dirhams(1n), dirhams(2n)), -1)
  assert.equal(compareMoney(dirhams(2n), dirhams(2n)), 0)
})

test('an amount shared by weights loses nothing and is fair to a unit', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
      fc.array(fc.bigInt({ min: 0n, max: 1000n }), { minLength: 1, maxLength: 20 }),
      (minor, weights) => {
        const total = weights.reduce((a, b) => a + b, 0n)
        fc.pre(total > 0n)
        const shares = allocate(dirhams(minor), weights)
        assert.deepEqual(sumMoney(shares, 'MAD'), dirhams(minor))
        shares.forEach((share, i) => {
          const gap = share.minor * total - minor * (weights[i] as bigint)
          assert.ok((gap < 0n ? -gap : gap) < total)
        })
      },
    ),
  )
  assert.deepEqual(allocate(dirhams(100n), [1n, 1n, 1n]), [dirhams(34n), dirhams(33n), dirhams(33n)])
  assert.throws(() => allocate(dirhams(1n), [0n]), /positive sum/)
})

// numerator over 2: the half, on both sides of zero and beside an even and an odd neighbour.
const halves: Record<Rounding, readonly [bigint, bigint, bigint, bigint]> = {
  //            2.5  3.5  -2.5 -3.5
  half_up: [3n, 4n, -3n, -4n],
  half_even: [2n, 4n, -2n, -4n],
  half_down: [2n, 3n, -2n, -3n],
  up: [3n, 4n, -3n, -4n],
  down: [2n, 3n, -2n, -3n],
  ceiling: [3n, 4n, -2n, -3n],
  floor: [2n, 3n, -3n, -4n],
}
for (const [mode, expected] of Object.entries(halves) as [Rounding, readonly bigint[]][]) {
  test(`rounding ${mode} at the half`, () => {
    assert.deepEqual(
      [5n, 7n, -5n, -7n].map(n => divideRounded(n, 2n, mode)),
      expected,
    )
    assert.equal(divideRounded(-5n, -2n, mode), divideRounded(5n, 2n, mode))
  })
}

test('rounding never moves a quotient by a whole unit, and leaves whole quotients alone', () => {
  const modes = Object.keys(halves) as Rounding[]
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt({ min: 1n }), fc.constantFrom(...modes), (n, d, mode) => {
      const gap = divideRounded(n, d, mode) * d - n
      assert.ok((gap < 0n ? -gap : gap) < d)
      assert.equal(divideRounded(n * d, d, mode), n)
    }),
  )
})

test('a rate is an exact fraction, applied and rounded once', () => {
  assert.deepEqual(parseFraction('0.0206'), { numerator: 206n, denominator: 10000n })
  assert.equal(parseFraction('1/3'), undefined)
  assert.throws(() => fraction(1n, 0n), /denominator 0/)
  assert.deepEqual(applyRate(dirhams(250n), fraction(1n, 100n), 'half_even'), dirhams(2n))
  assert.deepEqual(applyRate(dirhams(250n), fraction(1n, 100n), 'half_up'), dirhams(3n))
})
