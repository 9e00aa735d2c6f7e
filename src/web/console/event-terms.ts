import type { EventTerms, HouseholdEvent, NewPerson, Whoever } from '#households'
import { err, type Id, ok, parseDate, parseId, type Result } from '#kernel'

/** What the form of an event says, as it was sent. */
export type EventAnswers = {
  readonly event: string
  readonly newcomer: string
  readonly kind: string
  readonly on: string
  readonly says: string
  readonly person: string
  readonly successor: string
  /** Another person, or another household; empty for somebody new. */
  readonly other: string
  readonly leaves: string
  readonly relation: string
  readonly territory: string
  readonly given_name: string
  readonly family_name: string
  readonly given_name_ar: string
  readonly family_name_ar: string
  readonly sex: string
  readonly birth_date: string
  readonly members: readonly string[]
  /** `relation.ID` and `fact.NAME`. */
  readonly more: Readonly<Record<string, string>>
}

/** A field left out or filled with something else. */
export type Unfilled = { readonly code: 'unfilled'; readonly field: string }
const unfilled = (field: string) => err({ code: 'unfilled', field } as const)

/** Reads a form into an event; the first field that says nothing acceptable is named. */
export function eventOfAnswers(household: Id<'Household'>, answers: EventAnswers): Result<HouseholdEvent, Unfilled> {
  const id = parseId<'HouseholdEvent'>(answers.event)
  if (!id) return unfilled('event')
  const on = parseDate(answers.on)
  if (!on) return unfilled('on')
  const terms = termsOf(answers)
  return terms.ok ? ok({ id, household, on, says: answers.says, ...terms.value }) : terms
}

type Terms = Result<EventTerms, Unfilled>

function termsOf(answers: EventAnswers): Terms {
  const relations = under(answers, 'relation.')
  const successor = parseId<'Person'>(answers.successor) ?? null
  const person = parseId<'Person'>(answers.person)
  switch (answers.kind) {
    case 'birth':
      return withNewcomer({ ...answers, birth_date: answers.on }, child =>
        ok({ kind: 'birth', child, mother: person ?? null, relation: answers.relation || null }),
      )
    case 'arrival':
      return withOther(answers, who => ok({ kind: 'arrival', person: who, relation: answers.relation }))
    case 'kafala':
      return withOther(answers, child => ok({ kind: 'kafala', child }))
    case 'move':
      return ok({ kind: 'move', territory: answers.territory, facts: dwellingOf(answers) })
    case 'merge': {
      const other = parseId<'Household'>(answers.other)
      return other ? ok({ kind: 'merge', other, relations }) : unfilled('other')
    }
  }
  if (!person) return unfilled('person')
  switch (answers.kind) {
    case 'death':
      return ok({ kind: 'death', person, successor, relations })
    case 'departure':
      return ok({ kind: 'departure', person, successor, relations })
    case 'marriage':
      return withOther(answers, spouse => ok({ kind: 'marriage', person, spouse }))
    case 'divorce': {
      const spouse = parseId<'Person'>(answers.other) ?? null
      const leaves = parseId<'Person'>(answers.leaves) ?? null
      return ok({ kind: 'divorce', person, spouse, leaves, successor, relations })
    }
    case 'change_of_head':
      return ok({ kind: 'change_of_head', head: person, relations })
    case 'orphanhood':
      return ok({ kind: 'orphanhood', person })
    case 'split': {
      const into = parseId<'Household'>(answers.newcomer)
      const members = answers.members.flatMap(each => parseId<'Person'>(each) ?? [])
      const { territory } = answers
      return into
        ? ok({ kind: 'split', into, members: [...new Set(members)], head: person, territory, successor, relations })
        : unfilled('members')
    }
    default:
      return unfilled('kind')
  }
}

function withOther(answers: EventAnswers, make: (who: Whoever) => Terms): Terms {
  const known = parseId<'Person'>(answers.other)
  return known ? make(known) : withNewcomer(answers, make)
}

function withNewcomer(answers: EventAnswers, make: (who: NewPerson) => Terms): Terms {
  const id = parseId<'Person'>(answers.newcomer)
  const birthDate = parseDate(answers.birth_date)
  const { sex } = answers
  const named = [answers.given_name, answers.family_name, answers.given_name_ar, answers.family_name_ar]
  if (!id || named.every(name => name === '') || named.some(name => name.length > 200)) return unfilled('given_name')
  if (sex !== 'female' && sex !== 'male') return unfilled('sex')
  if (!birthDate) return unfilled('birth_date')
  const [givenName = null, familyName = null, givenNameAr = null, familyNameAr = null] = named.map(name =>
    name === '' ? null : name.normalize('NFC'),
  )
  return make({ id, givenName, familyName, givenNameAr, familyNameAr, sex, birthDate })
}

/** Facts of the dwelling as they travel; what no fact is, the catalogue refuses. */
function dwellingOf(answers: EventAnswers): Record<string, string | number | boolean> {
  const typed = Object.entries(under(answers, 'fact.'))
  return Object.fromEntries(typed.map(([name, text]) => [name, wire(text)]))
}

function wire(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^\d{1,15}$/.test(text) ? Number(text) : text
}

function under({ more }: EventAnswers, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(more).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    ),
  )
}
