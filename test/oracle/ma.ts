// The Moroccan programmes worked out a second time, in plain code written from the contract and not from the packs:
// the packs and this must agree on every household. Tables of figures are typed again here on purpose.
import { index } from './ma-index.ts'
import {
  ageTest,
  and,
  count,
  fact,
  is,
  type Member,
  not,
  or,
  type Truth,
  test,
  truth,
  type Wire,
  whole,
} from './truth.ts'

export type Expected = {
  outcome: string
  amount: string | null
  score: string | null
  reasons: [string, Truth][]
  lines: [string, string | null][]
  covered: string[]
  wayIn?: string
}

function scoreText(score: bigint | null): string | null {
  if (score === null) return null
  const digits = score.toString().padStart(8, '0')
  return `${digits.slice(0, -7)}.${digits.slice(-7)}`
}

const TADAMON = 93264284n
const ASD = 97430010n

type Pack = {
  from: string
  to?: string
  scored: boolean
  /** Refusals in order, then what the household gets: centimes, or null where unknown, or undefined where no amount is set. */
  decide: (
    wire: Wire,
    score: bigint | null,
  ) => {
    reasons: [string, Truth][]
    amount?: () => number | null
    lines?: () => [string, number | null][]
    covered?: () => string[]
    wayIn?: string | undefined
  }
}

const above = (score: bigint | null, threshold: bigint): [string, Truth] => [
  'score_above_threshold',
  test(score, value => value > threshold),
]
const contributory = (wire: Wire): [string, Truth] => [
  'covered_by_contributory_scheme',
  is(fact(wire.members.find(member => member.relation === 'head') as Member, 'health_cover'), 'cnss', 'cnops'),
]
const asdReasons = (wire: Wire, score: bigint | null): [string, Truth][] => [
  above(score, ASD),
  ['family_allowance_received', or(...wire.members.map(member => truth(member, 'receives_family_allowance')))],
]
const youngKin = (member: Member) => is(fact(member, 'relation'), 'child', 'kafala_child')
const asdChild = (wire: Wire) => (member: Member) =>
  and(
    youngKin(member),
    is(fact(member, 'marital_status'), 'single'),
    ageTest(member, wire.at, years => years < 21),
  )

/** Eldest first, then as declared; null as soon as it is unknown whether somebody belongs. */
function eldestFirst(wire: Wire, belongs: (member: Member) => Truth): Member[] | null {
  if (wire.members.some(member => belongs(member) === null)) return null
  const found = wire.members.filter(member => belongs(member) === true)
  return found.sort((a, b) =>
    String(a.birth_date) < String(b.birth_date) ? -1 : String(a.birth_date) > String(b.birth_date) ? 1 : 0,
  )
}

function atDate<Value>(at: string, steps: [string, Value][]): Value {
  return (steps.filter(([from]) => from <= at).at(-1) as [string, Value])[1]
}

function asdAllowance(wire: Wire, member: Member, rank: number): number | null {
  const { at } = wire
  const good = or(
    ageTest(member, at, years => years <= 5),
    not(is(fact(member, 'schooling'), 'none')),
  )
  if (good === null) return null
  const orphan = truth(member, 'father_deceased')
  const severe = is(fact(member, 'disability'), 'severe')
  if (severe === null) return null
  let rate: number
  if (rank > 3) rate = good ? 36 : 24
  else if (!good)
    rate = atDate(at, [
      ['2023-12', 150],
      ['2025-01', 175],
      ['2026-01', 200],
    ])
  else if (orphan === null) return null
  else if (orphan)
    rate = atDate(at, [
      ['2023-12', 350],
      ['2025-01', 375],
      ['2026-01', 400],
    ])
  else
    rate = atDate(at, [
      ['2023-12', 200],
      ['2025-01', 250],
      ['2026-01', 300],
    ])
  return rate + (severe ? 100 : 0)
}

function asdLines(wire: Wire): [string, number | null][] | null {
  const children = eldestFirst(wire, asdChild(wire))
  return children === null
    ? null
    : children.slice(0, 6).map((child, i) => [String(child.id), asdAllowance(wire, child, i + 1)])
}

const sum = (values: (number | null)[]) =>
  values.includes(null) ? null : (values as number[]).reduce((a, b) => a + b, 0)

function validOn(wire: Wire, day: string): boolean {
  const until = fact(wire.household, 'ramed_card_until') as string | null
  return until !== null && until >= day
}

function tayssirPupil(wire: Wire) {
  return (member: Member): Truth => {
    const level = fact(member, 'school_level') as string | null
    const primary = level?.startsWith('primary_') ?? false
    const college = level?.startsWith('college_') ?? false
    return and(
      is(fact(member, 'relation'), 'child', 'kafala_child', 'grandchild'),
      is(fact(member, 'schooling'), 'public'),
      or(and(primary, is(fact(wire.household, 'area'), 'rural')), college),
    )
  }
}

function tayssirLine(wire: Wire, member: Member): number | null {
  const level = String(member.school_level)
  const year = Number(level.at(-1))
  const amount = level.startsWith('college_') ? 140 : year <= 2 ? 60 : year <= 4 ? 80 : 100
  if (wire.at >= '2020-09' && wire.at <= '2023-02') return amount
  const [days, health] = [whole(member, 'absences_month'), whole(member, 'absences_health_month')]
  const area = fact(wire.household, 'area')
  if (days === null || health === null) return null
  if (level.startsWith('college_') && area === null) return null
  return days - health > (level.startsWith('college_') && area === 'rural' ? 6 : 4) ? 0 : amount
}

export const PACKS: Record<string, Pack> = {
  'ma/amo-tadamon': {
    from: '2022-12',
    scored: true,
    decide: (wire, score) => ({
      reasons: [above(score, TADAMON), contributory(wire)],
      covered: () =>
        wire.members
          .filter(member =>
            or(
              is(fact(member, 'relation'), 'head', 'spouse'),
              and(
                youngKin(member),
                or(
                  ageTest(member, wire.at, years => years < 21),
                  and(
                    ageTest(member, wire.at, years => years < 26),
                    is(fact(member, 'marital_status'), 'single'),
                    fact(member, 'school_level') === 'higher',
                  ),
                  not(is(fact(member, 'disability'), 'none')),
                ),
              ),
            ),
          )
          .map(member => String(member.id)),
    }),
  },
  'ma/amo-achamil': {
    from: '2024-12',
    scored: true,
    decide: (wire, score) => ({
      reasons: [['eligible_for_tadamon', test(score, value => value <= TADAMON)], contributory(wire)],
      amount: () => {
        if (score === null) return null
        const scale: [bigint, number][] = [
          [95124369n, 144],
          [97430010n, 176],
          [99903727n, 224],
          [102373160n, 287],
          [104310480n, 355],
          [107399520n, 454],
          [110130680n, 611],
        ]
        return scale.find(([top]) => score <= top)?.[1] ?? 1164
      },
    }),
  },
  'ma/asd': {
    from: '2023-12',
    scored: true,
    decide: (wire, score) => ({
      reasons: asdReasons(wire, score),
      amount: () => {
        const total = sum(asdLines(wire)?.map(([, value]) => value) ?? [null])
        return total === null ? null : Math.max(500, total)
      },
      lines: () => asdLines(wire) ?? [],
    }),
  },
  'ma/asd-school-start': {
    from: '2024-09',
    scored: true,
    decide: (wire, score) => {
      const pupil = (member: Member) =>
        and(
          asdChild(wire)(member),
          is(fact(member, 'schooling'), 'public'),
          /^(primary_|college_|lycee$)/.test(String(fact(member, 'school_level'))),
        )
      const pupils = eldestFirst(wire, pupil)?.slice(0, 6) ?? null
      const grant = (member: Member) => (member.school_level === 'lycee' ? 300 : 200)
      return {
        reasons: [
          ...asdReasons(wire, score),
          ['not_the_season', !wire.at.endsWith('-09')],
          ['no_eligible_pupil', not(or(...wire.members.map(pupil)))],
        ],
        amount: () => (pupils === null ? null : sum(pupils.map(grant))),
        lines: () => pupils?.map(member => [String(member.id), grant(member)]) ?? [],
      }
    },
  },
  'ma/asd-birth': {
    from: '2023-12',
    scored: true,
    decide: (wire, score) => {
      const before = whole(wire.household, 'births_declared_before') ?? 0
      const birth = fact(wire.household, 'birth_declared') as string | null
      return {
        reasons: [
          ...asdReasons(wire, score),
          ['no_birth_declared', birth === null || birth.slice(0, 7) !== wire.at],
          ['two_births_already_granted', before >= 2],
        ],
        amount: () => (before === 0 ? 2000 : 1000),
      }
    },
  },
  'ma/tayssir': {
    from: '2018-12',
    to: '2023-11',
    scored: false,
    decide: wire => {
      const pupil = tayssirPupil(wire)
      const lines = () =>
        wire.members
          .filter(member => pupil(member) === true)
          .map((member): [string, number | null] => [String(member.id), tayssirLine(wire, member)])
      return {
        reasons: [
          ['no_valid_ramed_card', !validOn(wire, `${wire.at}-01`)],
          ['no_eligible_pupil', not(or(...wire.members.map(pupil)))],
        ],
        amount: () =>
          wire.members.some(member => pupil(member) === null) ? null : sum(lines().map(([, value]) => value)),
        lines,
      }
    },
  },
  'ma/daam': {
    from: '2014-12',
    to: '2023-11',
    scored: false,
    decide: wire => {
      const widow = (member: Member) =>
        and(
          is(fact(member, 'sex'), 'female'),
          is(fact(member, 'marital_status'), 'widowed'),
          is(fact(member, 'relation'), 'head', 'spouse'),
        )
      const orphan = (member: Member) =>
        and(
          youngKin(member),
          truth(member, 'father_deceased'),
          or(
            ageTest(member, wire.at, years => years < 6),
            and(
              ageTest(member, wire.at, years => years < 21),
              not(is(fact(member, 'schooling'), 'none')),
            ),
            not(is(fact(member, 'disability'), 'none')),
          ),
        )
      const anyWidow = or(...wire.members.map(widow))
      const first = wire.members.find(member => widow(member) !== false)
      const tested = (check: (member: Member) => Truth): Truth =>
        and(anyWidow, first === undefined ? false : widow(first) === null ? null : check(first))
      const orphans = count(wire.members, orphan)
      return {
        reasons: [
          ['no_widow', not(anyWidow)],
          ['no_valid_ramed_card', !validOn(wire, `${wire.at}-01`)],
          ['taxed', tested(member => truth(member, 'pays_income_tax'))],
          [
            'other_aid_received',
            tested(member =>
              or(
                truth(member, 'receives_pension'),
                truth(member, 'receives_family_allowance'),
                truth(member, 'receives_other_state_aid'),
              ),
            ),
          ],
          ['no_eligible_orphan', not(or(...wire.members.map(orphan)))],
        ],
        amount: () => (orphans === null ? null : Math.min(1050, orphans * 350)),
        lines: () => wire.members.filter(member => orphan(member) === true).map(member => [String(member.id), 350]),
      }
    },
  },
  'ma/tadamon-covid': {
    from: '2020-04',
    to: '2020-07',
    scored: false,
    decide: wire => {
      const size = wire.members.length
      const card = validOn(wire, '2019-12-31')
      const lost = truth(wire.household, 'informal_income_lost')
      const head = wire.members.find(member => member.relation === 'head') as Member
      return {
        reasons: [
          ['neither_ramed_nor_informal', card ? false : not(lost)],
          ['already_aided_by_state', truth(head, 'receives_other_state_aid')],
        ],
        amount: () => (size <= 2 ? 800 : size <= 4 ? 1000 : 1200),
        wayIn: card ? 'ramed' : lost ? 'informal' : undefined,
      }
    },
  },
}

/** What the pack must answer for a household. */
export function expected(id: string, wire: Wire): Expected {
  const pack = PACKS[id] as Pack
  const nothing = { amount: null, score: null, lines: [], covered: [] }
  if (wire.at < pack.from || wire.at > (pack.to ?? '9999-12')) {
    return { ...nothing, outcome: 'not_eligible', reasons: [['programme_not_in_force', true]] }
  }
  const score = pack.scored ? index(wire) : null
  const { reasons, amount, lines, covered, wayIn } = pack.decide(wire, score)
  const refused = reasons.some(([, holds]) => holds === true)
  const value = amount === undefined ? undefined : amount()
  const open = reasons.some(([, holds]) => holds === null) || value === null
  const outcome = refused ? 'not_eligible' : open ? 'undetermined' : 'eligible'
  return {
    outcome,
    amount: outcome === 'eligible' && typeof value === 'number' ? `${value}.00` : null,
    score: pack.scored ? scoreText(score) : null,
    reasons,
    lines: refused ? [] : (lines?.() ?? []).map(([member, each]) => [member, each === null ? null : `${each}.00`]),
    covered: outcome === 'eligible' ? (covered?.() ?? []) : [],
    ...(wayIn === undefined || refused ? {} : { wayIn }),
  }
}
