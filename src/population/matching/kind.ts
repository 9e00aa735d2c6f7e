import { type BirthDate, compareBirthDates, type DayOrder, dateLevels, readBirthDate } from './birth-date.ts'
import { compareNames, nameLevels, type PersonName, readName } from './person-name.ts'
import {
  areaOf,
  codeLevels,
  compareCodes,
  compareNumbers,
  comparePostcodes,
  compareTexts,
  compareWords,
  numberLevels,
  postcodeLevels,
  readCode,
  readPhone,
  readSex,
  readText,
  type Text,
  textLevels,
  wordLevels,
} from './text-value.ts'

export const kinds = [
  'given_name',
  'surname',
  'name',
  'birth_date',
  'sex',
  'phone',
  'document',
  'postcode',
  'place',
  'text',
  'number',
  'word',
] as const

/** What a column holds, and so how two of its values are compared. */
export type Kind = (typeof kinds)[number]

/** How values of one kind are read, told apart and compared. */
export type Comparison<Value> = {
  /** The outcomes of comparing, the strongest evidence for one person first, none for it last. */
  readonly levels: readonly string[]
  /** The share of true pairs at each level where nothing was learnt yet. */
  readonly expected: readonly number[]
  readonly read: (text: string) => Value | undefined
  /** Two values with one text are one value. */
  readonly text: (value: Value) => string
  /** The place of the outcome in `levels`. */
  readonly compare: (a: Value, b: Value) => number
  /** What records must share to be compared at all: each name with a text made of the value, empty where it has none. */
  readonly keys: Readonly<Record<string, (value: Value) => string>>
  /** True where comparing takes long enough to remember the outcome. */
  readonly slow: boolean
}

const placeIn = <Level extends string>(levels: readonly Level[]) => {
  const places = new Map(levels.map((level, place) => [level, place]))
  return (level: Level) => places.get(level)!
}
const nameLevel = placeIn(nameLevels)
const dateLevel = placeIn(dateLevels)
const textLevel = placeIn(textLevels)
const codeLevel = placeIn(codeLevels)
const postcodeLevel = placeIn(postcodeLevels)
const numberLevel = placeIn(numberLevels)
const wordLevel = placeIn(wordLevels)

const name: Comparison<PersonName> = {
  levels: nameLevels,
  expected: [0.72, 0.08, 0.08, 0.04, 0.02, 0.02, 0.04],
  read: readName,
  text: value => (value.isArabic ? `ar:${value.letters}` : value.letters),
  compare: (a, b) => nameLevel(compareNames(a, b)),
  keys: {
    sound: ({ sound }) => sound.consonants,
    head: ({ letters, isArabic }) => (isArabic || letters.length < 3 ? '' : letters.slice(0, 3)),
    tail: ({ letters, isArabic }) => (isArabic || letters.length < 5 ? '' : letters.slice(-4)),
  },
  slow: true,
}

const birthDate = (order: DayOrder): Comparison<BirthDate> => ({
  levels: dateLevels,
  expected: [0.8, 0.02, 0.07, 0.02, 0.03, 0.02, 0.01, 0.03],
  read: text => readBirthDate(text, order),
  text: ({ digits }) => digits,
  compare: (a, b) => dateLevel(compareBirthDates(a, b)),
  keys: {
    date: ({ digits, reach }) => (reach === 'year' ? '' : digits),
    'year and month': ({ digits, reach }) => (reach === 'day' || reach === 'month' ? digits.slice(0, 6) : ''),
    'month and day': ({ digits, reach }) => (reach === 'day' ? digits.slice(4) : ''),
    year: ({ year }) => (year === 0 ? '' : String(year)),
  },
  slow: false,
})

const text: Comparison<Text> = {
  levels: textLevels,
  expected: [0.75, 0.12, 0.04, 0.03, 0.06],
  read: readText,
  text: ({ letters }) => letters,
  compare: (a, b) => textLevel(compareTexts(a, b)),
  keys: {
    text: ({ letters }) => letters,
    head: ({ letters }) => letters.slice(0, 5),
    tail: ({ letters }) => (letters.length < 8 ? '' : letters.slice(-5)),
  },
  slow: true,
}

const code = (read: (text: string) => string | undefined): Comparison<string> => ({
  levels: codeLevels,
  expected: [0.85, 0.08, 0.02, 0.05],
  read,
  text: value => value,
  compare: (a, b) => codeLevel(compareCodes(a, b)),
  keys: {
    number: value => value,
    'first half': value => (value.length < 6 ? '' : value.slice(0, Math.ceil(value.length / 2))),
    'second half': value => (value.length < 6 ? '' : value.slice(-Math.ceil(value.length / 2))),
  },
  slow: false,
})

const postcode: Comparison<string> = {
  levels: postcodeLevels,
  expected: [0.8, 0.08, 0.04, 0.08],
  read: readCode,
  text: value => value,
  compare: (a, b) => postcodeLevel(comparePostcodes(a, b)),
  keys: { postcode: value => value, area: areaOf },
  slow: false,
}

const houseNumber: Comparison<string> = {
  levels: numberLevels,
  expected: [0.85, 0.08, 0.07],
  read: readCode,
  text: value => value,
  compare: (a, b) => numberLevel(compareNumbers(a, b)),
  keys: { number: value => value },
  slow: false,
}

const word = (read: (text: string) => string | undefined): Comparison<string> => ({
  levels: wordLevels,
  expected: [0.9, 0.05, 0.05],
  read,
  text: value => value,
  compare: (a, b) => wordLevel(compareWords(a, b)),
  keys: { word: value => value },
  slow: false,
})

/** What is known of comparing values of each kind, handed to a caller that is told the type of the values. */
export function withComparison<Answer>(
  kind: Kind,
  order: DayOrder,
  use: <Value>(comparison: Comparison<Value>) => Answer,
): Answer {
  switch (kind) {
    case 'given_name':
    case 'surname':
    case 'name':
      return use(name)
    case 'birth_date':
      return use(birthDate(order))
    case 'phone':
      return use(code(readPhone))
    case 'document':
      return use(code(readCode))
    case 'postcode':
      return use(postcode)
    case 'place':
    case 'text':
      return use(text)
    case 'number':
      return use(houseNumber)
    case 'sex':
      return use(word(readSex))
    case 'word':
      return use(word(value => readText(value)?.letters))
  }
}
