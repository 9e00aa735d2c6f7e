import type { Capacity, KeepRefusal, TransferProof, TransferReason, TransferRefusal } from '#households'
import type { DateText, Id, Result } from '#kernel'
import type { TransferSaid } from '../receiving-door.ts'
import { saidIn } from './said-in.ts'

const FIELDS = [
  'transfer',
  'person',
  'number',
  'capacity',
  'reason',
  'proof',
  'proof_number',
  'paper',
  'from',
  'until',
  'says',
] as const

/** What was typed, field by field; the file comes after. */
export type SaidTransfer = Readonly<Record<(typeof FIELDS)[number], string>>

/** Fields of the form before its file: a text of a thousand characters takes up to three bytes each, and more where lines end. */
export const TRANSFER_FORM = { fields: FIELDS.length, bytes: 5000 }

/** What was typed, out of a form that carries a file. */
export function saidTransfer(fields: Readonly<Record<string, string>>): SaidTransfer {
  const said = saidIn({ get: name => (Object.hasOwn(fields, name) ? fields[name]! : null) })
  return Object.fromEntries(FIELDS.map(name => [name, said(name)])) as SaidTransfer
}

const CAPACITIES = ['head', 'spouse', 'guardian', 'tutor', 'proxy'] as const satisfies Capacity[]
const PROOFS = [
  'court_decision',
  'notarial_act',
  'signed_proxy',
  'family_record',
  'marriage_act',
] as const satisfies TransferProof[]
const REASONS = [
  'recipient_died',
  'recipient_absent',
  'recipient_unable',
  'family_asks',
  'court_decided',
  'made_in_error',
] as const satisfies TransferReason[]

type Malformed = {
  readonly code:
    | 'person_missing'
    | 'two_persons'
    | 'capacity_missing'
    | 'reason_unknown'
    | 'proof_missing'
    | 'two_papers'
    | 'from_missing'
    | 'until_missing'
}

type Parse = {
  readonly date: (text: string) => DateText | undefined
  readonly id: <Of extends string>(text: string) => Id<Of> | undefined
}

/**
 * What was typed, as it is asked; or what of it is no answer.
 * @param given id of the paper that came with the form; null where none did
 */
export function transferOfAnswers(
  household: Id<'Household'>,
  said: SaidTransfer,
  given: Id<'Evidence'> | null,
  parse: Parse,
): Result<TransferSaid, Malformed> {
  const refuse = (code: Malformed['code']) => ({ ok: false, refusal: { code } }) as const
  const id = parse.id<'Proposal'>(said.transfer)
  const member = parse.id<'Person'>(said.person)
  const capacity = CAPACITIES.find(each => each === said.capacity)
  const reason = REASONS.find(each => each === said.reason)
  const proof = PROOFS.find(each => each === said.proof)
  const from = parse.date(said.from)
  const until = parse.date(said.until)
  if (!id || (!member && said.number === '')) return refuse('person_missing')
  if (member && said.number !== '') return refuse('two_persons')
  if (!capacity) return refuse('capacity_missing')
  if (!reason) return refuse('reason_unknown')
  if (!proof && said.proof_number !== '') return refuse('proof_missing')
  if (given && said.paper !== '') return refuse('two_papers')
  if (!from) return refuse('from_missing')
  if (!until && said.until !== '') return refuse('until_missing')
  return {
    ok: true,
    value: {
      id,
      household,
      person: member ?? { number: said.number },
      capacity,
      reason,
      proof: proof ? { kind: proof, number: said.proof_number } : null,
      paper: given ?? parse.id<'Evidence'>(said.paper) ?? null,
      from,
      until: until ?? null,
      says: said.says,
    },
  }
}

type Refused =
  | TransferRefusal['code']
  | KeepRefusal['code']
  | Malformed['code']
  | 'number_unknown'
  | 'no_folder'
  | 'form_malformed'
type Field = keyof SaidTransfer | 'file'

const FIELD_OF: Partial<Record<Refused, Field>> = {
  person_missing: 'person',
  two_persons: 'number',
  number_unknown: 'number',
  person_unknown: 'person',
  person_dead: 'person',
  receives_already: 'person',
  too_young: 'person',
  capacity_missing: 'capacity',
  not_the_head: 'capacity',
  not_a_member: 'capacity',
  proof_missing: 'proof',
  proof_number_missing: 'proof_number',
  proof_number_too_long: 'proof_number',
  paper_unknown: 'paper',
  two_papers: 'file',
  form_malformed: 'file',
  no_folder: 'file',
  file_empty: 'file',
  file_type_not_accepted: 'file',
  file_too_large: 'file',
  file_infected: 'file',
  from_missing: 'from',
  too_early: 'from',
  too_late: 'from',
  until_missing: 'until',
  until_not_expected: 'until',
  ends_before_it_begins: 'until',
  lasts_too_long: 'until',
  over_already: 'until',
  says_missing: 'says',
  says_too_long: 'says',
}

/** The field beside which a refusal is said; undefined for one that is about the whole. */
export function fieldOfTransfer(refusal: { readonly code: string } | undefined): Field | undefined {
  return refusal && FIELD_OF[refusal.code as keyof typeof FIELD_OF]
}
