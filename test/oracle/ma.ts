// The Moroccan programmes worked out a second time, in plain code written from the contract and not from the packs:
// the packs and this must agree on every household. Tables of figures are typed again here on purpose.
import { type Fraction, fraction, plus, sevenPlaces, times, ZERO } from './fraction.ts'

export type Wire = {
  id: string
  at: string
  household: Record<string, unknown>
  members: Record<string, unknown>[]
}
export type Truth = boolean | null
type Member = Record<string, unknown>

export type Expected = {
  outcome: string
  amount: string | null
  score: string | null
  reasons: [string, Truth][]
  lines: [string, string | null][]
  covered: string[]
  wayIn?: string
}

const and = (...all: Truth[]): Truth => (all.includes(false) ? false : all.includes(null) ? null : true)
const or = (...all: Truth[]): Truth => (all.includes(true) ? true : all.includes(null) ? null : false)
const not = (truth: Truth): Truth => (truth === null ? null : !truth)
const is = (value: unknown, ...codes: unknown[]): Truth => (value === null ? null : codes.includes(value))
const test = <Value>(value: Value | null, check: (value: Value) => boolean): Truth =>
  value === null ? null : check(value)

const fact = (owner: Record<string, unknown>, name: string) => owner[name] ?? null
const truth = (owner: Record<string, unknown>, name: string) => fact(owner, name) as Truth
const whole = (owner: Record<string, unknown>, name: string) => fact(owner, name) as number | null

/** Completed years on the first day of the month; 0 for somebody born later. */
function age(member: Member, at: string): number | null {
  const birth = fact(member, 'birth_date') as string | null
  if (birth === null) return null
  const [by, bm, bd] = birth.split('-').map(Number) as [number, number, number]
  const [y, m] = at.split('-').map(Number) as [number, number]
  const years = y - by - (m < bm || (m === bm && bd > 1) ? 1 : 0)
  return Math.max(0, years)
}

const ageTest = (member: Member, at: string, check: (age: number) => boolean) => test(age(member, at), check)

function count(members: Member[], check: (member: Member) => Truth): number | null {
  const answers = members.map(check)
  return answers.includes(null) ? null : answers.filter(Boolean).length
}

const URBAN = [
  0.103, 0.035, 0.0475, 0.096, 0.0466, 0.0806, 0.0782, 0.11, 0.182, 0.0605, 0.138, 0.0873, 0.0532, 0.151, 0.135, 0.173,
  0.117, 0.111, -0.177, 0.00533, -0.0104, 0.0000771, 0.105, -0.0319, -0.0557, 0.12, 0.139, 0.307, 0.18, 0.0516, 0.226,
  0.0598, 0.000422, 0.00011, 0.000302,
]
const RURAL = [
  0.13, 0.127, 0.129, 0.108, 0.0569, 0.154, 0.196, 0.125, 0.0722, 0.19, 0, 0.0635, 0.193, 0.334, 0.233, 0.126, -0.138,
  0.00469, 0.0523, 0.0337, 0.0781, 0.128, 0.344, 0.301, 0.0257, 0.000755, 0.000145, 0.00086,
]
const REGION_URBAN = [0.107, 0.196, 0.123, 0.0555, 0, 0.22, 0.194, 0, 0, 0.285, 0.285, 0.285]
const REGION_RURAL = [0.42, 0.23, 0.296, 0.302, 0.351, 0.464, 0.377, 0, 0.221, 0.318, 0.318, 0.318]

type Variable = Fraction | number | Truth

/** The index as an exact fraction, rounded once. Null where one variable is unknown. */
export function index({ at, household: h, members }: Wire): bigint | null {
  const head = members.find(member => member.relation === 'head') as Member
  const size = members.length
  const headAge = age(head, at)
  const adult = (member: Member) => ageTest(member, at, years => years >= 15)
  const share = (check: (member: Member) => Truth, among: (member: Member) => Truth): Fraction | null => {
    const all = count(members, among)
    const some = count(members, member => and(among(member), check(member)))
    if (all === null || some === null) return null
    return all === 0 ? ZERO : fraction(BigInt(some), BigInt(all))
  }
  const perHead = (name: string): Fraction | null => {
    const text = fact(h, name) as string | null
    return text === null ? null : times(decimal(text), fraction(1n, BigInt(size)))
  }
  const rooms = whole(h, 'rooms')
  const spouses = count(members, member => is(fact(member, 'relation'), 'spouse'))
  const alone = or(size === 1, size === 2 ? test(spouses, number => number === 1) : false)
  const atMost = (persons: number) => test(rooms, number => size <= persons * number)
  const cover = or(...members.map(member => not(is(fact(member, 'health_cover'), 'none', 'ramed', 'amo_tadamon'))))
  const between = (low: number, high: number) => (member: Member) =>
    ageTest(member, at, years => low <= years && years <= high)
  const squared = (value: number | null) => (value === null ? null : value * value)
  const area = fact(h, 'area')
  if (area === null) return null
  const region = fact(h, 'territory') as string | null
  if (region === null) return null
  const regionNumber = Number(region.slice(0, 2)) - 1
  const variables: Variable[] =
    area === 'urban'
      ? [
          alone,
          test(whole(h, 'nuclei'), number => number > 1),
          atMost(2),
          truth(h, 'bathroom'),
          truth(h, 'electricity_meter'),
          is(fact(head, 'education'), 'higher'),
          is(fact(head, 'occupation'), 'senior_manager'),
          is(fact(head, 'occupation'), 'middle_manager'),
          truth(head, 'employer'),
          truth(head, 'retired_or_rentier'),
          truth(h, 'computer'),
          truth(h, 'satellite_dish'),
          truth(h, 'fixed_phone'),
          cover,
          truth(h, 'loan'),
          truth(h, 'second_home'),
          truth(h, 'garage'),
          truth(h, 'professional_premises'),
          size,
          size * size,
          headAge,
          squared(headAge),
          count(members, member => and(between(6, 14)(member), is(fact(member, 'schooling'), 'private'))),
          count(members, member => and(between(6, 14)(member), is(fact(member, 'schooling'), 'public'))),
          share(member => is(fact(member, 'diploma'), 'none'), adult),
          share(member => is(fact(member, 'diploma'), 'technical'), adult),
          share(member => truth(member, 'income_activity'), adult),
          share(member => is(fact(member, 'occupation'), 'equipment_operator'), adult),
          share(
            member => is(fact(member, 'occupation'), 'senior_manager'),
            () => true,
          ),
          whole(h, 'mobile_phones'),
          whole(h, 'cars'),
          whole(h, 'motorcycles'),
          perHead('butane_annual'),
          perHead('utilities_annual'),
          perHead('telecom_annual'),
        ]
      : [
          alone,
          is(fact(h, 'dwelling'), 'villa', 'flat', 'traditional_house', 'rural_stone_house'),
          atMost(2),
          and(not(atMost(2)), atMost(3)),
          is(fact(head, 'education'), 'basic'),
          is(fact(head, 'occupation'), 'senior_manager'),
          is(fact(head, 'occupation'), 'equipment_operator'),
          is(fact(head, 'occupation'), 'craftsman'),
          is(fact(head, 'occupation'), 'farm_operator'),
          truth(head, 'employer'),
          0,
          test(whole(h, 'motorcycles'), number => number >= 1),
          cover,
          truth(h, 'second_home'),
          truth(h, 'non_agricultural_land'),
          truth(h, 'irrigated_land'),
          size,
          size * size,
          count(members, between(19, 29)),
          count(members, between(30, 59)),
          count(members, between(60, 999)),
          share(member => truth(member, 'literate'), adult),
          share(member => is(fact(member, 'diploma'), 'higher'), adult),
          share(member => is(fact(member, 'occupation'), 'trader'), adult),
          whole(h, 'cows'),
          perHead('butane_annual'),
          perHead('utilities_annual'),
          perHead('telecom_annual'),
        ]
  if (variables.includes(null)) return null
  const coefficients = area === 'urban' ? URBAN : RURAL
  const start = area === 'urban' ? [9.825, REGION_URBAN[regionNumber]] : [8.695, REGION_RURAL[regionNumber]]
  let sum = start.reduce((total: Fraction, value) => plus(total, decimal(String(value))), ZERO)
  variables.forEach((variable, i) => {
    const worth = typeof variable === 'object' ? (variable as Fraction) : fraction(BigInt(Number(variable)), 1n)
    sum = plus(sum, times(decimal(plain(coefficients[i] as number)), worth))
  })
  return sevenPlaces(sum)
}

function plain(value: number): string {
  return value.toFixed(10).replace(/0+$/, '').replace(/\.$/, '')
}

function decimal(text: string): Fraction {
  const [head = '0', tail = ''] = text.split('.')
  return fraction(BigInt(head + tail), 10n ** BigInt(tail.length))
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
