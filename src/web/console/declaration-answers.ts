import { newId, parseId } from '#kernel'
import type { DraftChange, NameField, QuestionRow, SectionPage } from '../declaration-door.ts'

const NAMES: readonly NameField[] = ['givenName', 'familyName', 'givenNameAr', 'familyNameAr', 'phone']

/** The name of a field: `household.rooms`, or the key of the member in the place of household. */
export const fieldName = (member: string | null, name: string) => `${member ?? 'household'}.${name}`

export type Answered = {
  readonly changes: readonly DraftChange[]
  /** Unique numbers typed, by member. */
  readonly numbers: Readonly<Record<string, string>>
}

/** What a page of a declaration says, of what it showed. A field that was not sent says nothing. */
export function answersIn(form: FormData, page: SectionPage): Answered {
  const source = form.get('source') === 'paper' ? 'paper' : 'said'
  const said = (member: string | null, name: string) => {
    const value = form.get(fieldName(member, name))
    return typeof value === 'string' ? value.trim().slice(0, 200) : undefined
  }
  const answers = (member: string | null, questions: readonly QuestionRow[]): DraftChange[] => {
    const values = questions.flatMap(question => {
      const text = said(member, question.name)
      // Where the catalogue gives what stands for no answer, leaving it there answers nothing.
      if (text === undefined || (text === question.value && question.value !== '')) return []
      return [[question.name, wireOf(question, text)] as const]
    })
    return values.length === 0 ? [] : [{ kind: 'answers', member, source, values: Object.fromEntries(values) }]
  }
  const names = (member: string): DraftChange[] => {
    if (said(member, 'givenName') === undefined) return []
    const given = Object.fromEntries(NAMES.map(name => [name, said(member, name) ?? ''])) as Record<NameField, string>
    return [{ kind: 'names', member, names: given }]
  }
  const blank = page.names ? parseId<'Person'>(String(form.get('blank') ?? '')) : undefined
  const isSaid = blank && [...NAMES, 'number', ...page.blank.map(({ name }) => name)].some(name => said(blank, name))
  const members = page.units.flatMap(({ member }) => (member === null ? [] : [member.key]))
  const numbered = [...members, ...(isSaid ? [blank] : [])].flatMap(key => {
    const number = said(key, 'number')
    return number ? [[key, number] as const] : []
  })
  return {
    changes: [
      ...page.units.flatMap(({ member, questions }) => [
        ...(page.names && member && !member.known ? names(member.key) : []),
        ...answers(member?.key ?? null, questions),
      ]),
      ...(isSaid ? [...names(blank), ...answers(blank, page.blank)] : []),
      ...pressed(String(form.get('go') ?? '')),
    ],
    numbers: Object.fromEntries(numbered),
  }
}

/** Buttons that say something by themselves: who leaves, who somebody is. */
function pressed(go: string): DraftChange[] {
  const [what, member = '', person = ''] = go.split(' ')
  if (what === 'leaves' && member !== '') return [{ kind: 'leaves', member }]
  if (what === 'same' && parseId(person)) return [{ kind: 'same_as', member, person }]
  return what === 'other' && member !== '' ? [{ kind: 'same_as', member, person: null }] : []
}

function wireOf({ input }: QuestionRow, text: string): string | number | boolean | null | undefined {
  if (text === '') return undefined
  if (text === 'unknown') return null
  if (input === 'yes_no') return text === 'true' ? true : text === 'false' ? false : text
  const digits = latin(text).replaceAll(/[\s\u00a0\u202f]/g, '')
  if (input === 'number') return /^\d{1,9}$/.test(digits) ? Number(digits) : text
  if (input === 'money') return digits.replace(',', '.')
  return text
}

/** Digits of Arabic keyboards as Latin ones. */
function latin(text: string): string {
  return text
    .replaceAll(/[٠-٩]/g, digit => String(digit.charCodeAt(0) - 0x660))
    .replaceAll(/[۰-۹]/g, digit => String(digit.charCodeAt(0) - 0x6f0))
    .replaceAll('٫', ',')
}

export const newMember = () => newId<'Person'>() as string
