/** How a name sounds: its consonants, and the vowels heard before each of them. */
export type Sound = {
  /** Consonants alone, one sign each, doubled ones once: `Mohammed`, `Mouhamed` and `محمد` are `mmd`. */
  readonly consonants: string
  /** One sign for the vowels before each consonant: `a`, `i`, `u`, or `.` where none is written or any would do. */
  readonly vowels: string
}

// In order: the longest spelling first. French, English and the official alphabets of Wolof and Bambara write these sounds
// each in their own way; غ is written gh, rh or r, and ش is ch or sh.
const SPELLINGS: readonly (readonly [spelling: string, sound: string])[] = [
  ...pairs({ sch: 'x', tch: 'x', ch: 'x', sh: 'x', kh: 'k', gh: 'r', rh: 'r', th: 't', dh: 'd', ph: 'f', dj: 'j' }),
  ...pairs({ ck: 'k', cq: 'k', qu: 'k', q: 'k', x: 'ks', v: 'f' }),
]
const SOFT_C = /^c[eiy]/
/** `Abdelkrim` is عبد الكريم, whose article goes as every other; `Abdellah` is no such name. */
const SERVANT_OF = /^(abd)(?:[aeu]|ou)l(?!l)/
/** `Diop` is `Joob`, `Ndiaye` is `Njaay`: at the beginning, di before a vowel is the Wolof and Pulaar j. */
const WOLOF_J = /^([nm]?)di(?=[aeou])/
/** `Ouazzani` is `Wazzani`; elsewhere w and y only colour a vowel, and no two people write that alike. */
const GLIDE_FIRST = /^(?:ou(?=[aei])|w)/
const VOWEL = /[aeiouyw]/
const LETTER = /[a-z]/

function pairs(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record)
}

/** The sound of one word of Latin letters (see `romanise`). A word too short to be told by its consonants keeps its letters. */
export function soundOf(word: string): Sound {
  const said = word.replace(SERVANT_OF, '$1').replace(WOLOF_J, '$1j').replace(GLIDE_FIRST, 'W')
  const sound = consonantsOf(said, false)
  if (sound.consonants.length >= 2) return sound
  const breathed = consonantsOf(said, true)
  return breathed.consonants.length >= 2 ? breathed : { consonants: shortWord(word), vowels: '' }
}

/** h is heard by some and written by others, and counts only where little else is there: `Hajji`, `طه`. */
function consonantsOf(said: string, withH: boolean): Sound {
  let consonants = ''
  let vowels = ''
  let gap = ''
  let last = ''
  for (let at = 0; at < said.length; ) {
    const letter = said[at]!
    if (VOWEL.test(letter) && !(letter === 'y' && at === 0)) {
      gap += letter
      last = ''
      at++
      continue
    }
    const [sound, length] = soundAt(said, at, withH)
    at += length
    if (sound !== '' && sound !== last) {
      consonants += sound
      vowels += vowelSign(gap).padEnd(sound.length, '.')
      gap = ''
    }
    last = sound
  }
  return { consonants: consonants.replace(/p$/, 'b'), vowels }
}

function soundAt(said: string, at: number, withH: boolean): [sound: string, length: number] {
  const letter = said[at]!
  if (letter === 'h') return [withH ? 'h' : '', 1]
  for (const [spelling, sound] of SPELLINGS) if (said.startsWith(spelling, at)) return [sound, spelling.length]
  if (letter === 'c') return [SOFT_C.test(said.slice(at, at + 2)) ? 's' : 'k', 1]
  if (letter === 'W') return ['w', 1]
  return [LETTER.test(letter) || letter > '~' ? letter : '', 1]
}

/** One vowel sound: e is heard as a, as i and not at all, so it stands for any; two different ones stand for any too. */
function vowelSign(gap: string): string {
  const heard = new Set([...gap.replaceAll(/ou|w/g, 'u').replaceAll('o', 'u').replaceAll('y', 'i')])
  heard.delete('e')
  return heard.size === 1 ? [...heard][0]! : '.'
}

function shortWord(word: string): string {
  return word
    .replaceAll(/ou|w/g, 'u')
    .replaceAll('y', 'i')
    .replaceAll(/(.)\1+/g, '$1')
}

/** Whether two words of the same consonants can be the same word: no vowel of one contradicts the other's. */
export function soundsSame(a: Sound, b: Sound): boolean {
  if (a.consonants !== b.consonants) return false
  for (let at = 1; at < a.vowels.length; at++) {
    const [one, other] = [a.vowels[at], b.vowels[at]]
    if (one !== other && one !== '.' && other !== '.') return false
  }
  return true
}
