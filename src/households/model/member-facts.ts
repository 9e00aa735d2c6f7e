import { at } from './curve.ts'
import type { Days } from './days.ts'
import { topic } from './draws.ts'
import { centsText, compileChoice, type ModelledFacts, type ModelledValue, pick } from './household-facts.ts'
import type { Facts, MemberSpec } from './model-file.ts'
import type { Making, Person } from './person.ts'

/** Every fact that the model knows of a person, by the catalogue's name. A country's model lists those it has. */
const known: Record<string, (person: Person, days: Days) => ModelledValue | undefined> = {
  birth_date: (person, days) => days.text(person.born),
  sex: person => person.sex,
  marital_status: person => person.marital,
  education: person => person.education,
  diploma: person => person.diploma,
  literate: person => person.literate,
  occupation: person => person.occupation,
  employment: person => person.occupation,
  insurance_category: person => person.occupation,
  employer: person => person.employer,
  income_activity: person => person.working,
  retired_or_rentier: person => person.retired,
  health_cover: person => person.cover,
  schooling: person => person.schooling,
  school_level: person => person.level ?? undefined,
  absences_month: person => (person.level === null ? undefined : person.absences),
  absences_health_month: person => (person.level === null ? undefined : person.absencesHealth),
  disability: person => person.disability,
  father_deceased: person => person.fatherDeceased,
  receives_pension: person => person.pension,
  receives_family_allowance: person => person.familyAllowance,
  receives_other_state_aid: person => person.otherAid,
  pays_income_tax: person => person.taxed,
}

export type MemberFacts = (making: Making, person: Person) => ModelledFacts

export function memberFacts(facts: Facts, days: Days, places: number): MemberFacts {
  const readers = facts.member.map(name => {
    const reader =
      name === 'relation' ? (person: Person) => facts.relations[person.relation] ?? person.relation : known[name]
    if (!reader) throw new Error(`the model knows no member fact ${name}; it knows ${Object.keys(known).join(', ')}`)
    return { name, reader }
  })
  const drawers = Object.entries(facts.member_more).map(([name, spec]) => ({
    name,
    drawer: drawerOf(name, spec, places),
  }))
  return (making, person) => {
    const values: ModelledFacts = {}
    for (const { name, reader } of readers) {
      const value = reader(person, days)
      if (value !== undefined) values[name] = value
    }
    for (const { name, drawer } of drawers) {
      const value = drawer(making, person)
      if (value !== undefined) values[name] = value
    }
    return values
  }
}

const among: Record<MemberSpec['among'], (person: Person) => boolean> = {
  everyone: () => true,
  declared_workers: person => person.formal,
  pupils: person => person.level !== null,
  pensioners: person => person.pension,
  disabled: person => person.disabled,
}

type Drawer = (making: Making, person: Person) => ModelledValue | undefined

/** A fact of some members: those of the ages and of the group that the model names. */
function drawerOf(name: string, spec: MemberSpec, places: number): Drawer {
  const draw = valueDrawer(spec, topic(`member fact ${name}`), places)
  const [youngest, eldest] = spec.ages
  return (making, person) => {
    const { age, occupation } = person
    const owns = age >= youngest && age <= eldest && among[spec.among](person)
    if (!owns || (spec.occupations && !spec.occupations.includes(occupation))) return spec.otherwise
    return draw(making, spec.together ? 0 : person.slot + 1)
  }
}

function valueDrawer(
  spec: MemberSpec,
  topicNumber: number,
  places: number,
): (making: Making, slot: number) => ModelledValue {
  const setting = (making: Making) => (making.farm ? 'farm' : making.area)
  switch (spec.kind) {
    case 'chance':
      return (making, slot) => making.draws.chance(at(pick(spec.of, setting(making)), making.wealth), topicNumber, slot)
    case 'choice': {
      const choices = compileChoice(spec.of)
      return (making, slot) => choices[setting(making)](making.draws, making.wealth, topicNumber, slot)
    }
    case 'money':
    case 'number': {
      const cents = centsText(places)
      return (making, slot) => {
        const percent = making.draws.around(100 - spec.spread_percent, 100 + spec.spread_percent, topicNumber, slot)
        const amount = Math.floor((at(pick(spec.of, setting(making)), making.wealth) * percent) / 100)
        const rounded = Math.floor(amount / spec.step) * spec.step
        // Whoever counts at all counts to one step: an employer has a worker.
        return spec.kind === 'number' ? Math.max(spec.step, rounded) : `${rounded}${cents}`
      }
    }
  }
}
