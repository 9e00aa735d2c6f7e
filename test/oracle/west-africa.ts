// The packs of Senegal and Mali worked out a second time, in plain code written from the reference and not from the packs.
import { ageTest, and, fact, is, type Member, not, or, type Truth, test, truth, type Wire } from './truth.ts'

export type Expected = { outcome: string; amount: string | null; reasons: [string, Truth][]; lines: (string | null)[] }

type Rule = (wire: Wire) => {
  reasons: [string, Truth][]
  /** Whole francs; null where unknown. */
  amount: () => number | null
  lines?: () => (number | null)[]
}
type Pack = { from: string; to?: string; rule: Rule }

const headOf = (wire: Wire) => wire.members.find(member => member.relation === 'head') as Member
const some = (wire: Wire, check: (member: Member) => Truth) => or(...wire.members.map(check))
const money = (owner: Record<string, unknown>, name: string): number | null => {
  const text = fact(owner, name) as string | null
  return text === null ? null : Number(text)
}

/** Completed months between a day and the first of a month; 0 or less for a later day. */
function monthsSince(day: string, at: string): number {
  const [y, m, d] = day.split('-').map(Number) as [number, number, number]
  const [year, month] = at.split('-').map(Number) as [number, number]
  const months = (year - y) * 12 + month - m
  return months > 0 && d > 1 ? months - 1 : months
}

/** Hundred-thousandths of an amount, half up to the franc. */
const share = (amount: number, rate: number): number =>
  Number((BigInt(amount) * BigInt(rate) * 2n + 100_000n) / 200_000n)

const poor = (wire: Wire): [string, Truth] => [
  'not_poor',
  not(is(fact(wire.household, 'wealth_group'), 'very_poor', 'poor')),
]

export const PACKS: Record<string, Pack> = {
  'sn/pnbsf': {
    from: '2013-09',
    rule: wire => {
      const { at } = wire
      const schoolAge = (member: Member) => ageTest(member, at, years => years >= 6 && years <= 12)
      const young = (member: Member) => ageTest(member, at, years => years <= 5)
      const gives = (member: Member) =>
        or(
          schoolAge(member),
          at >= '2014-01' ? young(member) : and(young(member), false),
          at >= '2023-04' ? truth(member, 'equal_opportunity_card') : false,
        )
      const since = fact(wire.household, 'pnbsf_since') as string | null
      const inSchool = (member: Member) => and(is(fact(member, 'schooling'), 'formal'), truth(member, 'attends_school'))
      return {
        reasons: [
          ['not_in_extreme_poverty', not(truth(wire.household, 'rnu_extreme_poor'))],
          ['nobody_gives_right', not(some(wire, gives))],
          ['five_years_over', since !== null && monthsSince(since, at) >= 60],
          ['school_condition_not_met', some(wire, member => and(schoolAge(member), not(inSchool(member))))],
          [
            'vaccination_not_up_to_date',
            some(wire, member => and(young(member), not(truth(member, 'vaccination_up_to_date')))),
          ],
          [
            'birth_not_registered',
            some(wire, member => and(or(young(member), schoolAge(member)), not(truth(member, 'birth_registered')))),
          ],
        ],
        amount: () => (at >= '2023-01' ? 35_000 : 25_000),
      }
    },
  },
  'sn/cmu-contribution': {
    from: '2013-01',
    rule: wire => {
      const free = or(truth(wire.household, 'indigent'), truth(wire.household, 'pnbsf_beneficiary'))
      const each = free === null ? null : free ? 0 : 3_500
      return {
        reasons: [['adherent_under_age', ageTest(headOf(wire), wire.at, years => years < 18)]],
        amount: () => (each === null ? null : each * wire.members.length),
        lines: () => wire.members.map(() => each),
      }
    },
  },
  'sn/ipm-contribution': {
    from: '2012-08',
    rule: wire => {
      const head = headOf(wire)
      const wage = money(head, 'wage_monthly')
      // The rate in hundred-thousandths, half of it for each side: twice the divisor.
      const rate = fact(head, 'ipm_rate') as string | null
      const units = rate === null ? null : Math.round(Number(rate) * 100_000)
      const half =
        wage === null || units === null
          ? null
          : Number((BigInt(Math.min(250_000, Math.max(60_000, wage))) * BigInt(units) + 100_000n) / 200_000n)
      return {
        reasons: [
          ['not_an_employee', not(is(fact(head, 'employment'), 'employee'))],
          ['rate_out_of_bounds', test(units, value => value < 4_000 || value > 15_000)],
        ],
        amount: () => half,
        lines: () => [half, half],
      }
    },
  },
  'ml/jigisemejiri': {
    from: '2013-03',
    to: '2022-12',
    rule: wire => {
      const since = fact(wire.household, 'jigisemejiri_since') as string | null
      return {
        reasons: [
          poor(wire),
          ['not_selected', not(truth(wire.household, 'jigisemejiri_selected'))],
          ['thirty_six_months_over', since !== null && monthsSince(since, wire.at) >= 36],
        ],
        amount: () => 3 * (wire.at >= '2018-01' ? 15_000 : 10_000),
      }
    },
  },
  'ml/covid-transfer': {
    from: '2020-01',
    to: '2021-12',
    rule: wire => ({
      reasons: [
        ['not_registered', not(truth(wire.household, 'rsu_registered'))],
        poor(wire),
        ['already_received', truth(wire.household, 'covid_transfer_received')],
      ],
      amount: () => 90_000,
    }),
  },
  'ml/amo-contribution': {
    from: '2010-10',
    rule: wire => {
      const head = headOf(wire)
      const category = fact(head, 'insurance_category') as string | null
      const rates: Record<string, [string, number, number]> = {
        private_employee: ['wage_monthly', 3_060, 3_500],
        civil_servant: ['wage_monthly', 3_060, 4_480],
        military: ['wage_monthly', 3_060, 4_480],
        pensioner: ['pension_monthly', 750, 0],
        survivor: ['pension_monthly', 750, 0],
      }
      const rate = category === null ? undefined : rates[category]
      const base = rate === undefined ? null : money(head, rate[0])
      const part = (index: 1 | 2) => (rate === undefined || base === null ? null : share(base, rate[index]))
      return {
        reasons: [['no_compulsory_category', is(category, 'none', 'self_employed')]],
        amount: () => part(1),
        lines: () => [part(1), part(2)],
      }
    },
  },
  'ml/voluntary-insurance': {
    from: '2023-01',
    rule: wire => {
      const head = headOf(wire)
      const income = money(head, 'income_quarterly')
      const base =
        income === null
          ? null
          : income < 150_000
            ? 125_000
            : income < 450_000
              ? 400_000
              : income < 750_000
                ? 675_000
                : income <= 1_500_000
                  ? 900_000
                  : 1_000_000
      const wanted: [Truth, number][] = [
        [truth(head, 'wants_family_benefits'), 8_000],
        [truth(head, 'wants_amo'), 6_560],
        [truth(head, 'wants_pension'), 9_000],
      ]
      const part = ([wants, rate]: [Truth, number]) =>
        wants === false ? 0 : wants === null || base === null ? null : (base * rate) / 100_000
      const parts = wanted.map(part)
      return {
        reasons: [
          ['compulsorily_insured', not(is(fact(head, 'insurance_category'), 'none', 'self_employed'))],
          ['no_branch_chosen', not(or(...wanted.map(([wants]) => wants)))],
        ],
        amount: () => (parts.includes(null) ? null : (parts as number[]).reduce((a, b) => a + b, 0)),
        lines: () => parts.filter((_, index) => wanted[index]?.[0] === true),
      }
    },
  },
}

export function expected(id: string, wire: Wire): Expected {
  const pack = PACKS[id] as Pack
  if (wire.at < pack.from || wire.at > (pack.to ?? '9999-12')) {
    return { outcome: 'not_eligible', amount: null, reasons: [['programme_not_in_force', true]], lines: [] }
  }
  const { reasons, amount, lines } = pack.rule(wire)
  const refused = reasons.some(([, holds]) => holds === true)
  const value = amount()
  const open = value === null || reasons.some(([, holds]) => holds === null)
  const outcome = refused ? 'not_eligible' : open ? 'undetermined' : 'eligible'
  return {
    outcome,
    amount: outcome === 'eligible' ? String(value) : null,
    reasons,
    lines: refused ? [] : (lines?.() ?? []).map(each => (each === null ? null : String(each))),
  }
}
