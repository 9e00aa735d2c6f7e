import { type Draws, topic } from './draws.ts'
import type { Contacts, NameRow } from './model-file.ts'
import type { Making } from './person.ts'

/** A name as a register holds it: in Latin letters as a clerk spelled it, and in Arabic where the list has it. */
export type ModelledName = {
  readonly givenName: string
  readonly familyName: string
  readonly givenNameAr: string | undefined
  readonly familyNameAr: string | undefined
}

const T = {
  given: topic('given name'),
  surname: topic('surname'),
  spelling: topic('spelling of the given name'),
  surnameSpelling: topic('spelling of the surname'),
  personalSpelling: topic('spelling of one person'),
}

type Entry = { latin: string; arabic: string | undefined; variants: readonly string[] }
type Era = 'old' | 'middle' | 'young'

/** Names a household's people, in order. Those of one line share a surname and, but for a clerk's slip, its spelling. */
export type Namer = (making: Making) => ModelledName[]

export function namer(data: Contacts['names'], given: readonly NameRow[], surnames: readonly NameRow[]): Namer {
  const surname = picker(
    surnames.map(row => ({ entry: entryOf(row), factor: 100 })),
    data.decay,
  )
  const lists = { female: byEra(given, 'female', data.decay), male: byEra(given, 'male', data.decay) }
  return making => {
    const { draws } = making
    const taken: Entry[] = []
    return making.people.map(person => {
      const era: Era = person.age >= 50 ? 'old' : person.age >= 25 ? 'middle' : 'young'
      const first = unusedName(lists[person.sex][era], taken, draws, person.slot)
      taken.push(first)
      const family = surname(draws, T.surname, person.line)
      const slip = draws.chance(data.surname_variant, T.personalSpelling, person.slot)
      return {
        givenName: spell(first, draws, data.variant, T.spelling, person.slot),
        familyName: slip
          ? spell(family, draws, 1000, T.personalSpelling, person.slot + 64)
          : spell(family, draws, data.variant, T.surnameSpelling, person.line),
        givenNameAr: first.arabic,
        familyNameAr: family.arabic,
      }
    })
  }
}

/** People of one household bear different names, as far as a few draws find one. */
function unusedName(list: Picker, taken: readonly Entry[], draws: Draws, slot: number): Entry {
  let name = list(draws, T.given, slot)
  for (let turn = 1; turn <= 6 && taken.includes(name); turn++) name = list(draws, T.given, slot + turn * 64)
  return name
}

function entryOf(row: NameRow): Entry {
  return { latin: row.latin, arabic: row.arabic || undefined, variants: row.variants ? row.variants.split(';') : [] }
}

/** Weights, in per cent, of a name's era among people of 50 and over, of 25 to 49, and under 25. */
const factors: Record<NameRow['era'], Record<Era, number>> = {
  old: { old: 190, middle: 70, young: 12 },
  any: { old: 100, middle: 100, young: 80 },
  young: { old: 4, middle: 70, young: 190 },
  '': { old: 100, middle: 100, young: 100 },
}

function byEra(rows: readonly NameRow[], sex: 'female' | 'male', decay: number) {
  const own = rows.filter(row => row.sex === sex)
  const list = (era: Era) =>
    picker(
      own.map(row => ({ entry: entryOf(row), factor: factors[row.era][era] })),
      decay,
    )
  return { old: list('old'), middle: list('middle'), young: list('young') }
}

type Picker = (draws: Draws, topic: number, slot: number) => Entry

function picker(rows: readonly { entry: Entry; factor: number }[], decay: number): Picker {
  const cumulated: number[] = []
  let total = 0
  for (const [place, row] of rows.entries()) {
    total += Math.floor((row.factor * 1000 * decay) / (decay + place))
    cumulated.push(total)
  }
  return (draws: Draws, topicNumber: number, slot: number): Entry => {
    const drawn = draws.below(total, topicNumber, slot)
    let place = 0
    while (drawn >= cumulated[place]!) place++
    return rows[place]!.entry
  }
}

function spell(entry: Entry, draws: Draws, share: number, topicNumber: number, slot: number): string {
  if (entry.variants.length === 0 || !draws.chance(share, topicNumber, slot)) return entry.latin
  return entry.variants[draws.below(entry.variants.length, topicNumber, slot + 128)]!
}
