import type { EventRefusal } from '#households'
import type { PersonName } from '../context.ts'
import type { EventPage } from '../household-events.ts'
import type { Speech } from '../speech.ts'
import type { EventAnswers, Unfilled } from './event-terms.ts'
import { nameText } from './names.ts'

/** A refusal as it reaches the page: its code, and its facts as texts. */
export type RefusalFacts = { readonly code: string; readonly facts: Readonly<Record<string, string>> }

export function refusalFacts(refusal: EventRefusal | Unfilled): RefusalFacts {
  const { code, ...facts } = refusal
  return { code, facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)])) }
}

/** What was wrong, where, and what is accepted, in words. */
export function refusalText({ code, facts }: RefusalFacts, page: EventPage, answers: EventAnswers, speech: Speech) {
  const { t, format } = speech
  if (code === 'unfilled') return t(`events:unfilled.${facts.field}`)
  const day = (name: string) => (facts[name] === undefined ? '' : format.date(facts[name]))
  return t(`events:refusal.${code}`, {
    ...facts,
    person: nameOfPerson(facts.person ?? facts.father ?? '', page, answers, speech),
    on: day('on'),
    since: day('since'),
    until: day('until'),
    birthDate: day('birthDate'),
    kind: facts.kind === undefined ? '' : t(`events:kind.${facts.kind}`),
  })
}

/** The name of somebody of the page, or of whom the form has just named. */
export function nameOfPerson(id: string, page: EventPage, answers: EventAnswers, speech: Speech): string {
  const known = [...page.members, ...(page.from?.members ?? [])].find(each => each.id === id)
  if (known) return nameText(known.name, speech)
  const joined = (...parts: string[]) => parts.filter(part => part !== '').join(' ') || undefined
  const said: PersonName = {
    latin: joined(answers.given_name, answers.family_name),
    arabic: joined(answers.given_name_ar, answers.family_name_ar),
  }
  return id === answers.newcomer ? nameText(said, speech) : speech.t('console:nameless')
}
