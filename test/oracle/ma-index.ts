// The index worked out a second time, in plain code written from the contract and not from the pack. The coefficients are
// typed again here on purpose.
import { type Fraction, fraction, plus, sevenPlaces, times, ZERO } from './fraction.ts'
import {
  age,
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
