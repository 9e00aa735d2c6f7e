import { editDistance, likeness } from './distance.ts'
import { isNickname } from './nickname.ts'
import { isArabic, romanise } from './romanise.ts'
import { type Sound, soundOf, soundsSame } from './sound-key.ts'

/** A name made ready for comparing: see `readName`. */
export type PersonName = {
  /** All letters without spaces or article: `El Idrissi` is `idrissi`. */
  readonly letters: string
  /** The parts as people use them: `Ben Ali` and `Abd el Kader` are one part each, an article is none. */
  readonly parts: readonly string[]
  readonly sound: Sound
  readonly isArabic: boolean
}

/** How near two names are, from the same to a different one. `swapped` is for whoever knows the other name of both persons. */
export const nameLevels = ['same', 'variant', 'close', 'partial', 'similar', 'swapped', 'different'] as const
type NameLevel = Exclude<(typeof nameLevels)[number], 'swapped'>

/** The article of Arabic, as a word of its own: `El Alaoui`. It comes and goes between two papers of one person. */
export const ARTICLES: ReadonlySet<string> = new Set(['el', 'al', 'l', 'er', 'es', 'ez', 'en', 'ed', 'et', 'ech'])
/** Words that make one name with the next: son of, father of, servant of, people of. */
export const BEFORE: ReadonlySet<string> = new Set(
  'ben bin ibn bou abou abu bel abd abdel abdul abdoul abdal ait ayt oulad ould ag walet aboul mc mac van de du'.split(
    ' ',
  ),
)
/** Words that make one name with the one before: `Nour Eddine`, `Abd Allah`. */
export const AFTER: ReadonlySet<string> = new Set([
  'eddine',
  'eddin',
  'ddine',
  'dine',
  'din',
  'addine',
  'allah',
  'ellah',
  'llah',
])
export const TITLES: ReadonlySet<string> = new Set([
  'si',
  'sidi',
  'moulay',
  'lalla',
  'mr',
  'mrs',
  'dr',
  'mme',
  'hadj',
  'elhadj',
  'elhaj',
  'elhadji',
])

/** A name of either script made ready for comparing; nothing where the text has no letters. */
export function readName(text: string): PersonName | undefined {
  const words = romanise(text).split(' ').map(withoutArticle)
  const parts: string[] = []
  let open = ''
  for (const [place, word] of words.entries()) {
    if (word === '' || (words.length > 1 && ARTICLES.has(word) && place < words.length - 1)) continue
    if (words.length > 1 && TITLES.has(word)) continue
    if (AFTER.has(word) && open === '' && parts.length > 0) parts[parts.length - 1] += word
    else if (BEFORE.has(word) && place < words.length - 1) open += word
    else {
      parts.push(open + word)
      open = ''
    }
  }
  if (open !== '') parts.push(open)
  const letters = parts.length > 0 ? parts.join('') : words.join('')
  if (letters === '') return undefined
  return {
    letters,
    parts: parts.length > 0 ? parts : [letters],
    sound: soundOf(letters),
    isArabic: isArabic(text),
  }
}

/**
 * The article grown into the word: `Elhassan`, `الحسن` (romanised `alhsn`), `Ennaciri`. Kept where little would be left, as in
 * `Elias`.
 */
export function withoutArticle(word: string): string {
  const sun = /^e(?:([nrstzd])\1|ch(?=[ae]))/.exec(word)
  if (sun && word.length > 5) return word.slice(sun[1] ? 2 : 1)
  return /^[ea]l[bcdfghjkmnqrstvwxz]/.test(word) && word.length > 5 ? word.slice(2) : word
}

/** How near two names are; other than `different` is some evidence for one person. */
export function compareNames(a: PersonName, b: PersonName): NameLevel {
  if (a.letters === b.letters) return a.isArabic === b.isArabic ? 'same' : 'variant'
  if (soundsAlike(a, b) || isNickname(a.letters, b.letters)) return 'variant'
  const alike = likenessOf(a, b)
  if (alike >= 0.92 || isOneSlip(a, b)) return 'close'
  if (a.parts.length > 1 || b.parts.length > 1) {
    const byParts = compareParts(a, b)
    if (byParts) return byParts
  }
  if (isPartOf(a.letters, b.letters) || isPartOf(b.letters, a.letters)) return 'partial'
  return alike >= 0.82 || isTwoSlips(a, b) || a.sound.consonants === b.sound.consonants ? 'similar' : 'different'
}

/** The French article that has become a letter of the name: `Lamrani` and `Amrani`, `Lahcen` and `الحسن`. */
function soundsAlike(a: PersonName, b: PersonName): boolean {
  if (soundsSame(a.sound, b.sound)) return true
  return soundsAsWithArticle(a.sound, b.sound) || soundsAsWithArticle(b.sound, a.sound)
}

function soundsAsWithArticle(longer: Sound, shorter: Sound): boolean {
  if (longer.consonants.length !== shorter.consonants.length + 1 || shorter.consonants.length < 2) return false
  if (!longer.consonants.startsWith('l') || longer.vowels[0] !== '.' || longer.vowels === '') return false
  return soundsSame({ consonants: longer.consonants.slice(1), vowels: longer.vowels.slice(1) }, shorter)
}

/** Two scripts share no vowels: there the consonants are compared. */
function likenessOf(a: PersonName, b: PersonName): number {
  if (a.isArabic === b.isArabic) return likeness(a.letters, b.letters)
  return likeness(a.sound.consonants, b.sound.consonants) - 0.05
}

function isOneSlip(a: PersonName, b: PersonName): boolean {
  if (a.isArabic !== b.isArabic) return false
  return Math.min(a.letters.length, b.letters.length) >= 3 && editDistance(a.letters, b.letters, 1) <= 1
}

function isTwoSlips(a: PersonName, b: PersonName): boolean {
  if (a.isArabic !== b.isArabic) return false
  return Math.min(a.letters.length, b.letters.length) >= 6 && editDistance(a.letters, b.letters, 2) <= 2
}

/** An initial, or a name cut short. */
function isPartOf(short: string, long: string): boolean {
  return (short.length === 1 || short.length >= 3) && short.length < long.length && long.startsWith(short)
}

/** Names of several parts: in another order, or with some of them left out. */
function compareParts(a: PersonName, b: PersonName): NameLevel | undefined {
  const [few, many] = a.parts.length <= b.parts.length ? [a.parts, b.parts] : [b.parts, a.parts]
  const left = [...many]
  let found = 0
  for (const part of few) {
    const place = left.findIndex(other => isSamePart(part, other))
    if (place < 0) continue
    left.splice(place, 1)
    found++
  }
  if (found === 0) return undefined
  if (found < few.length) return 'similar'
  return left.length === 0 ? 'close' : 'partial'
}

function isSamePart(a: string, b: string): boolean {
  if (a === b || isNickname(a, b)) return true
  if (a.length === 1 || b.length === 1) return a[0] === b[0]
  return likeness(a, b) >= 0.9 || (Math.min(a.length, b.length) >= 4 && soundsSame(soundOf(a), soundOf(b)))
}
