import { ageOn, type DateText } from '#kernel'
import type { ModelledHousehold } from './household.ts'

export type DescribeOptions = {
  /** The day on which ages are counted. */
  readonly asOf: DateText
  /** What the country's rules say of a household, where that is asked for. */
  readonly assess?: (household: ModelledHousehold) => Assessment
}

export type Assessment = {
  /** Scores by name, in ten-millionths, null where unknown. */
  readonly scores: Readonly<Record<string, number | null>>
  /** Whether the household is eligible, by programme, null where undetermined. */
  readonly eligible: Readonly<Record<string, boolean | null>>
}

/** One line of the report: a figure for the country, and for its urban and rural households. */
export type Figure = { readonly name: string; readonly all: string; readonly urban: string; readonly rural: string }

export type ModelDescription = {
  readonly figures: readonly Figure[]
  /** Share eligible for each programme, in per cent, by the first part of the territory's code. */
  readonly byRegion: readonly {
    readonly region: string
    readonly households: number
    readonly shares: Readonly<Record<string, string>>
  }[]
}

type Area = 'urban' | 'rural'
type Facts = Readonly<Record<string, unknown>>

/** A share of the members of whom the fact is known; a country whose catalogue lacks the fact has no such line. */
type Test = {
  readonly name: string
  readonly fact: string
  readonly among?: (age: number, facts: Facts) => boolean
  readonly has: (age: number, facts: Facts) => boolean
}

const isPupil = (facts: Facts) => facts.schooling !== 'none'
const between = (from: number, to: number) => (age: number) => age >= from && age <= to
const atSchool = (from: number, to: number): Test => ({
  name: `at school, ${from}-${to}`,
  fact: 'schooling',
  among: between(from, to),
  has: (_, facts) => isPupil(facts),
})

const shares: readonly Test[] = [
  { name: 'women', fact: 'sex', has: (_, facts) => facts.sex === 'female' },
  { name: 'under 15', fact: 'birth_date', has: age => age < 15 },
  { name: '15 to 59', fact: 'birth_date', has: between(15, 59) },
  { name: '60 and over', fact: 'birth_date', has: age => age >= 60 },
  { name: '65 and over', fact: 'birth_date', has: age => age >= 65 },
  atSchool(4, 5),
  atSchool(6, 11),
  atSchool(12, 14),
  atSchool(15, 17),
  {
    name: 'in private school, pupils 6-14',
    fact: 'school_level',
    among: (age, facts) => age >= 6 && age < 15 && isPupil(facts),
    has: (_, facts) => facts.schooling === 'private',
  },
  {
    name: 'cannot read, 10 and over',
    fact: 'literate',
    among: age => age >= 10,
    has: (_, facts) => facts.literate === false,
  },
  {
    name: 'with an income activity, 15 and over',
    fact: 'income_activity',
    among: age => age >= 15,
    has: (_, facts) => facts.income_activity === true,
  },
  {
    name: 'men with an income activity, 15 and over',
    fact: 'income_activity',
    among: (age, facts) => age >= 15 && facts.sex === 'male',
    has: (_, facts) => facts.income_activity === true,
  },
  { name: 'disabled', fact: 'disability', has: (_, facts) => facts.disability !== 'none' },
]

class Tally {
  private readonly sums = new Map<string, number>()
  add(key: string, by = 1): void {
    this.sums.set(key, (this.sums.get(key) ?? 0) + by)
  }
  get(key: string): number {
    return this.sums.get(key) ?? 0
  }
}

/** What a stretch of modelled households looks like, in one pass; memory is constant but for the scores kept. */
export function describeModel(households: Iterable<ModelledHousehold>, options: DescribeOptions): ModelDescription {
  const tally = new Tally()
  const regions = new Set<string>()
  const scores = new Map<string, Record<Area, number[]>>()
  const programmes = new Set<string>()
  for (const household of households) {
    const area = household.facts.area as Area
    const region = household.territory.split('.')[0]!
    regions.add(region)
    tally.add(`region ${region}`)
    countHousehold(tally, household, area, options.asOf)
    const assessed = options.assess?.(household)
    for (const [name, score] of Object.entries(assessed?.scores ?? {})) {
      if (!scores.has(name)) scores.set(name, { urban: [], rural: [] })
      if (score !== null) scores.get(name)![area].push(score)
    }
    for (const [name, eligible] of Object.entries(assessed?.eligible ?? {})) {
      programmes.add(name)
      if (eligible === null) tally.add(`undetermined ${name} ${area}`)
      if (!eligible) continue
      tally.add(`eligible ${name} ${area}`)
      tally.add(`eligible ${name} region ${region}`)
    }
  }
  const names = [...programmes]
  return {
    figures: [
      ...householdFigures(tally),
      ...names.map(name => shareFigure(tally, `eligible for ${name}`, `eligible ${name}`, 'households')),
      ...names.map(name => shareFigure(tally, `undetermined for ${name}`, `undetermined ${name}`, 'households')),
      ...[...scores].flatMap(([name, values]) => scoreDeciles(name, values)),
    ],
    byRegion: [...regions].sort().map(region => {
      const all = tally.get(`region ${region}`)
      const share = (name: string) => [name, percent(tally.get(`eligible ${name} region ${region}`), all)] as const
      return { region, households: all, shares: Object.fromEntries(names.map(share)) }
    }),
  }
}

function countHousehold(tally: Tally, household: ModelledHousehold, area: Area, asOf: DateText): void {
  const size = household.members.length
  tally.add(`households ${area}`)
  tally.add(`members ${area}`, size)
  tally.add(`size ${size >= 8 ? '8 and over' : size} ${area}`)
  if (household.members[0]!.facts.sex === 'female') tally.add(`head ${area}`)
  for (const member of household.members) {
    const age = ageOn(member.facts.birth_date as DateText, asOf)
    for (const { name, fact, among, has } of shares) {
      if (member.facts[fact] === undefined || among?.(age, member.facts) === false) continue
      tally.add(`${name} among ${area}`)
      if (has(age, member.facts)) tally.add(`${name} has ${area}`)
    }
  }
}

function householdFigures(tally: Tally): Figure[] {
  const count = (name: string, area?: Area) =>
    area ? tally.get(`${name} ${area}`) : tally.get(`${name} urban`) + tally.get(`${name} rural`)
  const three = (name: string, of: (area?: Area) => string): Figure => ({
    name,
    all: of(),
    urban: of('urban'),
    rural: of('rural'),
  })
  const sizes = ['1', '2', '3', '4', '5', '6', '7', '8 and over']
  return [
    three('households', area => String(count('households', area))),
    three('members', area => String(count('members', area))),
    three('mean size', area => hundredths(count('members', area), count('households', area))),
    ...sizes.map(size => shareFigure(tally, `of ${size}`, `size ${size}`, 'households')),
    shareFigure(tally, 'headed by a woman', 'head', 'households'),
    ...shares
      .map(({ name }) => shareFigure(tally, name, `${name} has`, `${name} among`))
      .filter(figure => figure.all !== ''),
  ]
}

function shareFigure(tally: Tally, name: string, part: string, whole: string): Figure {
  const of = (...areas: Area[]) => {
    const sum = (key: string) => areas.reduce((total, area) => total + tally.get(`${key} ${area}`), 0)
    return percent(sum(part), sum(whole))
  }
  return { name, all: of('urban', 'rural'), urban: of('urban'), rural: of('rural') }
}

function scoreDeciles(name: string, scores: Record<Area, number[]>): Figure[] {
  const sorted = { urban: scores.urban.toSorted((a, b) => a - b), rural: scores.rural.toSorted((a, b) => a - b) }
  const all = [...scores.urban, ...scores.rural].sort((a, b) => a - b)
  if (all.length === 0) return []
  const value = (list: readonly number[], decile: number) => {
    const score = list[Math.min(list.length - 1, Math.floor((list.length * decile) / 10))]
    return score === undefined
      ? ''
      : `${Math.floor(score / 10_000_000)}.${String(Math.floor((score % 10_000_000) / 10_000)).padStart(3, '0')}`
  }
  return [1, 2, 3, 4, 5, 6, 7, 8, 9].map(decile => ({
    name: `${name}, decile ${decile}`,
    all: value(all, decile),
    urban: value(sorted.urban, decile),
    rural: value(sorted.rural, decile),
  }))
}

function percent(part: number, whole: number): string {
  if (whole === 0) return ''
  const tenths = Math.round((part * 1000) / whole)
  return `${Math.floor(tenths / 10)}.${tenths % 10} %`
}

function hundredths(part: number, whole: number): string {
  if (whole === 0) return ''
  const value = Math.round((part * 100) / whole)
  return `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`
}

/** The description as text in columns, headed by the word that must never be missing. */
export function descriptionText(description: ModelDescription): string {
  const row = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(44) : cell.padStart(16))).join('')
  const names = Object.keys(description.byRegion[0]?.shares ?? {})
  return [
    'Modelled households (not observed)',
    row(['', 'all', 'urban', 'rural']),
    ...description.figures.map(figure => row([figure.name, figure.all, figure.urban, figure.rural])),
    row(['region', 'households', ...names.map(name => ` ${name}`)]),
    ...description.byRegion.map(line =>
      row([line.region, String(line.households), ...names.map(name => line.shares[name] ?? '')]),
    ),
    '',
  ].join('\n')
}
