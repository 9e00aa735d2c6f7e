import type { Days } from './days.ts'
import type { ModelledFacts, ModelledValue } from './household-facts.ts'
import type { Person } from './person.ts'

/** Every fact that the model knows of a person, by the catalogue's name. A country's model lists those it has. */
const known: Record<string, (person: Person, days: Days) => ModelledValue | undefined> = {
  birth_date: (person, days) => days.text(person.born),
  sex: person => person.sex,
  relation: person => person.relation,
  marital_status: person => person.marital,
  education: person => person.education,
  diploma: person => person.diploma,
  literate: person => person.literate,
  occupation: person => person.occupation,
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

export function memberFacts(names: readonly string[], days: Days): (person: Person) => ModelledFacts {
  const readers = names.map(name => {
    const reader = known[name]
    if (!reader) throw new Error(`the model knows no member fact ${name}; it knows ${Object.keys(known).join(', ')}`)
    return reader
  })
  return person => {
    const facts: ModelledFacts = {}
    for (let place = 0; place < names.length; place++) {
      const value = readers[place]!(person, days)
      if (value !== undefined) facts[names[place]!] = value
    }
    return facts
  }
}
