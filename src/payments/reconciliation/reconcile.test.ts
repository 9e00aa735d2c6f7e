import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Difficulty, reconciliationSample } from '../../../test/reconciliation-sample.ts'
import type { LineClass, ReconciliationLine } from './line.ts'
import { reconcile } from './reconcile.ts'

const base: ReconciliationLine = {
  id: '',
  references: [],
  amount: 50_000n,
  currency: 'MAD',
  day: 20_400,
  name: '',
  text: '',
}
/** Enough other sure pairs for the lists to say what is usual. */
const around = Array.from({ length: 40 }, (_, at) => ({
  left: {
    ...base,
    id: `a${at}`,
    references: [`PAY-77${at}00`],
    amount: 1_000_003n + BigInt(at * 977),
    name: `Nom${at}`,
  },
  right: { ...base, id: `b${at}`, text: `VIR PAY-77${at}00`, amount: 1_000_003n + BigInt(at * 977), day: 20_401 },
}))

type Case = {
  readonly name: string
  readonly left: readonly Partial<ReconciliationLine>[]
  readonly right: readonly Partial<ReconciliationLine>[]
  /** `left right class`, by places, - for nothing. */
  readonly finds: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'a reference in the text, written with spaces, is the reference',
    left: [{ references: ['INV-2026/00911'] }],
    right: [{ text: 'VIREMENT INV 2026 00911 MERCI', day: 20_403 }],
    finds: ['0 0 matched'],
  },
  {
    name: 'one digit mistyped in the reference, the amount and the day agree',
    left: [{ references: ['INV-2026/00911'], amount: 70_211n }],
    right: [{ references: ['INV-2026/00917'], amount: 70_211n }],
    finds: ['0 0 matched'],
  },
  {
    name: 'a name cut short, and an amount of its own',
    left: [{ name: 'Zineb Elamrani Haddad', amount: 70_211n }],
    right: [{ text: 'VIR RECU ZINEB ELAMRAN', amount: 70_211n, day: 20_402 }],
    finds: ['0 0 matched'],
  },
  {
    name: 'two currencies never go together',
    left: [{ references: ['INV-2026/00911'] }],
    right: [{ references: ['INV-2026/00911'], currency: 'EUR' }],
    finds: ['0 - missing', '- 0 unknown'],
  },
  {
    name: 'another amount under the same reference is a wrong amount',
    left: [{ references: ['INV-2026/00911'] }],
    right: [{ references: ['INV-2026/00911'], amount: 31_000n }],
    finds: ['0 0 wrong_amount'],
  },
  {
    name: 'the second saying of one payment is a duplicate',
    left: [{ references: ['INV-2026/00911'] }],
    right: [{ references: ['INV-2026/00911'] }, { references: ['INV-2026/00911'], day: 20_402 }],
    finds: ['0 0 matched', '- 1 duplicate'],
  },
  {
    name: 'said twice under a number of its own each time, the first is the payment',
    left: [{ references: ['INV-2026/00911'] }],
    right: [
      { references: ['BK-90001', 'INV-2026/00911'], day: 20_401 },
      { references: ['BK-90002', 'INV-2026/00911'], day: 20_400 },
    ],
    finds: ['0 1 matched', '- 0 duplicate'],
  },
  {
    name: 'money that comes back is a reversal of what was paid',
    left: [{ references: ['INV-2026/00911'] }],
    right: [{ references: ['INV-2026/00911'] }, { references: ['INV-2026/00911'], amount: -50_000n, day: 20_404 }],
    finds: ['0 0 matched', '- 1 reversed'],
  },
  {
    name: 'three weeks after is late',
    left: [{ references: ['INV-2026/00911'] }],
    right: [{ references: ['INV-2026/00911'], day: 20_421 }],
    finds: ['0 0 late'],
  },
  {
    name: 'one transfer that pays three invoices of one customer',
    left: [
      { name: 'Zineb Elamrani', amount: 12_345n },
      { name: 'Zineb Elamrani', amount: 23_411n },
      { name: 'Zineb Elamrani', amount: 9_907n },
      { name: 'Zineb Elamrani', amount: 5_003n },
    ],
    right: [{ text: 'VIR ZINEB ELAMRANI', amount: 45_663n, day: 20_403 }],
    finds: ['0 0 grouped', '1 0 grouped', '2 0 grouped', '3 - missing'],
  },
  {
    name: 'one invoice paid in two transfers',
    left: [{ references: ['INV-2026/00911'], amount: 90_000n }],
    right: [
      { text: 'INV-2026/00911 1', amount: 60_000n },
      { text: 'INV-2026/00911 2', amount: 30_000n, day: 20_410 },
    ],
    finds: ['0 0 split', '0 1 split'],
  },
  {
    name: 'nothing in common is nothing',
    left: [{ references: ['INV-2026/00911'], name: 'Zineb Elamrani', amount: 70_211n }],
    right: [{ text: 'LOYER NOVEMBRE', amount: 45_000n }],
    finds: ['0 - missing', '- 0 unknown'],
  },
]

for (const { name, left, right, finds } of cases) {
  test(name, () => {
    const ours = [...left.map((line, at) => ({ ...base, ...line, id: `l${at}` })), ...around.map(one => one.left)]
    const theirs = [...right.map((line, at) => ({ ...base, ...line, id: `r${at}` })), ...around.map(one => one.right)]
    const found = reconcile(ours, theirs)
      .findings.filter(one => (one.left ?? 0) < left.length && (one.right ?? 0) < right.length)
      .map(one => `${one.left ?? '-'} ${one.right ?? '-'} ${one.class}`)
    assert.deepEqual(found.toSorted(), [...finds].toSorted())
  })
}

const floors: Readonly<Record<Difficulty, number>> = { easy: 0.99, realistic: 0.95, hard: 0.95, grant: 0.85 }

function f1Of(difficulty: Difficulty, size: number, seed: number): number {
  const { left, right, truth } = reconciliationSample(difficulty, size, seed)
  const pairs = reconcile(left, right).findings.filter(one => one.left !== null && one.right !== null)
  const agreed = pairs.filter(one => truth.has(`${left[one.left!]!.id} ${right[one.right!]!.id}`)).length
  return (2 * agreed) / (pairs.length + truth.size)
}

for (const [difficulty, floor] of Object.entries(floors) as [Difficulty, number][]) {
  test(`lists with known truth, ${difficulty}: F1 is ${floor} or more, at three sizes`, () => {
    for (const [size, seed] of [
      [100, 3],
      [600, 4],
      [1500, 5],
    ] as const) {
      const f1 = f1Of(difficulty, size, seed)
      assert.ok(f1 >= floor, `F1 is ${f1.toFixed(4)} at ${size} lines`)
    }
  })
}

test('where thousands have each amount and each name, names together still tell who is paid', () => {
  const f1 = f1Of('grant', 10_000, 7)
  assert.ok(f1 >= 0.89, `F1 is ${f1.toFixed(4)}`)
})

test('what providers send twice or take back is told from what is unknown', () => {
  const { left, right, expected } = reconciliationSample('realistic', 1500, 6)
  const classes = new Map<string, LineClass>()
  for (const one of reconcile(left, right).findings) {
    if (one.left === null) classes.set(right[one.right!]!.id, one.class)
  }
  const wrong = [...expected].filter(([id, kind]) => classes.get(id) !== kind)
  assert.ok(wrong.length * 20 <= expected.size, `${wrong.length} of ${expected.size} are not what they are`)
})

const anyLine = fc.record({
  id: fc.constant(''),
  references: fc.array(fc.constantFrom('R1000', 'R1001', 'R2000', 'x'), { maxLength: 2 }),
  amount: fc.option(
    fc.bigInt({ min: -5n, max: 5n }).map(units => units * 100n),
    { nil: null },
  ),
  currency: fc.constantFrom('', 'MAD', 'XOF'),
  day: fc.option(fc.integer({ min: 20_400, max: 20_430 }), { nil: null }),
  name: fc.constantFrom('', 'Fatima Alaoui', 'فاطمة العلوي', 'Omar Fall'),
  text: fc.constantFrom('', 'VIR R1000', 'retour'),
})

test('whatever the lists, every line is found once or in one group, twice the same, and none is dropped', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 25 }), fc.array(anyLine, { maxLength: 25 }), (left, right) => {
      const { findings } = reconcile(left, right)
      assert.deepEqual(reconcile(left, right).findings, findings)
      for (const [side, lines] of [
        ['left', left],
        ['right', right],
      ] as const) {
        lines.forEach((_, place) => {
          const found = findings.filter(one => one[side] === place)
          assert.ok(found.length >= 1, `${side} ${place} is lost`)
          const group = side === 'left' ? 'split' : 'grouped'
          if (found.length > 1) assert.ok(found.every(one => one.class === group))
        })
      }
      for (const { left: own, right: other, class: kind } of findings) {
        if (own === null || other === null) continue
        const [a, b] = [left[own]!.currency, right[other]!.currency]
        assert.ok(a === '' || b === '' || a === b, `${kind} joins ${a} and ${b}`)
      }
    }),
    { numRuns: 200 },
  )
})
