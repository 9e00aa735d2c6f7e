import type { Midwife } from './births.ts'
import type { Curve } from './curve.ts'
import { topic } from './draws.ts'
import { anySex, bornAtAge, join, joinBorn, newLine } from './joining.ts'
import type { Families } from './model-file.ts'
import type { Making, Marital, Person } from './person.ts'
import { countAlong } from './weighted.ts'

const T = {
  parent: topic('parent'),
  parentAge: topic('parent age'),
  parentAlone: topic('parent alone'),
  sibling: topic('sibling'),
  siblingAge: topic('sibling age'),
  siblingMarital: topic('sibling marital status'),
  married: topic('married child'),
  marriedAge: topic('married child age'),
  wifeAge: topic('age of the wife of a married child'),
  daughter: topic('daughter with children'),
  other: topic('other'),
  otherAge: topic('other age'),
  kafala: topic('kafala'),
  kafalaAge: topic('kafala age'),
}

type Kin = Families['kin']

/** Makes a couple's household one of three generations or of siblings. At least one relative joins. */
export function extend(making: Making, kin: Kin, addChildren: Midwife): void {
  const { draws, area, wealth } = making
  const head = making.people[0]!
  if (head.age <= kin.elders_until) {
    const parents = draws.chance(kin.parent[area], T.parent)
    if (parents) addParents(making, kin, head)
    const siblings = countAlong(kin.siblings[area] as Curve[], draws, wealth, T.sibling)
    for (let n = 0; n < Math.max(siblings, parents ? 0 : 1); n++) addSibling(making, head, n)
    return
  }
  const daughter = head.age >= 50 && draws.chance(kin.daughter_with_children[area], T.daughter)
  if (daughter) addMarriedChild(making, head, 20, true, addChildren)
  const sons = countAlong(kin.married_children[area] as Curve[], draws, wealth, T.married)
  for (let n = 0; n < Math.max(sons, daughter ? 0 : 1); n++) addMarriedChild(making, head, n, false, addChildren)
}

/** Persons of any tie: lodgers, nieces and nephews, domestic workers. */
export function addOthers(making: Making, kin: Kin): void {
  const [youngest, eldest] = kin.other_age
  const count = countAlong(kin.other[making.area] as Curve[], making.draws, making.wealth, T.other)
  for (let n = 0; n < count; n++) {
    const age = making.draws.around(youngest, eldest, T.otherAge, n)
    const marital: Marital = age < 30 ? 'single' : age < 60 ? 'divorced' : 'widowed'
    join(making, 'other', anySex(making, T.other, 50 + n), age, marital, newLine(making))
  }
}

/** A child taken into the family by kafala, in few couples. */
export function addKafala(making: Making, kin: Kin): void {
  const { draws } = making
  if (making.people[0]!.age < 30 || !draws.chance(kin.kafala[making.area], T.kafala)) return
  const sex = anySex(making, T.kafala, 1)
  const child = join(making, 'kafala_child', sex, draws.below(18, T.kafalaAge), 'single', newLine(making))
  child.fatherDeceased = draws.chance(kin.father_deceased_kafala, T.kafala, 2)
}

function addParents(making: Making, kin: Kin, head: Person): void {
  const { draws } = making
  const motherAge = Math.min(97, head.age + draws.around(19, 36, T.parentAge))
  const both = motherAge < 85 && draws.chance(kin.both_parents, T.parentAlone)
  const widower = !both && draws.chance(140, T.parentAlone, 1)
  const marital = both ? 'married' : 'widowed'
  if (!widower) join(making, 'parent', 'female', motherAge, marital, newLine(making))
  if (both || widower) join(making, 'parent', 'male', Math.min(97, motherAge + 5), marital, 0)
  else head.fatherDeceased = true
  if (both) making.nuclei++
}

function addSibling(making: Making, head: Person, turn: number): void {
  const { draws } = making
  const age = Math.max(15, head.age - 12 + draws.below(20, T.siblingAge, turn))
  const marital: Marital = age >= 35 && draws.chance(250, T.siblingMarital, turn) ? 'divorced' : 'single'
  const sibling = join(making, 'sibling', anySex(making, T.sibling, 50 + turn), age, marital, 0)
  sibling.fatherDeceased = head.fatherDeceased
}

/** A married son with wife and children, or a daughter who came back with hers. */
function addMarriedChild(making: Making, head: Person, turn: number, daughter: boolean, addChildren: Midwife): void {
  const { draws, childrenLine } = making
  const mother = making.people.find(person => person.relation !== 'child' && person.sex === 'female')
  const youngestParent = Math.min(head.age, mother?.age ?? head.age)
  const age = Math.min(46, youngestParent - 19 - draws.below(9, T.marriedAge, turn))
  const born = apartFromOthers(making, bornAtAge(making, Math.max(15, age), 100 + turn))
  // Parents too young for a married child of 20 have a grown one who is not married yet.
  if (age < 20) {
    joinBorn(making, 'child', anySex(making, T.married, 40 + turn), born, 'single', childrenLine)
    return
  }
  making.nuclei++
  if (daughter) {
    const widowed = draws.chance(300, T.daughter, 1)
    joinBorn(making, 'child', 'female', born, widowed ? 'widowed' : 'divorced', childrenLine)
    const line = newLine(making)
    addChildren(making, { motherBorn: born, line, relation: 'grandchild', atLeastOne: true, fatherDeceased: widowed })
    return
  }
  joinBorn(making, 'child', 'male', born, 'married', childrenLine)
  const wifeAge = Math.max(18, age - draws.below(8, T.wifeAge, turn))
  const wife = join(making, 'other', 'female', wifeAge, 'married', newLine(making))
  addChildren(making, { motherBorn: wife.born, line: childrenLine, relation: 'grandchild' })
}

/** The birth moved back until it is a year away from those of the head's other children: one mother has them all. */
function apartFromOthers(making: Making, born: number): number {
  const close = making.people.find(person => person.relation === 'child' && Math.abs(person.born - born) < 330)
  return close ? apartFromOthers(making, close.born - 330) : born
}
