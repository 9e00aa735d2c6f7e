import { ageOn, type DateText, err, type Id, ok, type Result } from '#kernel'
import { MOST_SAID, type ProposalId } from '#security'

/** In what capacity somebody receives a household's money. */
export const CAPACITIES = ['head', 'spouse', 'guardian', 'tutor', 'proxy'] as const
export type Capacity = (typeof CAPACITIES)[number]

/** Documents by which a capacity is shown. */
export const TRANSFER_PROOFS = [
  'court_decision',
  'notarial_act',
  'signed_proxy',
  'family_record',
  'marriage_act',
] as const
export type TransferProof = (typeof TRANSFER_PROOFS)[number]

export const TRANSFER_REASONS = [
  'recipient_died',
  'recipient_absent',
  'recipient_unable',
  'family_asks',
  'court_decided',
  'made_in_error',
] as const
export type TransferReason = (typeof TRANSFER_REASONS)[number]

/** From this age somebody receives: a child is whoever is younger (Convention on the Rights of the Child, article 1). */
export const RECEIVING_AGE = 18
/** A transfer is not proposed for a day further away. Chosen. */
const DAYS_AHEAD = 92
/** The longest that one proxy holds; then it is shown again. Chosen. */
const PROXY_DAYS = 366
const LONGEST_NUMBER = 80

/** A transfer of the recipient as it is asked; the proposal has the same id. */
export type TransferAsked = {
  readonly id: ProposalId
  readonly household: Id<'Household'>
  /** A member, or somebody else of the register. */
  readonly person: Id<'Person'>
  readonly capacity: Capacity
  /** The document that was shown, with the number written on it. */
  readonly proof: { readonly kind: TransferProof; readonly number: string } | null
  /** A paper given with it, or one of the household's file. */
  readonly paper: Id<'Evidence'> | null
  readonly reason: TransferReason
  readonly says: string
  readonly from: DateText
  /** Last day: of a proxy, and of nobody else. */
  readonly until: DateText | null
}

/** What the register knows of the two. */
export type TransferFacts = {
  readonly closed: boolean
  /** Who receives today, and since when; null where nobody does. */
  readonly current: { readonly person: Id<'Person'>; readonly since: DateText } | null
  readonly person: {
    readonly birthDate: DateText | null
    readonly died: boolean
    /** Relation to the head; undefined for who is no member. */
    readonly relation: string | null | undefined
  } | null
  /** Code of the relation that the head has; null where the catalogue has none. */
  readonly head: string | null
  /** Whether the paper named is one of the household's, or given with this. */
  readonly paperKnown: boolean
}

/** Why a transfer is not proposed, or not approved any more, in order of precedence. */
export type TransferRefusal =
  | { readonly code: 'household_unknown' }
  | { readonly code: 'household_closed' }
  | { readonly code: 'person_unknown' }
  | { readonly code: 'person_dead' }
  | { readonly code: 'receives_already' }
  | { readonly code: 'too_young'; readonly age: number; readonly least: number }
  /** Who receives as head is the head of the household; as spouse, a member. */
  | { readonly code: 'not_the_head' }
  | { readonly code: 'not_a_member' }
  /** A guardian, a tutor and a proxy show a document or have a paper in the file. */
  | { readonly code: 'proof_missing' }
  | { readonly code: 'proof_number_missing' }
  | { readonly code: 'proof_number_too_long'; readonly most: number }
  | { readonly code: 'paper_unknown' }
  /** Before the day on which whoever receives today began to. */
  | { readonly code: 'too_early'; readonly since: DateText }
  | { readonly code: 'too_late'; readonly most: number }
  | { readonly code: 'until_missing' }
  | { readonly code: 'until_not_expected' }
  | { readonly code: 'ends_before_it_begins' }
  | { readonly code: 'lasts_too_long'; readonly most: number }
  | { readonly code: 'over_already' }
  | { readonly code: 'says_missing' }
  | { readonly code: 'says_too_long'; readonly most: number }

/** May this be proposed, on this day; and may it still be approved? */
export function decideTransfer(
  asked: TransferAsked,
  facts: TransferFacts | undefined,
  today: DateText,
): Result<undefined, TransferRefusal> {
  if (!facts) return err({ code: 'household_unknown' })
  const { current, person } = facts
  if (facts.closed) return err({ code: 'household_closed' })
  if (!person) return err({ code: 'person_unknown' })
  if (person.died) return err({ code: 'person_dead' })
  if (current?.person === asked.person) return err({ code: 'receives_already' })
  const age = person.birthDate === null ? RECEIVING_AGE : ageOn(person.birthDate, asked.from)
  if (age < RECEIVING_AGE) return err({ code: 'too_young', age, least: RECEIVING_AGE })
  if (asked.capacity === 'head' && (person.relation == null || person.relation !== facts.head))
    return err({ code: 'not_the_head' })
  if (asked.capacity === 'spouse' && person.relation === undefined) return err({ code: 'not_a_member' })
  const proved = provedBy(asked, facts)
  if (!proved.ok) return proved
  const dated = datesOf(asked, current?.since ?? null, today)
  if (!dated.ok) return dated
  if (asked.says.trim() === '') return err({ code: 'says_missing' })
  return asked.says.length > MOST_SAID ? err({ code: 'says_too_long', most: MOST_SAID }) : ok(undefined)
}

/** Who receives in the place of the family shows by what right. */
function provedBy({ capacity, proof, paper }: TransferAsked, facts: TransferFacts): Result<undefined, TransferRefusal> {
  if (capacity !== 'head' && capacity !== 'spouse' && proof === null && paper === null)
    return err({ code: 'proof_missing' })
  if (proof && proof.number.trim() === '') return err({ code: 'proof_number_missing' })
  if (proof && proof.number.trim().length > LONGEST_NUMBER)
    return err({ code: 'proof_number_too_long', most: LONGEST_NUMBER })
  return paper !== null && !facts.paperKnown ? err({ code: 'paper_unknown' }) : ok(undefined)
}

function datesOf(
  { capacity, from, until }: TransferAsked,
  since: DateText | null,
  today: DateText,
): Result<undefined, TransferRefusal> {
  if (since !== null && from < since) return err({ code: 'too_early', since })
  if (daysBetween(today, from) > DAYS_AHEAD) return err({ code: 'too_late', most: DAYS_AHEAD })
  if (capacity !== 'proxy') return until === null ? ok(undefined) : err({ code: 'until_not_expected' })
  if (until === null) return err({ code: 'until_missing' })
  if (until < from) return err({ code: 'ends_before_it_begins' })
  if (daysBetween(from, until) > PROXY_DAYS) return err({ code: 'lasts_too_long', most: PROXY_DAYS })
  return until < today ? err({ code: 'over_already' }) : ok(undefined)
}

const daysBetween = (one: DateText, other: DateText): number =>
  Temporal.PlainDate.from(one).until(Temporal.PlainDate.from(other)).days

/** A living member, as far as naming another recipient goes. */
export type PossibleRecipient = {
  readonly person: Id<'Person'>
  readonly relation: string | null
  readonly birthDate: DateText | null
}

/** Who is proposed where the recipient died: the one adult who is left, or nobody where there are several or none. */
export function onlyAdult(
  members: readonly PossibleRecipient[],
  today: DateText,
  head: string | null,
): { readonly person: Id<'Person'>; readonly capacity: 'head' | 'spouse' } | null {
  const adults = members.filter(each => each.birthDate === null || ageOn(each.birthDate, today) >= RECEIVING_AGE)
  const [only] = adults
  if (!only || adults.length > 1) return null
  return { person: only.person, capacity: head !== null && only.relation === head ? 'head' : 'spouse' }
}
