// Random Moroccan households from a seed: believable enough to reach every branch, odd enough to reach every edge.
import type { Wire } from './truth.ts'

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const LEVELS = [
  'preschool',
  'primary_1',
  'primary_2',
  'primary_3',
  'primary_4',
  'primary_5',
  'primary_6',
  'college_1',
  'college_2',
  'college_3',
  'lycee',
  'vocational',
  'higher',
]

/** @param months the months that the case may be of */
export function randomHousehold(seed: number, months: readonly string[]): Wire {
  const next = random(seed)
  const pick = <Value>(list: readonly Value[]): Value => list[Math.floor(next() * list.length)] as Value
  const chance = (share: number) => next() < share
  const below = (limit: number) => Math.floor(next() * limit)
  const at = pick(months)
  // Half of the households are complete; of the others, facts are unknown here and there.
  const gap = chance(0.5) ? 0 : pick([0.01, 0.05, 0.3])
  const facts = (all: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(all).filter(
        ([name]) => name === 'id' || (all.relation === 'head' && name === 'relation') || !chance(gap),
      ),
    )
  const area = pick(['urban', 'rural'])
  const poor = chance(0.7)
  const asset = () => chance(poor ? 0.08 : 0.5)
  const money = (limit: number) =>
    chance(0.3) ? `${below(limit)}` : `${below(limit)}.${String(below(100)).padStart(2, '0')}`
  const size = chance(0.05) ? 20 : 1 + below(8)
  const birthDate = (years: number) => {
    const year = Number(at.slice(0, 4)) - years
    if (chance(0.1)) return `${year - (year % 4)}-02-29`
    const month = chance(0.3) ? Number(at.slice(5)) : 1 + below(12)
    return `${year}-${String(month).padStart(2, '0')}-${chance(0.3) ? '01' : String(1 + below(28)).padStart(2, '0')}`
  }
  const head = below(size)
  const members = Array.from({ length: size }, (_, i) => {
    const relation =
      i === head
        ? 'head'
        : pick([
            'spouse',
            'child',
            'child',
            'child',
            'child',
            'kafala_child',
            'parent',
            'sibling',
            'grandchild',
            'other',
          ])
    const child = relation === 'child' || relation === 'kafala_child' || relation === 'grandchild'
    const years = child ? below(28) - 1 : 15 + below(70)
    const schooling =
      child && years > 3 && chance(0.8)
        ? pick(['public', 'public', 'private', 'vocational'])
        : pick(['none', 'none', 'none', 'public'])
    const level = chance(0.15) || schooling === 'none' ? {} : { school_level: pick(LEVELS) }
    return facts({
      id: `m${i + 1}`,
      birth_date: birthDate(years),
      sex: pick(['female', 'male']),
      relation,
      marital_status: child
        ? pick(['single', 'single', 'single', 'single', 'married'])
        : pick(['single', 'married', 'widowed', 'widowed', 'divorced']),
      education: pick(['none', 'basic', 'secondary', 'higher']),
      diploma: pick(['none', 'none', 'general', 'technical', 'higher']),
      literate: chance(0.6),
      occupation: pick([
        'none',
        'none',
        'senior_manager',
        'middle_manager',
        'employee',
        'equipment_operator',
        'craftsman',
        'farm_operator',
        'trader',
        'labourer',
        'other',
      ]),
      employer: chance(0.1),
      income_activity: chance(0.4),
      retired_or_rentier: chance(0.1),
      health_cover: pick([
        'none',
        'none',
        'none',
        'none',
        'ramed',
        'amo_tadamon',
        'amo_achamil',
        'cnss',
        'cnops',
        'private',
      ]),
      schooling,
      ...level,
      absences_month: below(10),
      absences_health_month: chance(0.7) ? 0 : below(4),
      disability: pick(['none', 'none', 'none', 'none', 'moderate', 'severe']),
      father_deceased: chance(0.25),
      receives_pension: chance(0.1),
      receives_family_allowance: chance(0.03),
      receives_other_state_aid: chance(0.1),
      pays_income_tax: chance(0.1),
    })
  })
  const [year, month] = [at.slice(0, 4), at.slice(5)]
  const card = chance(0.6)
    ? {
        ramed_card_until: pick([
          '2019-12-30',
          '2019-12-31',
          `${at}-01`,
          `${at}-02`,
          `${Number(year) - 1}-${month}-28`,
          `${Number(year) + 1}-01-31`,
        ]),
      }
    : {}
  const birth = chance(0.6)
    ? { birth_declared: pick([`${at}-01`, `${at}-28`, `${at}-15`, `${Number(year) - 1}-${month}-15`]) }
    : {}
  return {
    id: `s${seed}`,
    at,
    household: facts({
      territory: pick([
        ...Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, '0')),
        '01.051',
        '07.351',
        '09.541.05.21.',
        '09.541.05.21',
      ]),
      area,
      dwelling: pick([
        'villa',
        'flat',
        'traditional_house',
        'rural_stone_house',
        'modern_house',
        'room',
        'shack',
        'other',
      ]),
      rooms: 1 + below(8),
      nuclei: 1 + below(3),
      bathroom: asset(),
      electricity_meter: asset(),
      computer: asset(),
      satellite_dish: asset(),
      fixed_phone: asset(),
      loan: asset(),
      second_home: asset(),
      garage: asset(),
      professional_premises: asset(),
      non_agricultural_land: asset(),
      irrigated_land: asset(),
      mobile_phones: below(poor ? 3 : 8),
      cars: below(poor ? 1 : 3),
      motorcycles: below(3),
      cows: below(4),
      butane_annual: money(poor ? 900 : 3000),
      utilities_annual: money(poor ? 2000 : 9000),
      telecom_annual: money(poor ? 1000 : 6000),
      ...card,
      informal_income_lost: chance(0.5),
      ...birth,
      ...(chance(0.7) ? { births_declared_before: below(4) } : {}),
    }),
    members,
  }
}
