import { at } from './curve.ts'
import { topic } from './draws.ts'
import type { People } from './model-file.ts'
import type { Making, Person } from './person.ts'
import { rowAt, weightedByWealth } from './weighted.ts'

const T = {
  scheme: topic('scheme'),
  household: topic('household cover'),
  own: topic('own cover'),
  pension: topic('pension'),
  allowance: topic('family allowance'),
  tax: topic('income tax'),
  aid: topic('other aid'),
  disability: topic('disability'),
}

/** Says how a household's people are covered, what they receive and what they pay. Work comes before. */
export type Protector = (making: Making) => void

export function protector(data: Pick<People, 'protection' | 'school'>): Protector {
  const { protection } = data
  const cover = coverGiver(protection)
  return making => {
    const { people, draws, wealth } = making
    cover(making)
    for (const person of people) {
      person.familyAllowance =
        person.formal &&
        hasChildren(protection, making, person) &&
        draws.chance(protection.family_allowance, T.allowance, person.slot)
      const tax = person.working ? protection.income_tax[person.occupation] : undefined
      person.taxed = tax !== undefined && draws.chance(at(tax, wealth), T.tax, person.slot)
      person.otherAid = receivesAid(data, making, person)
      person.pension = isPensioner(protection, making, person)
      if (person.pension && protection.pensioners) {
        person.occupation = protection.pensioners[person.retired ? 'retired' : 'widowed']
      }
    }
    // A child of the house has one allowance: where both parents would have it, the head keeps it.
    if (people[0]!.familyAllowance)
      for (const person of people) if (person.relation === 'spouse') person.familyAllowance = false
  }
}

/** Health cover: that of an insured head or spouse for the family, one's own for other workers, by wealth for the others. */
function coverGiver(protection: People['protection']): (making: Making) => void {
  const data = protection.cover
  if (!data) return () => {}
  const informal = { urban: weightedByWealth(data.informal.urban), rural: weightedByWealth(data.informal.rural) }
  return making => {
    const { people, draws, wealth, area } = making
    const earner = people.find(
      person => (person.relation === 'head' || person.relation === 'spouse') && (person.formal || person.retired),
    )
    const shared = earner ? scheme(data, making, earner) : informal[area](draws, wealth, T.household)
    for (const person of people) {
      const ageLimit = person.level === null ? protection.child_until : data.student_until
      if (person.formal) person.cover = scheme(data, making, person)
      else if (isDependant(person, ageLimit)) person.cover = shared
      else person.cover = informal[area](draws, wealth, T.own, person.slot)
    }
  }
}

export function disabilityOf(data: NonNullable<People['disability']>, making: Making, person: Person): string {
  const row = rowAt(data.rows, person.age)
  const drawn = making.draws.below(1000, T.disability, person.slot)
  const severe = at(row.severe, making.wealth)
  if (drawn < severe) return data.codes.severe
  return drawn < severe + at(row.moderate, making.wealth) ? data.codes.moderate : data.codes.none
}

type Cover = NonNullable<People['protection']['cover']>

/** The scheme of a declared worker, or of a pensioner (who was one). */
function scheme({ schemes }: Cover, making: Making, person: Person): string {
  for (const { cover, chance, otherwise } of schemes) {
    const share = chance[person.occupation] ?? (person.retired ? 350 : otherwise)
    if (making.draws.chance(share, T.scheme, person.slot)) return cover
  }
  return schemes[schemes.length - 1]!.cover
}

function isDependant(person: Person, ageLimit: number): boolean {
  if (person.relation === 'head' || person.relation === 'spouse') return true
  if (person.relation !== 'child' && person.relation !== 'kafala_child' && person.relation !== 'grandchild')
    return false
  return person.age <= ageLimit
}

function hasChildren(protection: People['protection'], making: Making, person: Person): boolean {
  if (person.relation !== 'head' && person.relation !== 'spouse') return false
  return making.people.some(
    child => (child.relation === 'child' || child.relation === 'kafala_child') && child.age <= protection.child_until,
  )
}

function isPensioner(protection: People['protection'], making: Making, person: Person): boolean {
  const { draws, area, wealth } = making
  if (person.retired) return draws.chance(protection.pension_when_retired[area], T.pension, person.slot)
  if (person.marital !== 'widowed' || person.sex !== 'female' || person.working) return false
  return draws.chance(at(protection.pension_widow[area], wealth), T.pension, person.slot)
}

function receivesAid(data: Pick<People, 'protection' | 'school'>, making: Making, person: Person): boolean {
  const { protection, school } = data
  const student = person.level === school.advanced.level && person.schooling === school.kinds.public
  if (student) return making.wealth < 600 && making.draws.chance(protection.other_aid_student * 2, T.aid, person.slot)
  return person.age >= 18 && making.draws.chance(protection.other_aid, T.aid, person.slot)
}
