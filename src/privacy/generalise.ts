import { type DateText, lastDay, type Month } from '#kernel'
import type { Catalogue } from '#rules'

/** How a fact leaves in a pseudonymised file. `quasi`: it can tell people apart together with others, and counts in the cells. */
export type ExportColumn = {
  readonly name: string
  readonly quasi: boolean
  readonly write: (value: unknown) => string
}

/** Parts of a territory's code that leave: region and province. */
const PARTS = 2
const BAND_YEARS = 5
const OLDEST = 85

/** `08.401.03.` leaves as `08.401`. */
export function provinceOf(territory: string): string {
  return territory.replace(/\.$/, '').split('.').slice(0, PARTS).join('.')
}

/** Years of age on the last day of a month in bands of five: 30-34, the oldest together. */
export function ageBand(birth: string, month: Month): string {
  const day = lastDay(month)
  if (birth > day) return ''
  const age = Temporal.PlainDate.from(birth).until(day, { largestUnit: 'years' }).years
  if (age >= OLDEST) return `${OLDEST}+`
  const from = Math.floor(age / BAND_YEARS) * BAND_YEARS
  return `${from}-${from + BAND_YEARS - 1}`
}

/** How many belong to the household, the largest together: a family of fourteen is known in its village. */
export function sizeBand(members: number): string {
  if (members <= 2) return String(members)
  return members <= 4 ? '3-4' : members <= 6 ? '5-6' : '7+'
}

/** An amount or a count cut to its two first digits: 1834.50 leaves as 1800. */
export function cutNumber(text: string): string {
  const [, sign = '', whole = ''] = /^(-?)0*(\d*)/.exec(text) ?? []
  if (whole === '') return '0'
  return `${sign}${whole.slice(0, 2)}${'0'.repeat(Math.max(0, whole.length - 2))}`
}

/** The column of a fact; undefined where the catalogue has no such fact. */
export function columnOf(
  catalogue: Catalogue,
  of: 'household' | 'member',
  name: string,
  month: Month,
): ExportColumn | undefined {
  const fact = catalogue[of].get(name)
  if (!fact) return undefined
  const isIdentity = fact.section === 'identity' || name === 'sex' || name === 'relation'
  switch (fact.type) {
    case 'territory':
      return { name, quasi: true, write: value => (typeof value === 'string' ? provinceOf(value) : '') }
    case 'date': {
      const isBirth = name === 'birth_date'
      const write = (value: unknown) =>
        typeof value !== 'string' ? '' : isBirth ? ageBand(value as DateText, month) : value.slice(0, 4)
      return { name: isBirth ? 'age_band' : `${name}_year`, quasi: true, write }
    }
    case 'money':
    case 'decimal':
    case 'integer':
      return { name, quasi: isIdentity, write: value => (value === undefined ? '' : cutNumber(String(value))) }
    case 'code':
    case 'boolean':
      return { name, quasi: isIdentity, write: value => (value === undefined ? '' : String(value)) }
  }
}
