import { banker, type ModelledAccount, phoneOf, recipientOf } from './contacts.ts'
import { daysAround } from './days.ts'
import { Draws, topic } from './draws.ts'
import { familyMaker } from './family.ts'
import { householdFacts, type ModelledFacts, type ModelledValue } from './household-facts.ts'
import { teacher } from './learning.ts'
import { memberFacts } from './member-facts.ts'
import type { Area, Contacts, Facts, Families, Kind, NameRow, People, Population } from './model-file.ts'
import { type ModelledName, namer } from './names.ts'
import type { Making } from './person.ts'
import { placer } from './places.ts'
import { disabilityOf, protector } from './protection.ts'
import { workGiver } from './work.ts'

export type ModelledMember = ModelledName & {
  /** `m1`, `m2` …: the order of declaration, the head first. */
  readonly sourceId: string
  readonly phone: string | undefined
  readonly facts: ModelledFacts
}

export type ModelledHousehold = {
  /** Made, not observed: goes with the household wherever it goes. */
  readonly modelled: true
  /** Country, seed and number: `MA-7-0000012`. The same household has the same one in any run. */
  readonly sourceId: string
  /** The province (or its like) of the country's territories. */
  readonly territory: string
  readonly facts: ModelledFacts
  readonly members: readonly ModelledMember[]
  /** The `sourceId` of the member who receives what the household is paid. */
  readonly recipient: string
  readonly account: ModelledAccount
}

/** The files of packs/<country>/model and packs/<country>/names, read and checked. */
export type ModelFiles = {
  readonly population: Population
  readonly families: Families
  readonly people: People
  readonly facts: Facts
  readonly contacts: Contacts
  readonly given: readonly NameRow[]
  readonly surnames: readonly NameRow[]
}

/** Makes household `index` of a seed; depends on nothing else. */
export type HouseholdMaker = (seed: number, index: number) => ModelledHousehold

const T = {
  unknown: topic('unknown'),
  which: topic('which is unknown'),
  who: topic('whose is unknown'),
}

export function householdMaker(files: ModelFiles): HouseholdMaker {
  const { population, people: lives, contacts } = files
  const days = daysAround(population.as_of.date)
  const place = placer(population, files.families)
  const fill = familyMaker(files.families)
  const teach = teacher(lives)
  const employ = workGiver(lives)
  const protect = protector(lives)
  const ownFacts = householdFacts(files.facts, days, population.money_places.places)
  const factsOf = memberFacts(files.facts, days, population.money_places.places)
  const namesOf = namer(contacts.names, files.given, files.surnames)
  const accountOf = banker(contacts.accounts)
  const prefix = population.country.toUpperCase()

  function make(draws: Draws, area: Area, kind: Kind, wealth: number): Making {
    const making: Making = {
      draws,
      days,
      area,
      kind,
      wealth,
      people: [],
      nuclei: 1,
      farm: false,
      lines: 0,
      childrenLine: 0,
    }
    fill(making)
    for (const person of making.people) {
      if (lives.disability) {
        person.disability = disabilityOf(lives.disability, making, person)
        person.disabled = person.disability !== lives.disability.codes.none
      }
      teach(making, person)
      employ(making, person)
      if (lives.work.farmers.includes(person.occupation)) making.farm = true
    }
    protect(making)
    return making
  }

  return (seed, index) => {
    const draws = new Draws(seed, index)
    const { territory, area, kind, wealth } = place(draws)
    const making = make(draws, area, kind, wealth)
    const facts: ModelledFacts = { territory, area }
    ownFacts(making, facts)
    const receiver = recipientOf(contacts.recipient, making)
    const phones = phonesOf(making, receiver, facts.mobile_phones, contacts)
    const names = namesOf(making)
    const members = making.people.map((person, at): ModelledMember => {
      const { givenName, familyName, givenNameAr, familyNameAr } = names[at]!
      const sourceId = `m${at + 1}`
      return {
        sourceId,
        givenName,
        familyName,
        givenNameAr,
        familyNameAr,
        phone: phones[at],
        facts: factsOf(making, person),
      }
    })
    forget(files.facts.unknown, draws, facts, members)
    return {
      modelled: true,
      sourceId: `${prefix}-${seed}-${index.toString().padStart(7, '0')}`,
      territory,
      facts,
      members,
      recipient: members[receiver]!.sourceId,
      account: accountOf(making, phones[receiver]),
    }
  }
}

/** A household with a mobile gives the recipient's; with two, often the other spouse's as well. */
function phonesOf(
  making: Making,
  receiver: number,
  mobiles: ModelledValue | undefined,
  contacts: Contacts,
): (string | undefined)[] {
  const phones: (string | undefined)[] = []
  if (typeof mobiles !== 'number' || mobiles === 0) return phones
  phones[receiver] = phoneOf(contacts.phones, making.draws, making.people[receiver]!)
  const other = making.people.findIndex(
    (person, at) => at !== receiver && (person.relation === 'spouse' || person.relation === 'head'),
  )
  if (mobiles >= 2 && other >= 0 && making.draws.chance(contacts.phones.spouse, T.who, 99)) {
    phones[other] = phoneOf(contacts.phones, making.draws, making.people[other]!)
  }
  return phones
}

/** Declared holes: some households left one to three questions without an answer. */
function forget(
  unknown: Facts['unknown'],
  draws: Draws,
  facts: ModelledFacts,
  members: readonly ModelledMember[],
): void {
  if (!draws.chance(unknown.households, T.unknown)) return
  const choices = unknown.household.length + unknown.member.length
  for (let turn = draws.below(3, T.unknown, 1); turn >= 0; turn--) {
    const which = draws.below(choices, T.which, turn)
    const own = unknown.household[which]
    if (own !== undefined) delete facts[own]
    else
      delete members[draws.below(members.length, T.who, turn)]!.facts[unknown.member[which - unknown.household.length]!]
  }
}
