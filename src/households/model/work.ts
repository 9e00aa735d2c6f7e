import { at } from './curve.ts'
import { topic } from './draws.ts'
import type { People } from './model-file.ts'
import type { Making, Person } from './person.ts'
import { rowAt, weighted } from './weighted.ts'

const T = {
  employed: topic('employed'),
  occupation: topic('occupation'),
  employer: topic('employer'),
  retired: topic('retired'),
  rentier: topic('rentier'),
  formal: topic('formal'),
}

/** Says what a person does for a living. Learning comes before. */
export type WorkGiver = (making: Making, person: Person) => void

export function workGiver(data: Pick<People, 'work' | 'protection'>): WorkGiver {
  const { work, protection } = data
  const occupation = {
    urban: occupations(work.occupations.urban, work.women_percent),
    rural: occupations(work.occupations.rural, work.women_percent),
  }
  return (making, person) => {
    const { draws, wealth, area } = making
    person.occupation = work.none
    person.working = isWorking(work, making, person)
    if (person.working) {
      person.occupation = occupation[area](person.education)[person.sex](draws, T.occupation, person.slot)
      const chance = work.employer[person.occupation]
      person.employer =
        chance !== undefined && person.age >= 22 && draws.chance(at(chance, wealth), T.employer, person.slot)
      const declared = protection.formal[person.occupation]
      const percent = protection.formal_area_percent[area]
      person.formal =
        !person.employer &&
        declared !== undefined &&
        person.age >= 18 &&
        person.age < 63 &&
        draws.chance(Math.floor((at(declared, wealth) * percent) / 100), T.formal, person.slot)
      return
    }
    if (person.age >= work.retired_from) {
      person.retired = draws.chance(at(work.retired[area][person.sex], wealth), T.retired, person.slot)
    } else if (person.age >= 25 && person.level === null) {
      person.retired = draws.chance(at(work.rentier, wealth), T.rentier, person.slot)
    }
  }
}

function isWorking(work: People['work'], making: Making, person: Person): boolean {
  if (person.age < 15) return false
  let chance = at(rowAt(work.employed, person.age)[making.area][person.sex], making.wealth)
  if (person.level !== null) chance = work.in_school
  else if (person.relation === 'head' && person.age < 60) chance += work.head_bonus[person.sex]
  return making.draws.chance(chance, T.employed, person.slot)
}

function occupations(
  table: Readonly<Record<string, Record<string, number>>>,
  percent: Readonly<Record<string, number>>,
) {
  const byEducation = new Map(
    Object.entries(table).map(([education, weights]) => {
      const women = Object.entries(weights).map(([code, weight]) => [
        code,
        Math.floor((weight * (percent[code] ?? 100)) / 100),
      ])
      return [education, { male: weighted(weights), female: weighted(Object.fromEntries(women)) }]
    }),
  )
  return (education: string) => byEducation.get(education)!
}
