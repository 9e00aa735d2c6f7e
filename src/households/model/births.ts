import { at } from './curve.ts'
import { topic } from './draws.ts'
import { anySex, joinBorn } from './joining.ts'
import type { Families } from './model-file.ts'
import type { Making } from './person.ts'
import { rowAt, type Weighted, weighted } from './weighted.ts'

const T = {
  number: topic('number of births'),
  first: topic('first birth'),
  spacing: topic('spacing'),
  twin: topic('twin'),
  sex: topic('sex'),
  home: topic('still at home'),
  orphan: topic('father deceased'),
  divorced: topic('divorced child'),
}

/** Children of one mother, who need not be in the household herself. */
export type Brood = {
  readonly motherBorn: number
  readonly line: number
  readonly relation: 'child' | 'grandchild'
  /** At least one lives here: it is what makes the household what it is. */
  readonly atLeastOne?: boolean
  readonly fatherDeceased?: boolean
}

/** Adds, of the births of a mother (in order and spaced), those who still live with the family. */
export type Midwife = (making: Making, brood: Brood) => void

export function midwife(data: Pick<Families, 'births' | 'home' | 'kin'>): Midwife {
  const numbers = (list: readonly number[]): Weighted => weighted(Object.fromEntries(list.entries()))
  const rows = data.births.numbers.map(row => ({
    until: row.mother_until,
    urban: numbers(row.urban),
    rural: numbers(row.rural),
  }))
  return (making, brood) => {
    const { draws } = making
    const turn = making.people.length * 32
    const row = rowAt(rows, making.days.age(brood.motherBorn))
    const number = Number(row[making.area](draws, T.number, turn)) + leaning(data.births, making, turn)
    const orphan = brood.fatherDeceased === true || draws.chance(data.kin.father_deceased, T.orphan, turn)
    const births = birthDays(data.births, making, brood, Math.max(number, brood.atLeastOne ? 1 : 0), turn)
    let stayed = 0
    for (const [n, born] of births.entries()) {
      const sex = anySex(making, T.sex, turn + n)
      const age = making.days.age(born)
      // The last one stays where somebody must.
      const needed = brood.atLeastOne && stayed === 0 && n === births.length - 1
      if (!needed && !draws.chance(rowAt(data.home.rows, age)[making.area][sex], T.home, turn + n)) continue
      stayed++
      const marital = age >= 30 && draws.chance(70, T.divorced, turn + n) ? 'divorced' : 'single'
      joinBorn(making, brood.relation, sex, born, marital, brood.line).fatherDeceased = orphan
    }
  }
}

/** Poorer families have more children than the table says, richer ones fewer: whole births and a chance of one more. */
function leaning(births: Families['births'], making: Making, turn: number): number {
  const thousandths = at(births.by_wealth[making.area], making.wealth)
  const certain = Math.floor(thousandths / 1000)
  return certain + (making.draws.chance(thousandths - certain * 1000, T.number, turn + 1) ? 1 : 0)
}

/** The days of birth, from a first birth at an age of the area and at distances of it, up to the mother's last and to today. */
function birthDays(births: Families['births'], making: Making, brood: Brood, number: number, turn: number): number[] {
  const { draws, days, area } = making
  const [early, late] = births.first_at[area]
  const [close, wide] = births.spacing_days[area]
  let born = brood.motherBorn + draws.around(early * 365, late * 365, T.first, turn)
  const recent = days.today - 1 - draws.below(700, T.first, turn + 1)
  if (brood.atLeastOne && born > recent) born = recent
  const last = Math.min(days.today - 1, brood.motherBorn + births.last_at * 365)
  const list: number[] = []
  for (let n = 0; n < number && born < days.today && (n === 0 || born <= last); n++) {
    list.push(born)
    if (!draws.chance(births.twins, T.twin, turn + n)) born += draws.around(close, wide, T.spacing, turn + n)
  }
  return list
}
