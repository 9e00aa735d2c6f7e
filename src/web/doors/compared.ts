import type { MergeSituation } from '#households'
import type { DetailField, DocumentRow, DocumentType, PairEvidence } from '#population'
import type { ComparedRow, EvidenceLine, PairNote, Weight } from '../duplicate-door.ts'
import type { DetailValue, PersonFile } from '../person-file.ts'

type File = Pick<PersonFile, 'details'>

/** What the model compares of each of these. */
const COLUMNS: Partial<Record<DetailField, string>> = {
  givenName: 'given_name',
  familyName: 'family_name',
  birthDate: 'birth_date',
}

/** What two files say, line by line, in the order of the files; telephones by their end alone. */
export function comparedRows(one: File, other: File, { evidence }: PairEvidence): ComparedRow[] {
  const level = new Map(evidence.map(each => [each.column, each.level]))
  const isNear = (field: DetailField) => (level.get(COLUMNS[field] ?? '') ?? 'different') !== 'different'
  const values = [one, other].map(file => new Map(file.details.map(({ field, value }) => [field, value])))
  const fields = [...new Set([...one.details, ...other.details].map(({ field }) => field))]
  return fields.map(field => {
    const [a, b] = [values[0]!.get(field), values[1]!.get(field)]
    const differs = isNear(field) ? 'near' : 'differs'
    const mark = a === undefined || b === undefined ? 'one_side' : isSame(field, a, b) ? 'same' : differs
    return { field, values: [shown(field, a), shown(field, b)], mark }
  })
}

function isSame(field: DetailField, a: DetailValue, b: DetailValue): boolean {
  const text = (value: DetailValue) => (value.kind === 'text' ? value.text.toLocaleLowerCase() : JSON.stringify(value))
  const compared = (value: DetailValue) =>
    field === 'phone' ? text(value).replaceAll(/\D/g, '').slice(-9) : text(value)
  return compared(a) === compared(b)
}

function shown(field: DetailField, value: DetailValue | undefined): DetailValue | undefined {
  return field === 'phone' && value?.kind === 'text' ? { kind: 'text', text: `…${value.text.slice(-3)}` } : value
}

/** Documents of which one person has one: two numbers speak for two persons. */
const ONE_EACH: readonly DocumentType[] = ['national_id', 'birth_record']

/** What documents of one type say of two persons, by their numbers; those that were withdrawn say nothing. */
export function documentLines(one: readonly DocumentRow[], other: readonly DocumentRow[]): EvidenceLine[] {
  const numbers = (rows: readonly DocumentRow[], type: DocumentType) =>
    rows.filter(row => row.type === type && row.endedAt === null).map(({ number }) => plain(number))
  const types = [...new Set(one.map(({ type }) => type))]
  return types.flatMap((type): EvidenceLine[] => {
    const [mine, theirs] = [numbers(one, type), numbers(other, type)]
    if (mine.length === 0 || theirs.length === 0) return []
    if (mine.some(number => theirs.includes(number))) {
      return [{ kind: 'document', type, same: true, weight: 'strong_for' }]
    }
    return ONE_EACH.includes(type) ? [{ kind: 'document', type, same: false, weight: 'strong_against' }] : []
  })
}

const plain = (number: string) => number.replaceAll(/[^\p{L}\p{N}]/gu, '').toUpperCase()

/** What the model says of each column, the heaviest first. */
export function evidenceLines({ evidence }: Pick<PairEvidence, 'evidence'>): EvidenceLine[] {
  return evidence
    .toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits))
    .map(({ column, level, bits }) => ({ kind: 'column', column, level, weight: weightOf(bits) }))
}

/**
 * Evidence in a word: a bit doubles the odds. From six bits (64 to 1) it is strong, and below one and a half it hardly
 * counts.
 */
export function weightOf(bits: number): Weight {
  if (bits >= 6) return 'strong_for'
  if (bits >= 1.5) return 'for'
  if (bits > -1.5) return 'little'
  return bits > -6 ? 'against' : 'strong_against'
}

const NEAR = ['same', 'variant', 'close']

/** What whoever settles should know besides the evidence: twins, telephones of a family, birthdays that an office made up. */
export function notesOn(
  { evidence, alsoOnPhone }: PairEvidence,
  rows: readonly ComparedRow[],
  { households }: MergeSituation,
): PairNote[] {
  const level = new Map(evidence.map(each => [each.column, each.level]))
  const births = rows.find(({ field }) => field === 'birthDate')?.values ?? []
  const sameFamily = NEAR.includes(level.get('family_name') ?? '')
  const otherGiven = level.has('given_name') && ![...NEAR, 'partial', 'swapped'].includes(level.get('given_name')!)
  const uncertain = births.some(
    value => value?.kind === 'birth' && (value.precision !== 'day' || value.date.endsWith('-01-01')),
  )
  const homes = households.map(({ id }) => id)
  return [
    ...(level.get('birth_date') === 'same' && sameFamily && otherGiven ? [{ note: 'twins' } as const] : []),
    ...(level.get('phone') === 'same' ? [{ note: 'family_phone', others: alsoOnPhone } as const] : []),
    ...(uncertain ? [{ note: 'uncertain_birth' } as const] : []),
    ...(new Set(homes).size < homes.length ? [{ note: 'same_household' } as const] : []),
  ]
}
