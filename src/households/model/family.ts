import { type Midwife, midwife } from './births.ts'
import { type Draws, topic } from './draws.ts'
import { anySex, join, newLine } from './joining.ts'
import type { Families, Kind, Weights } from './model-file.ts'
import type { Making, Marital, Person, Relation } from './person.ts'
import { addKafala, addOthers, extend } from './relatives.ts'
import { rowAt, type Weighted, weighted } from './weighted.ts'

const T = {
  headAge: topic('head age'),
  headSex: topic('head sex'),
  marital: topic('marital status'),
  wifeYounger: topic('wife younger'),
  furtherWife: topic('further wife'),
  grandchildren: topic('grandchildren'),
  grandchildAge: topic('grandchild age'),
  grandchildSex: topic('grandchild sex'),
  orphans: topic('orphans with grandparents'),
}

/** Fills an empty household with its people, the head first, the others in the order of a family booklet. */
export type FamilyMaker = (making: Making) => void

export function familyMaker(data: Families): FamilyMaker {
  const tables = compile(data)
  return making => {
    const age = tables.headAge[making.kind](making.draws)
    if (making.kind === 'alone') personAlone(making, tables, age)
    else if (making.kind === 'lone_parent') loneParent(making, tables, age)
    else if (making.kind === 'grandparent') grandparents(making, tables, age)
    else couple(making, tables, age)
    if (making.kind === 'extended') extend(making, data.kin, tables.addChildren)
    if (making.kind !== 'alone' && making.kind !== 'couple') addOthers(making, data.kin)
    making.people.sort(byBooklet)
  }
}

type MaritalRow = { until: number; female: Weighted; male: Weighted }
type Tables = {
  data: Families
  headAge: Record<Kind, (draws: Draws) => number>
  alone: MaritalRow[]
  loneParent: MaritalRow[]
  addChildren: Midwife
}

function compile(data: Families): Tables {
  const marital = (rows: readonly { until: number; female: Weights; male: Weights }[]) =>
    rows.map(row => ({ until: row.until, female: weighted(row.female), male: weighted(row.male) }))
  const ages = (kind: Kind) => {
    const bands = data.heads.age[kind]
    const band = weighted(Object.fromEntries(bands.map(([, , weight], place) => [place, weight])))
    return (draws: Draws) => {
      const [from, to] = bands[Number(band(draws, T.headAge))]!
      return from + draws.below(to - from + 1, T.headAge, 1)
    }
  }
  return {
    data,
    headAge: {
      alone: ages('alone'),
      couple: ages('couple'),
      nuclear: ages('nuclear'),
      lone_parent: ages('lone_parent'),
      extended: ages('extended'),
      grandparent: ages('grandparent'),
    },
    alone: marital(data.marriage.alone),
    loneParent: marital(data.marriage.lone_parent),
    addChildren: midwife(data),
  }
}

function personAlone(making: Making, tables: Tables, age: number): void {
  const woman = making.draws.chance(tables.data.heads.woman_alone[making.area], T.headSex)
  const sex = woman ? 'female' : 'male'
  const marital = rowAt(tables.alone, age)[sex](making.draws, T.marital) as Marital
  join(making, 'head', sex, age, marital, 0)
}

function loneParent(making: Making, tables: Tables, age: number): void {
  const woman = making.draws.chance(tables.data.heads.woman_lone_parent[making.area], T.headSex)
  const sex = woman ? 'female' : 'male'
  const marital = rowAt(tables.loneParent, age)[sex](making.draws, T.marital) as Marital
  const head = join(making, 'head', sex, age, marital, 0)
  making.childrenLine = woman && marital !== 'single' ? newLine(making) : 0
  tables.addChildren(making, {
    // The mother of a widower's children is not there, but their dates follow hers.
    motherBorn: woman ? head.born : head.born + 4 * 365,
    line: making.childrenLine,
    relation: 'child',
    atLeastOne: true,
    fatherDeceased: woman && marital === 'widowed',
  })
}

function grandparents(making: Making, tables: Tables, age: number): void {
  const { draws } = making
  const woman = draws.chance(450, T.headSex)
  const head = join(making, 'head', woman ? 'female' : 'male', age, woman ? 'widowed' : 'married', 0)
  if (!woman) addWife(making, tables, head, 0)
  const orphans = draws.chance(tables.data.kin.father_deceased_with_grandparents, T.orphans)
  for (let n = draws.below(3, T.grandchildren); n >= 0; n--) {
    const sex = anySex(making, T.grandchildSex, n)
    join(making, 'grandchild', sex, draws.below(17, T.grandchildAge, n), 'single', 0).fatherDeceased = orphans
  }
}

/** A head and wife or wives (or a woman head and her husband), with the children who still live there. */
function couple(making: Making, tables: Tables, age: number): void {
  const { draws, kind, area } = making
  const childless = kind === 'couple'
  const atLeastOne = kind === 'nuclear'
  if (draws.chance(tables.data.heads.woman_in_couple[area], T.headSex)) {
    const head = join(making, 'head', 'female', age, 'married', 0)
    making.childrenLine = addHusband(making, tables, head).line
    const brood = { motherBorn: head.born, line: making.childrenLine, relation: 'child', atLeastOne } as const
    if (!childless) tables.addChildren(making, brood)
    return
  }
  const head = join(making, 'head', 'male', age, 'married', 0)
  const further = childless ? [] : tables.data.marriage.further_wives[area]
  for (let turn = 0; turn <= further.length; turn++) {
    if (turn > 0 && (age < 30 + turn * 4 || !draws.chance(further[turn - 1]!, T.furtherWife, turn))) break
    const wife = addWife(making, tables, head, turn)
    if (turn > 0) making.nuclei++
    const brood = { motherBorn: wife.born, line: 0, relation: 'child', atLeastOne: atLeastOne && turn === 0 } as const
    if (!childless) tables.addChildren(making, brood)
  }
  if (!childless) addKafala(making, tables.data.kin)
}

function addWife(making: Making, tables: Tables, head: Person, turn: number): Person {
  const [least, most] = tables.data.marriage.wife_younger
  const younger = making.draws.around(least, most, T.wifeYounger, turn) + turn * 4
  const age = Math.max(18, Math.min(head.age - younger, 95))
  return join(making, 'spouse', 'female', age, 'married', newLine(making))
}

function addHusband(making: Making, tables: Tables, head: Person): Person {
  const [least, most] = tables.data.marriage.wife_younger
  const age = Math.max(19, Math.min(head.age + making.draws.around(least, most, T.wifeYounger), 95))
  return join(making, 'spouse', 'male', age, 'married', newLine(making))
}

const order: Record<Relation, number> = {
  head: 0,
  spouse: 1,
  child: 2,
  kafala_child: 3,
  parent: 4,
  sibling: 5,
  grandchild: 6,
  other: 7,
}

/** Head, spouse, children eldest first, then the others by kin and age; equal ages in the order they were made. */
function byBooklet(one: Person, two: Person): number {
  return order[one.relation] - order[two.relation] || one.born - two.born || one.slot - two.slot
}
