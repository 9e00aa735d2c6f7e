import { topic } from './draws.ts'
import { type Making, type Marital, Person, type Relation, type Sex } from './person.ts'

const dayTopic = topic('day of the year')

/** Adds a person of about that age (the day of birth is drawn within the year). */
export function join(
  making: Making,
  relation: Relation,
  sex: Sex,
  age: number,
  marital: Marital,
  line: number,
): Person {
  const slot = making.people.length
  return joinBorn(making, relation, sex, bornAtAge(making, age, slot), marital, line)
}

/** Adds a person born on that day. */
export function joinBorn(
  making: Making,
  relation: Relation,
  sex: Sex,
  born: number,
  marital: Marital,
  line: number,
): Person {
  const slot = making.people.length
  const person = new Person(slot, relation, sex, born, making.days.age(born), marital, line)
  making.people.push(person)
  return person
}

export function anySex(making: Making, topicNumber: number, slot: number): Sex {
  return making.draws.chance(488, topicNumber, slot) ? 'female' : 'male'
}

/** A surname that the household does not have yet. */
export function newLine(making: Making): number {
  making.lines++
  return making.lines
}

/** The birth day of someone of that age, the day drawn within the year. */
export function bornAtAge(making: Making, age: number, slot: number): number {
  return making.days.today - Math.floor((age * 1461) / 4) - 1 - making.draws.below(364, dayTopic, slot)
}
