import { AFTER, ARTICLES, BEFORE, type PersonName, readName, TITLES, withoutArticle } from '../matching/person-name.ts'
import { romanise } from '../matching/romanise.ts'
import { nameKey } from '../name-key.ts'

/** A part of a name as people use it, `Ben Ali` or `Fatima`, and what stands for it in a person's `name_key`. */
export type NameUnit = {
  readonly said: string
  /** Words of the folded name, side by side in this order: `n diaye`. */
  readonly folded: string
  readonly name: PersonName
}

/** Whatever parts two words; an apostrophe, the lengthening stroke and vowel marks stand within one. */
const BETWEEN = /[^\p{L}\p{N}\p{M}'’‘`ʼʿʾ\u0640\u200c-\u200f]+/u

/**
 * The parts of a name, none twice: `joined` as people use them (`Ben Ali`, `Nour Eddine` are one each), `single` word by word.
 * Articles and titles are no part unless nothing else is there.
 */
export function nameUnits(text: string): {
  readonly joined: readonly NameUnit[]
  readonly single: readonly NameUnit[]
} {
  const groups = groupsOf(text.split(BETWEEN).filter(token => nameKey(token) !== ''))
  return {
    joined: units(groups.map(tokens => tokens.join(' '))),
    single: units(groups.flatMap(tokens => (tokens.length === 1 ? tokens : tokens.filter(token => !isArticle(token))))),
  }
}

function isArticle(token: string): boolean {
  return ARTICLES.has(romanise(token))
}

/** As `readName` makes parts of words, with the words kept. */
function groupsOf(tokens: readonly string[]): string[][] {
  const groups: string[][] = []
  let open: string[] = []
  for (const [place, token] of tokens.entries()) {
    const word = withoutArticle(romanise(token))
    const isLast = place === tokens.length - 1
    if (tokens.length > 1 && ((ARTICLES.has(word) && !isLast) || TITLES.has(word))) {
      // Between the words of one part it stays, for the words to stand side by side.
      if (open.length > 0) open.push(token)
    } else if (AFTER.has(word) && open.length === 0 && groups.length > 0) groups.at(-1)!.push(token)
    else if (BEFORE.has(word) && !isLast) open.push(token)
    else {
      groups.push([...open, token])
      open = []
    }
  }
  if (open.length > 0) groups.push(open)
  return groups.length > 0 ? groups : tokens.length > 0 ? [[...tokens]] : []
}

function units(said: readonly string[]): NameUnit[] {
  const found = new Map<string, NameUnit>()
  for (const text of said) {
    const name = readName(text)
    const folded = nameKey(text)
    if (name && folded !== '' && !found.has(folded)) found.set(folded, { said: text, folded, name })
  }
  return [...found.values()]
}
