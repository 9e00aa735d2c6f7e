import { Draw, day, words } from './draw.ts'
import { misheard, misread, typo } from './errors.ts'

/** Records with the truth: those of one `person` are the same person. */
export type Generated = {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly person: readonly string[]
}

/**
 * Clean personal data of Australian form with typing errors, in the manner of the sets that Febrl generates (Christen 2008):
 * fields of an original are modified in its copies, some several times, some swapped with another, some emptied.
 */
export type Copies = {
  readonly seed: number
  readonly originals: number
  /** At most how many copies of one original, and the share of originals that have any. */
  readonly most: number
  readonly share: number
  readonly modified: { readonly perField: number; readonly perRecord: number }
}

const HEADER = [
  'rec_id',
  'given_name',
  'surname',
  'street_number',
  'address_1',
  'address_2',
  'suburb',
  'postcode',
  'state',
  'date_of_birth',
  'soc_sec_id',
]
const FIELD = Object.fromEntries(HEADER.map((name, at) => [name, at])) as Record<string, number>

export function personRecords(asked: Copies): Generated {
  const draw = new Draw(asked.seed)
  const lists = {
    given: words(draw, 600),
    surname: words(draw, 2500),
    street: words(draw, 1500),
    house: words(draw, 900),
    suburb: words(draw, 1000).map((suburb, at) => ({ suburb, postcode: String(2000 + ((at * 7) % 5000)) })),
  }
  const rows: string[][] = []
  const person: string[] = []
  for (let number = 0; number < asked.originals; number++) {
    const original = originalOf(draw, lists, number)
    rows.push(original)
    person.push(`rec-${number}`)
    if (!draw.chance(asked.share)) continue
    const copies = 1 + Math.min(draw.below(asked.most), draw.below(asked.most))
    for (let copy = 0; copy < copies; copy++) {
      rows.push([`rec-${number}-dup-${copy}`, ...modified(original.slice(1), asked.modified, draw)])
      person.push(`rec-${number}`)
    }
  }
  return { header: HEADER, ...shuffled(rows, person, draw) }
}

type Lists = {
  given: string[]
  surname: string[]
  street: string[]
  house: string[]
  suburb: { suburb: string; postcode: string }[]
}

function originalOf(draw: Draw, lists: Lists, number: number): string[] {
  const place = draw.ranked(lists.suburb, 300)
  const often = (text: string, share: number) => (draw.chance(share) ? text : '')
  return [
    `rec-${number}-org`,
    often(draw.ranked(lists.given, 20), 0.98),
    often(draw.ranked(lists.surname, 60), 0.99),
    often(String(1 + draw.below(draw.chance(0.8) ? 120 : 400)), 0.96),
    often(`${draw.ranked(lists.street, 500)} ${draw.one(['street', 'place', 'crescent', 'avenue', 'close'])}`, 0.98),
    often(draw.one(lists.house), 0.6),
    often(place.suburb, 0.99),
    place.postcode,
    often(draw.ranked(['nsw', 'vic', 'qld', 'wa', 'sa', 'tas', 'act', 'nt'], 2), 0.95),
    often(day(draw, 1900, 1999, ''), 0.98),
    String(1_000_000 + draw.below(9_000_000)),
  ]
}

const SWAPS: readonly [string, string][] = [
  ['given_name', 'surname'],
  ['address_1', 'address_2'],
  ['suburb', 'address_2'],
]

function modified(fields: readonly string[], most: Copies['modified'], draw: Draw): string[] {
  const copy = [...fields]
  let left = 1 + draw.below(most.perRecord)
  while (left > 0) {
    const at = draw.below(copy.length)
    const times = Math.min(left, 1 + draw.below(most.perField))
    left -= times
    for (let time = 0; time < times; time++) copy[at] = oneModification(copy[at]!, draw)
    if (draw.chance(0.08)) swapTwo(copy, draw)
  }
  return copy
}

function oneModification(text: string, draw: Draw): string {
  if (text === '') return text
  const kind = draw.below(100)
  if (kind < 8) return ''
  if (/^\d+$/.test(text)) return typo(text, draw)
  if (kind < 14 && text.includes(' ')) return text.replace(' ', '')
  if (kind < 30) return misread(text, draw)
  return kind < 50 ? misheard(text, draw) : typo(text, draw)
}

function swapTwo(fields: string[], draw: Draw): void {
  const [a, b] = draw.one(SWAPS).map(name => FIELD[name]! - 1) as [number, number]
  ;[fields[a], fields[b]] = [fields[b]!, fields[a]!]
}

export function shuffled(rows: string[][], person: string[], draw: Draw): Pick<Generated, 'rows' | 'person'> {
  const order = rows.map((_, at) => at)
  for (let at = order.length - 1; at > 0; at--) {
    const other = draw.below(at + 1)
    ;[order[at], order[other]] = [order[other]!, order[at]!]
  }
  return { rows: order.map(at => rows[at]!), person: order.map(at => person[at]!) }
}
