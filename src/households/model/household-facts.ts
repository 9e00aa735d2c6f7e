import { at, type Curve } from './curve.ts'
import { type Days, daysAround } from './days.ts'
import { topic } from './draws.ts'
import type { BySetting, FactSpec, Facts } from './model-file.ts'
import type { Making, Person } from './person.ts'
import { countAlong, type WeightedByWealth, weightedByWealth } from './weighted.ts'

/** A fact's value as it travels: money and dates are text. A fact that is unknown, or absent with a meaning, is not there. */
export type ModelledValue = string | number | boolean

export type ModelledFacts = Record<string, ModelledValue>

/** What the facts of a household are drawn from. */
export type Setting = { readonly making: Making; readonly setting: keyof BySetting<unknown> }

type Drawer = (from: Setting, earlier: ModelledFacts) => ModelledValue | undefined

/** The household's own facts, in the order of the model's file. */
export function householdFacts(facts: Facts, days: Days, money: number) {
  const names = Object.keys(facts.household)
  const drawers = names.map(name => drawerOf(name, facts.household[name]!, facts, days, money))
  return (making: Making, values: ModelledFacts): void => {
    const from: Setting = { making, setting: making.farm ? 'farm' : making.area }
    for (let place = 0; place < names.length; place++) {
      const value = drawers[place]!(from, values)
      if (value !== undefined) values[names[place]!] = value
    }
  }
}

function drawerOf(name: string, spec: FactSpec, facts: Facts, days: Days, money: number): Drawer {
  const T = topic(`fact ${name}`)
  switch (spec.kind) {
    case 'chance':
      return ({ making, setting }, earlier) =>
        (spec.given === undefined || earlier[spec.given] === true) &&
        (spec.needs !== 'informal_head' || isInformal(making.people[0]!)) &&
        making.draws.chance(at(pick(spec.of, setting), making.wealth), T)
    case 'chain':
      return ({ making, setting }) => countAlong(pick(spec.of, setting), making.draws, making.wealth, T)
    case 'persons':
      return from => {
        const count = countPersons(spec.from_age, at(pick(spec.of, from.setting), from.making.wealth), from.making, T)
        return count === 0 && from.making.draws.chance(spec.at_least_one, T, 4096) ? 1 : count
      }
    case 'quantity':
      return from => {
        const hundredths = spreadAround(
          pick(spec.base, from.setting),
          pick(spec.member, from.setting),
          spec.spread_percent,
          from,
          T,
        )
        return Math.min(spec.max, Math.max(spec.min, Math.floor((hundredths + 50) / 100)))
      }
    case 'money':
      return moneyDrawer(spec, money, T)
    case 'choice':
      return choiceDrawer(spec.of, T)
    case 'date':
      return dateDrawer(spec, days, T)
    case 'built_in':
      return builtIn(name, facts, days)
  }
}

export function pick<Value>(of: BySetting<Value>, setting: keyof BySetting<unknown>): Value {
  return setting === 'farm' ? (of.farm ?? of.rural) : of[setting]
}

function isInformal(head: Person): boolean {
  return head.working && !head.formal
}

function countPersons(fromAge: number, chance: number, making: Making, topicNumber: number): number {
  let count = 0
  for (const person of making.people) {
    if (person.age >= fromAge && making.draws.chance(chance, topicNumber, person.slot)) count++
  }
  return count
}

/** base + member × size, moved by up to the spread, the middle likelier. */
function spreadAround(base: Curve, member: Curve, percent: number, { making }: Setting, topicNumber: number): number {
  const middle = at(base, making.wealth) + at(member, making.wealth) * making.people.length
  return Math.floor((middle * making.draws.around(100 - percent, 100 + percent, topicNumber)) / 100)
}

/** What ends a whole amount in a currency of that many places. */
export function centsText(places: number): string {
  return places === 0 ? '' : `.${'0'.repeat(places)}`
}

function moneyDrawer(spec: Extract<FactSpec, { kind: 'money' }>, places: number, topicNumber: number): Drawer {
  const cents = centsText(places)
  return from => {
    const { making, setting } = from
    if (spec.nothing && making.draws.chance(at(pick(spec.nothing, setting), making.wealth), topicNumber, 7))
      return `0${cents}`
    const amount = spreadAround(
      pick(spec.base, setting),
      pick(spec.member, setting),
      spec.spread_percent,
      from,
      topicNumber,
    )
    return `${Math.floor(amount / spec.step) * spec.step}${cents}`
  }
}

function choiceDrawer(of: BySetting<Record<string, Curve>>, topicNumber: number): Drawer {
  const compiled = compileChoice(of)
  return ({ making, setting }) => compiled[setting](making.draws, making.wealth, topicNumber)
}

/** Weights of a choice, ready to draw from in any setting. */
export function compileChoice(
  of: BySetting<Record<string, Curve>>,
): Record<keyof BySetting<unknown>, WeightedByWealth> {
  const urban = weightedByWealth(of.urban)
  const rural = weightedByWealth(of.rural)
  return { urban, rural, farm: of.farm ? weightedByWealth(of.farm) : rural }
}

function dateDrawer(spec: Extract<FactSpec, { kind: 'date' }>, days: Days, topicNumber: number): Drawer {
  const from = daysAround(spec.from).today
  const width = daysAround(spec.to).today - from + 1
  return ({ making, setting }, earlier) =>
    (spec.given === undefined || earlier[spec.given] === true) &&
    making.draws.chance(at(pick(spec.of, setting), making.wealth), topicNumber)
      ? days.text(from + making.draws.below(width, topicNumber, 1))
      : undefined
}

/** The facts that are counted on the family itself. */
function builtIn(name: string, facts: Facts, days: Days): Drawer {
  if (name === 'nuclei') return ({ making }) => making.nuclei
  const grant = facts.grant
  if (!grant) throw new Error(`the model has no block grant, which ${name} needs`)
  const since = daysAround(grant.counted_from).today
  switch (name) {
    case 'birth_declared':
      return ({ making }) => {
        const birth = declaredBirth(making, grant.months, grant.asked)
        return birth === undefined ? undefined : days.text(birth)
      }
    case 'births_declared_before':
      return ({ making }) => {
        const declared = declaredBirth(making, grant.months, grant.asked)
        const births = new Set(making.people.filter(isOwnChild).map(child => child.born))
        let count = 0
        for (const born of births) if (born >= since && born !== declared) count++
        return count
      }
    default:
      throw new Error(
        `the model cannot compute ${name}: built_in is for nuclei, birth_declared, births_declared_before`,
      )
  }
}

const askedTopic = topic('grant asked')

/** The day of the household's youngest birth, where it is recent and the grant is asked for. */
function declaredBirth(making: Making, months: number, asked: number): number | undefined {
  let youngest = 0
  for (const person of making.people) if (isOwnChild(person) && person.born > youngest) youngest = person.born
  if (youngest < making.days.today - months * 30 || !making.draws.chance(asked, askedTopic)) return undefined
  return youngest
}

function isOwnChild(person: Person): boolean {
  return person.relation === 'child'
}
