import { type DateText, err, type Id, ok, type Result } from '#kernel'
import type { Answer, AnswerSource, Answers, Declaration, DeclaredMember, Said } from './answers.ts'
import type { Fault } from './check-answers.ts'

export type DraftChannel = 'web' | 'desk' | 'field'

/** A declaration in the making, as it was read. */
export type Draft = {
  readonly id: Id<'Draft'>
  readonly number: string
  readonly country: string
  readonly territory: string
  readonly household: Id<'Household'> | null
  readonly channel: DraftChannel
  readonly state: 'open' | 'waiting' | 'sent' | 'dropped'
  readonly version: number
  /** What the household had said last when this was begun. */
  readonly base: Id<'Declaration'> | null
  readonly declaration: Id<'Declaration'> | null
  readonly begunBy: string
  readonly savedAt: Date
  readonly savedBy: string
  /** Nothing once it was sent or dropped. */
  readonly said: Declaration
}

type Names = Pick<DeclaredMember, 'givenName' | 'familyName' | 'givenNameAr' | 'familyNameAr' | 'phone'>

/** What a page of the form says. Undefined among values takes an answer back. */
export type DraftChange =
  | {
      readonly kind: 'answers'
      /** Null for the household. */
      readonly member: string | null
      readonly source: AnswerSource
      readonly values: Readonly<Record<string, Said | undefined>>
    }
  /** Somebody new, or other names for somebody named before. */
  | { readonly kind: 'names'; readonly member: string; readonly names: Names }
  | { readonly kind: 'leaves'; readonly member: string }
  /** Who of the register this is; null takes it back. */
  | { readonly kind: 'same_as'; readonly member: string; readonly person: string | null; readonly names?: Names }
  | { readonly kind: 'explains'; readonly fault: string; readonly says: string }

export type DraftRefusal =
  | { readonly code: 'draft_unknown' }
  | { readonly code: 'draft_ended' }
  /** Somebody saved it in between: this was said over another version. */
  | { readonly code: 'draft_changed'; readonly version: number; readonly by: string; readonly at: Date }

export type SubmitRefusal =
  | DraftRefusal
  | { readonly code: 'draft_faulty'; readonly errors: readonly Fault[]; readonly unexplained: readonly Fault[] }
  /** The register learnt something of the household after this was begun: it is brought up to date first. */
  | { readonly code: 'household_changed'; readonly since: Id<'Declaration'> }
  | { readonly code: 'household_closed' }
  | { readonly code: 'place_out_of_reach'; readonly territory: string }
  /** Belongs to another household: an event moves people, a declaration does not. */
  | { readonly code: 'person_elsewhere'; readonly members: readonly string[] }
  | { readonly code: 'person_deceased'; readonly members: readonly string[] }

/** What is said after these changes. An answer said again from the same source keeps its day and its writer. */
function applyChanges(
  said: Declaration,
  changes: readonly DraftChange[],
  { on, by }: { readonly on: DateText; readonly by: string },
): Declaration {
  return changes.reduce((before, change) => applied(before, change, on, by), said)
}

function applied(said: Declaration, change: DraftChange, on: DateText, by: string): Declaration {
  const ofMember = (key: string, change: (member: DeclaredMember) => DeclaredMember): Declaration => ({
    ...said,
    members: said.members.map(member => (member.key === key ? change(member) : member)),
  })
  switch (change.kind) {
    case 'answers': {
      const { member, source, values } = change
      const answer = (before: Answers) => answered(before, values, { source, on, by })
      return member === null
        ? { ...said, household: answer(said.household) }
        : ofMember(member, each => ({ ...each, answers: answer(each.answers) }))
    }
    case 'names':
      return said.members.some(({ key }) => key === change.member)
        ? ofMember(change.member, each => ({ ...each, ...change.names }))
        : {
            ...said,
            members: [...said.members, { key: change.member, person: null, ...change.names, answers: {} }],
          }
    case 'leaves':
      return { ...said, members: said.members.filter(({ key }) => key !== change.member) }
    case 'same_as':
      return ofMember(change.member, each => ({ ...each, ...change.names, person: change.person }))
    case 'explains':
      return { ...said, explained: { ...said.explained, [change.fault]: change.says } }
  }
}

function answered(
  before: Answers,
  values: Readonly<Record<string, Said | undefined>>,
  from: Omit<Answer, 'value'>,
): Answers {
  const after: Record<string, Answer> = { ...before }
  for (const [name, value] of Object.entries(values)) {
    const known = before[name]
    if (value === undefined) delete after[name]
    else if (known?.value !== value || known.source !== from.source) after[name] = { value, ...from }
  }
  return after
}

type Asked = {
  readonly version: number
  readonly changes: readonly DraftChange[]
  readonly on: DateText
  readonly by: string
}

/** What a saving leaves: the same version where nothing is new, so that a page sent twice is saved once. */
export function decideSave(
  draft: Draft,
  { version, changes, on, by }: Asked,
): Result<{ readonly said: Declaration; readonly version: number }, DraftRefusal> {
  if (draft.state === 'sent' || draft.state === 'dropped') return err({ code: 'draft_ended' })
  const said = applyChanges(draft.said, changes, { on, by })
  if (canonical(said) === canonical(draft.said)) return ok({ said: draft.said, version: draft.version })
  if (version !== draft.version) {
    return err({ code: 'draft_changed', version: draft.version, by: draft.savedBy, at: draft.savedAt })
  }
  return ok({ said, version: version + 1 })
}

/** The same declaration gives the same text, in whatever order its answers came. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  )
}
