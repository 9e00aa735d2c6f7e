import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import { nicknamesOf } from '../matching/nickname.ts'
import { compareNames, readName } from '../matching/person-name.ts'
import { type Answer, looksFor } from './looks.ts'
import { type NameUnit, nameUnits } from './name-units.ts'

/** What `population.search_persons` looks for: in one of the ways, for each part asked, one of its answers. */
export type NameQuery = {
  readonly ways: readonly (readonly (readonly Answer[])[])[]
  /** Least weights to look for, going down, the last 0 where not all are the same letters: what is nearest first. */
  readonly levels: readonly number[]
}

const MOST_PARTS = 5
const MOST_ANSWERS = 250
/** So many of the register bear a name that is nobody's slip. */
const MANY = 2000
/** The same letters; another spelling, script or pet form; a slip; a part of the name; two slips or other vowels. */
const WEIGHTS = { same: 1, variant: 0.9, close: 0.8, partial: 0.7, similar: 0.6 } as const
/**
 * What to look for where these names were typed, in either script: the parts of names of the register that are spelt so, sound
 * so or nearly so. Undefined where nothing in the text can be a name. Whose names they are is not told here.
 */
export async function nameQuery(tx: Transaction, text: string): Promise<NameQuery | undefined> {
  const { joined, single } = nameUnits(text)
  const asked = [joined, single].map(units => units.filter(isSaying).slice(0, MOST_PARTS))
  const parts = new Map(asked.flat().map(unit => [unit.folded, unit]))
  if (parts.size === 0) return undefined
  const answers = await answersTo(tx, [...parts.values()])
  const spoken = asked.filter(units => units.length > 0)
  const isOneWay = spoken.length === 2 && keyOf(spoken[0]!) === keyOf(spoken[1]!)
  const ways = (isOneWay ? spoken.slice(0, 1) : spoken).map(units => units.map(({ folded }) => answers.get(folded)!))
  if (ways.flat(2).every(({ weight }) => weight === 1)) return { ways, levels: [1] }
  const [only, ...others] = ways.flat()
  if (!only || others.length > 0) return { ways: ways.map(terms => terms.map(withoutOthers)), levels: [1, 0] }
  const { answers: stepped, levels } = looksFor(only)
  return { ways: [[stepped]], levels }
}

/** Beside other parts, a name of thousands that is only similar is another name: Abdelaziz for Abdelkrim. */
function withoutOthers(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ weight, bearers }) => weight > WEIGHTS.similar || bearers < MANY)
}

/** One letter says nothing, neither do digits alone. */
function isSaying({ name, folded }: NameUnit): boolean {
  return folded.length > 1 && /\p{L}/u.test(name.letters)
}

function keyOf(units: readonly NameUnit[]): string {
  return units.map(({ folded }) => folded).join('|')
}

async function answersTo(tx: Transaction, parts: readonly NameUnit[]): Promise<Map<string, Answer[]>> {
  const wanted = parts.map(({ name, folded }) => ({
    folded,
    letters: name.letters,
    // With and without an article that has become a letter: Lamrani and Amrani.
    sounds: [name.sound.consonants, `l${name.sound.consonants}`, name.sound.consonants.replace(/^l(?=..)/, '')],
    known: [...nicknamesOf(name.letters), ...beginningsOf(name.letters), ...slipsOf(name.letters)],
  }))
  const { rows } = await sql<{ asked: string; folded: string; said: string; bearers: number }>`
    select asked, folded, said, bearers from population.name_parts_like(${jsonb(wanted)})`.execute(tx)
  const byFolded = new Map(parts.map(part => [part.folded, part]))
  const answers = new Map(
    parts.map(({ folded }) => [folded, new Map([[folded, { folded, weight: 1, bearers: 0 } as Answer]])]),
  )
  for (const { asked, folded, said, bearers } of rows) {
    const name = readName(said)
    const level = name ? compareNames(byFolded.get(asked)!.name, name) : 'different'
    if (level === 'different') continue
    const found = answers.get(asked)!
    found.set(folded, { folded, weight: Math.max(WEIGHTS[level], found.get(folded)?.weight ?? 0), bearers })
  }
  return new Map([...answers].map(([asked, found]) => [asked, best([...found.values()])]))
}

/** The nearest first, and of those as near what most people bear. */
function best(found: readonly Answer[]): Answer[] {
  return found
    .toSorted(
      (a, b) =>
        b.weight - a.weight ||
        b.bearers - a.bearers ||
        a.folded.length - b.folded.length ||
        (a.folded < b.folded ? -1 : 1),
    )
    .slice(0, MOST_ANSWERS)
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz']

/** Words of which one of three letters is a slip away: too short to be told by its pieces. */
function slipsOf(letters: string): string[] {
  if (!/^[a-z]{3}$/.test(letters)) return []
  const places = [0, 1, 2, 3]
  return [
    ...places.flatMap(at => LETTERS.map(letter => letters.slice(0, at) + letter + letters.slice(at))),
    ...places.slice(0, 3).flatMap(at => LETTERS.map(letter => letters.slice(0, at) + letter + letters.slice(at + 1))),
    letters[1]! + letters[0]! + letters[2]!,
    letters[0]! + letters[2]! + letters[1]!,
  ]
}

/** Names of which this one is more: `fatima` of `fatimazahra`. */
function beginningsOf(letters: string): string[] {
  // By sign, not by half of one: beyond the first plane a sign is two.
  const signs = [...letters]
  return Array.from({ length: Math.max(0, signs.length - 4) }, (_, at) => signs.slice(0, at + 4).join(''))
}
