import type { Question } from '#countries'
import { type Asked, type DeclaredMember, type Fault, questionsAsked, type Standing } from '#households'
import { ageOn, type DateText, type Words } from '#kernel'
import type { PersonName } from '../context.ts'
import type {
  CandidateRow,
  DeclarationHead,
  FaultRow,
  MemberCard,
  PaperRow,
  QuestionRow,
  SectionPage,
  SummaryPage,
  UnitRow,
} from '../declaration-door.ts'
import type { Opened } from './declarations.ts'
import { factValue } from './facts.ts'
import { placeOf } from './words.ts'

type People = {
  readonly numbers: ReadonlyMap<string, string>
  readonly candidates: ReadonlyMap<string, readonly CandidateRow[]>
}

/** One part of a declaration, with what is asked in it of whom. */
export function sectionPage(
  opened: Opened,
  found: readonly Fault[],
  step: string,
  people: People,
): SectionPage | undefined {
  const { country, draft, places } = opened
  const section = country.form.sections.find(each => each.name === step)
  if (!section) return undefined
  const asked = askedOf(opened)
  const faults = faultRows(opened, found)
  const names = section === namesSection(opened)
  const units: UnitRow[] =
    section.of === 'household'
      ? [unitOf(opened, section.questions, null, asked.household, faults)]
      : draft.said.members.map(member =>
          unitOf(opened, section.questions, memberCard(opened, member, people), asked.members.get(member.key)!, faults),
        )
  return {
    head: headOf(opened, asked, faults),
    step,
    label: section.label,
    says: section.says,
    names,
    units: units.filter(({ member, questions }) => questions.length > 0 || (names && member !== null)),
    blank: names
      ? section.questions
          .filter(({ fact }) => opened.sensitive || !fact.sensitive)
          .map(question => questionRow(question, undefined, []))
      : [],
    places: section.questions.some(({ fact }) => fact.type === 'territory') ? withOwn(opened, places) : [],
  }
}

/** The place said so far is always to be chosen, wherever the reader works. */
function withOwn({ country, draft }: Opened, places: SectionPage['places']): SectionPage['places'] {
  const own = draft.said.household.territory?.value
  if (typeof own !== 'string' || places.some(({ code }) => code === own)) return places
  return [{ code: own, path: placeOf(country, own) }, ...places]
}

/** All that was said, to read aloud, and what stands against it. */
export function summaryPage(
  opened: Opened,
  found: readonly Fault[],
  attached: readonly PaperRow[] | undefined,
): SummaryPage {
  const asked = askedOf(opened)
  const faults = faultRows(opened, found)
  const { country, draft } = opened
  const factsOf = (questions: readonly Question[], standings: ReadonlyMap<string, Standing>) =>
    questions.flatMap(({ fact }) => {
      const standing = standings.get(fact.name)
      if (standing?.kind !== 'asked' || (fact.sensitive && !opened.sensitive)) return []
      const { value } = standing
      return [{ name: fact.name, label: fact.label, value: factValue(country, fact, value ?? undefined) }]
    })
  return {
    head: headOf(opened, asked, faults),
    parts: country.form.sections
      .map(({ name, label, of, questions }) => ({
        step: name,
        label,
        units:
          of === 'household'
            ? [{ member: null, facts: factsOf(questions, asked.household) }]
            : draft.said.members.map(member => ({
                member: nameOf(member),
                facts: factsOf(questions, asked.members.get(member.key)!),
              })),
      }))
      .map(part => ({ ...part, units: part.units.filter(({ facts }) => facts.length > 0) }))
      .filter(({ units }) => units.length > 0),
    papers: attached ? [...country.form.papers].map(([code, words]) => ({ code, words })) : [],
    attached: attached ?? [],
    errors: faults.filter(({ severity }) => severity === 'error'),
    warnings: faults.filter(({ severity }) => severity === 'warning'),
  }
}

const askedOf = ({ country, draft, today }: Opened): Asked => questionsAsked(country, draft.said, today)
/** Members are named where the first part on members asks. */
const namesSection = ({ country }: Opened) => country.form.sections.find(({ of }) => of === 'member')

function headOf(opened: Opened, asked: Asked, faults: readonly FaultRow[]): DeclarationHead {
  const { country, draft } = opened
  const steps = country.form.sections.flatMap(section => {
    const { name, label, of, questions } = section
    const standings = of === 'household' ? [asked.household] : [...asked.members.values()]
    const open = standings.flatMap(each =>
      questions.flatMap(({ fact }) => {
        const standing = each.get(fact.name)
        return standing?.kind === 'asked' && (opened.sensitive || !fact.sensitive) ? [standing] : []
      }),
    )
    if (open.length === 0 && section !== namesSection(opened)) return []
    const unanswered = open.filter(
      ({ value, question }) =>
        value === undefined && question.fact.absentMeans === null && question.fact.fallback === null,
    )
    const nobody = section === namesSection(opened) && draft.said.members.length === 0
    return [
      {
        name,
        label,
        open: nobody ? 1 : unanswered.length,
        faults: faults.filter(fault => fault.step === name && isOpen(fault)).length,
      },
    ]
  })
  return {
    draft: draft.id,
    number: draft.number,
    version: draft.version,
    household: draft.household,
    place: placeOf(country, draft.territory),
    waits: draft.state === 'waiting',
    savedAt: draft.savedAt.toISOString(),
    savedBy: draft.savedBy,
    steps,
  }
}

const isOpen = ({ severity, explained }: FaultRow) => severity === 'error' || explained.trim() === ''

function nameOf({ givenName, familyName, givenNameAr, familyNameAr }: DeclaredMember): PersonName {
  const joined = (...parts: string[]) =>
    parts
      .map(part => part.trim())
      .filter(Boolean)
      .join(' ') || undefined
  return { latin: joined(givenName, familyName), arabic: joined(givenNameAr, familyNameAr) }
}

function memberCard({ draft, today }: Opened, member: DeclaredMember, { numbers, candidates }: People): MemberCard {
  const { key, person, givenName, familyName, givenNameAr, familyNameAr, phone } = member
  const birth = member.answers.birth_date?.value
  const known = typeof birth === 'string' && /^\d{4}-\d\d-\d\d$/.test(birth)
  return {
    key,
    name: nameOf(member),
    names: { givenName, familyName, givenNameAr, familyNameAr, phone },
    number: numbers.get(key) ?? '',
    known: person !== null && !(draft.household !== null && person === key),
    age: known ? ageOn(birth as DateText, today) : null,
    candidates: candidates.get(key) ?? [],
  }
}

function unitOf(
  opened: Opened,
  questions: readonly Question[],
  member: MemberCard | null,
  standings: ReadonlyMap<string, Standing>,
  faults: readonly Placed[],
): UnitRow {
  const own = faults.filter(fault => fault.of === (member?.key ?? null))
  const shown = questions.flatMap(question => {
    const { fact } = question
    const standing = standings.get(fact.name)
    if (standing?.kind !== 'asked' || (fact.sensitive && !opened.sensitive)) return []
    return [
      questionRow(
        question,
        standing.value,
        own.filter(({ first }) => first === fact.name),
      ),
    ]
  })
  return {
    member,
    questions: shown,
    faults: own.filter(({ first }) => first === null || ['name', 'phone'].includes(first)),
  }
}

const INPUTS = {
  boolean: 'yes_no',
  code: 'code',
  integer: 'number',
  decimal: 'number',
  money: 'money',
  date: 'date',
  territory: 'place',
} as const

function questionRow({ fact, required, help }: Question, value: unknown, faults: readonly FaultRow[]): QuestionRow {
  return {
    name: fact.name,
    question: fact.question ?? fact.label,
    help: help ?? fact.says,
    input: INPUTS[fact.type],
    codes: [...fact.codes].map(([code, words]) => ({ code, words })),
    value:
      value === undefined
        ? fact.fallback === null
          ? ''
          : String(fact.fallback)
        : value === null
          ? 'unknown'
          : String(value),
    required,
    faults,
  }
}

type Placed = FaultRow & { readonly of: string | null; readonly first: string | null }

function faultRows({ country, draft, sensitive }: Opened, faults: readonly Fault[]): Placed[] {
  const { catalogue, form } = country
  return faults.map(({ key, code, severity, member, about, words }) => {
    const facts = about.flatMap(name => catalogue.household.get(name) ?? catalogue.member.get(name) ?? [])
    const person = draft.said.members.find(each => each.key === member)
    const first = about[0] ?? null
    return {
      key,
      code,
      severity,
      words,
      of: member,
      first,
      member: person ? nameOf(person) : null,
      about: facts.filter(fact => sensitive || !fact.sensitive).map(({ label }): Words => label),
      step:
        form.sections.find(({ questions }) => questions.some(({ fact }) => fact.name === first))?.name ??
        form.sections.find(({ of }) => of === 'member')?.name ??
        form.sections[0]!.name,
      explained: draft.said.explained[key] ?? '',
    }
  })
}
