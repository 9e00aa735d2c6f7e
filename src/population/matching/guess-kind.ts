import { readBirthDate } from './birth-date.ts'
import type { Kind } from './kind.ts'
import { romanise } from './romanise.ts'

// What a column holds, told by its name in the languages and habits of those who make files, and by its values where the
// name says nothing.

const NAMES: readonly (readonly [RegExp, Kind | 'id' | 'truth'])[] = [
  [/^(rec|record|row|unique|person)? ?(id|key|no|number|identifier)$|^uuid$|^identifiant$/, 'id'],
  [/^(cluster|entity|truth|true|gold|match|ground truth)( ?(id|key|no))?$/, 'truth'],
  [
    /(birth|naissance|dob|ddn).*(place|city|town|lieu|commune|ville|pays)|(place|lieu|ville) (of|de) (birth|naissance)|^pob$/,
    'place',
  ],
  [/birth|naissance|^dob|^ddn$|^born/, 'birth_date'],
  [/^(full|complete|whole) ?name|^name$|^nom complet|first and surname|^nom et prenom/, 'name'],
  [/sur ?name|last ?name|family ?name|^lname|nom (de )?famille|^nom$|patronym|^lastname$|^last$/, 'surname'],
  [/given|first ?name|fore ?name|prenom|^fname|christian name|middle ?name|^first$/, 'given_name'],
  [/^sex|gender|^sexe|genre/, 'sex'],
  [/phone|mobile|^tel|gsm|^msisdn/, 'phone'],
  [/post ?code|^zip|postal|^cp$/, 'postcode'],
  [/(street|house|door|building) ?(number|no|num|nr)$|numero (de )?(rue|maison)|^number$/, 'number'],
  [
    /soc.*sec|^ssn|^nin$|^cin$|^cnie|passport|document|^card|carte|national id|licen[cs]e|^nif$|identity|insurance/,
    'document',
  ],
  [
    /suburb|city|town|village|commune|ville|place|locality|municipal|district|region|province|county|territor|lieu/,
    'place',
  ],
  [/^state$|^etat$|status|statut|marital|country|pays|nationality/, 'word'],
  [/address|adresse|street|rue|road|occupation|profession|job|metier|employer/, 'text'],
]

/** What the name of a column says that it holds: a kind, the records' own `id`, the `truth` of a test file, or nothing. */
export function kindOfName(column: string): Kind | 'id' | 'truth' | undefined {
  const name = romanise(column.replaceAll(/([a-z])([A-Z])/g, '$1 $2'))
    .replaceAll(/[_\d]+/g, ' ')
    .trim()
  return NAMES.find(([pattern]) => pattern.test(name))?.[1]
}

const TRIED = 2000

/** What the values of a column look like, where its name says nothing. `undefined` where they are all missing. */
export function kindOfValues(values: readonly string[]): Kind | undefined {
  const known = values
    .slice(0, TRIED)
    .map(value => value.trim())
    .filter(value => value !== '')
  if (known.length === 0) return undefined
  const share = (is: (value: string) => boolean) => known.filter(is).length / known.length
  const distinct = new Set(known).size
  if (share(value => value.length >= 8 && (readBirthDate(value)?.year ?? 0) > 1500) > 0.8) return 'birth_date'
  if (distinct <= 3 && share(value => /^[mfhw]|^(male|female|homme|femme)$/i.test(value)) > 0.9) return 'sex'
  if (share(value => /^\+?[\d .()-]{9,}$/.test(value)) > 0.8) return 'phone'
  if (share(value => /\d/.test(value)) > 0.8) {
    const length = known.reduce((sum, value) => sum + value.length, 0) / known.length
    return length < 3.5 ? 'number' : length <= 5 && distinct < known.length / 2 ? 'postcode' : 'document'
  }
  if (distinct <= 40 && known.length > 200) return 'word'
  return 'text'
}

/** Whether the dates of a column put the month first: no month is above 12, some day is. */
export function dayOrderOf(values: readonly string[]): 'day_first' | 'month_first' {
  let months = 0
  let days = 0
  for (const value of values) {
    const parts = /^\s*(\d{1,2})\D(\d{1,2})\D\d{4}/.exec(value)
    if (Number(parts?.[1]) > 12) days++
    if (Number(parts?.[2]) > 12) months++
  }
  return months > days ? 'month_first' : 'day_first'
}
