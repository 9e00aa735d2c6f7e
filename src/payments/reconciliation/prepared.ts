import type { ReconciliationLine } from './line.ts'
import { consonants, folded, isArabic, numberOf, referenceKey } from './written-words.ts'

/** No day said. */
export const NO_DAY = -0x80000000

/** The two lists, ready to be compared: texts and amounts as numbers of one vocabulary. */
export type Prepared = {
  readonly ours: Side
  readonly theirs: Side
  /** Every token by its number. */
  readonly tokens: readonly string[]
  /** How signs of the two lists go together. */
  readonly signs: Signs
}

/** `absolute`: one list does not say which way money goes, and the other does. */
export type Signs = 'same' | 'opposite' | 'absolute'

export type Side = {
  readonly size: number
  readonly amount: readonly (bigint | null)[]
  /** One number for each amount, sign included, as {@link Signs} has it; -1 where there is none. */
  readonly amountNumber: Int32Array
  readonly day: Int32Array
  readonly currency: readonly string[]
  /** References as keys, and what looks like one in the text: for typing errors. */
  readonly references: readonly (readonly string[])[]
  /** Tokens that name a payment: references, those found in the text, numbers of three digits and more. */
  readonly marks: readonly (readonly number[])[]
  /** Words of name and text. */
  readonly words: readonly (readonly number[])[]
  /** Lines by token; and by amount. */
  readonly byMark: ReadonlyMap<number, readonly number[]>
  readonly byWord: ReadonlyMap<number, readonly number[]>
  readonly byAmount: ReadonlyMap<number, readonly number[]>
}

export function prepare(left: readonly ReconciliationLine[], right: readonly ReconciliationLine[]): Prepared {
  const signs = signsOf(left, right)
  const vocabulary = numbering<string>()
  const amounts = numbering<string>()
  const foldedLeft = left.map(foldedLine)
  const foldedRight = right.map(foldedLine)
  const scripts = crossScripts(foldedLeft, foldedRight)
  const keysLeft = new Set(foldedLeft.flatMap(line => line.references))
  const keysRight = new Set(foldedRight.flatMap(line => line.references))
  const side = (lines: readonly ReconciliationLine[], texts: readonly Folded[], others: Set<string>, theirs: boolean) =>
    sideOf(lines, texts, {
      others,
      beginnings: new Set([...others].map(key => key.slice(0, 3))),
      scripts,
      number: vocabulary.number,
      amount: amount => amounts.number(`${signed(amount, signs, theirs)}`),
    })
  const ours = side(left, foldedLeft, keysRight, false)
  const theirs = side(right, foldedRight, keysLeft, true)
  return { ours, theirs, tokens: vocabulary.values, signs }
}

/** An amount as it compares with the other list's. */
function signed(amount: bigint, signs: Signs, theirs: boolean): bigint {
  if (signs === 'absolute') return amount < 0n ? -amount : amount
  return signs === 'opposite' && theirs ? -amount : amount
}

type Folded = {
  readonly references: readonly string[]
  /** What has three digits or more in the text, as it stands between spaces. */
  readonly spoken: readonly string[]
  readonly name: string
  readonly text: string
}

function foldedLine({ references, name, text }: ReconciliationLine): Folded {
  const keys = references.map(referenceKey).filter(key => key.length >= 2)
  const spoken = text
    .split(/\s+/)
    .filter(word => /\d\D*\d\D*\d/.test(word))
    .map(referenceKey)
  return { references: [...new Set(keys)], spoken, name: folded(name), text: folded(text) }
}

/** Is one list in Arabic script much more often than the other? Then words are compared by their consonants. */
function crossScripts(left: readonly Folded[], right: readonly Folded[]): boolean {
  const share = (lines: readonly Folded[]) =>
    lines.filter(({ name, text }) => isArabic(name) || isArabic(text)).length / Math.max(1, lines.length)
  return Math.abs(share(left) - share(right)) > 0.1
}

type SideTools = {
  /** References of the other list, and the first three letters of each. */
  readonly others: ReadonlySet<string>
  readonly beginnings: ReadonlySet<string>
  readonly scripts: boolean
  readonly number: (token: string) => number
  readonly amount: (amount: bigint) => number
}

function sideOf(lines: readonly ReconciliationLine[], texts: readonly Folded[], tools: SideTools): Side {
  const marks = texts.map(text => marksOf(text, tools))
  const words = texts.map(({ name, text }) => {
    const said = `${name} ${text}`.split(' ').filter(word => word.length >= 2 && !/\d/.test(word))
    const keys = tools.scripts ? said.map(consonants).filter(key => key.length >= 2) : said
    return [...new Set(keys.map(tools.number))]
  })
  const amountNumber = Int32Array.from(lines, line => (line.amount === null ? -1 : tools.amount(line.amount)))
  return {
    size: lines.length,
    amount: lines.map(line => line.amount),
    amountNumber,
    day: Int32Array.from(lines, line => line.day ?? NO_DAY),
    currency: lines.map(line => line.currency),
    references: texts.map(({ references, spoken }) => [...new Set([...references, ...spoken])]),
    marks,
    words,
    byMark: linesBy(marks),
    byWord: linesBy(words),
    byAmount: linesBy(Array.from(amountNumber, number => (number < 0 ? [] : [number]))),
  }
}

/** Longest run of words of a text that is tried as one reference written with spaces. */
const JOINED = 5

function marksOf({ references, spoken, name, text }: Folded, tools: SideTools): readonly number[] {
  const found = new Set<string>([...references, ...spoken])
  const numbers = new Set(references.map(numberOf))
  const said = `${name} ${text}`.split(' ')
  for (let start = 0; start < said.length; start++) {
    let joined = ''
    for (let end = start; end < Math.min(said.length, start + JOINED); end++) {
      joined += said[end]
      if (!tools.beginnings.has(joined.slice(0, 3)) && joined.length >= 3) break
      if (joined.length >= 3 && tools.others.has(joined)) found.add(joined)
    }
    const word = said[start]!
    if (word.length >= 3 && /\d/.test(word)) {
      found.add(word)
      numbers.add(numberOf(word))
    }
  }
  for (const number of numbers) if (number !== undefined) found.add(`#${number}`)
  return [...found].map(tools.number)
}

function linesBy(keys: readonly (readonly number[])[]): Map<number, number[]> {
  const lines = new Map<number, number[]>()
  keys.forEach((list, line) => {
    for (const key of list) {
      const known = lines.get(key)
      if (known) known.push(line)
      else lines.set(key, [line])
    }
  })
  return lines
}

function numbering<Key>() {
  const numbers = new Map<Key, number>()
  const values: Key[] = []
  return {
    values,
    number(key: Key): number {
      const known = numbers.get(key)
      if (known !== undefined) return known
      numbers.set(key, values.length)
      return values.push(key) - 1
    },
  }
}

/**
 * A ledger and a bank's statement may count the same money with opposite signs, or one of them with none. What most lines
 * of equal size do is what the lists do; a few of the other sign are then reversals.
 */
function signsOf(left: readonly ReconciliationLine[], right: readonly ReconciliationLine[]): Signs {
  const positive = new Set<bigint>()
  const negative = new Set<bigint>()
  for (const { amount } of left) {
    if (amount !== null && amount > 0n) positive.add(amount)
    if (amount !== null && amount < 0n) negative.add(-amount)
  }
  let same = 0
  let opposite = 0
  for (const { amount } of right) {
    if (amount === null || amount === 0n) continue
    const size = amount < 0n ? -amount : amount
    const [own, other] = amount > 0n ? [positive, negative] : [negative, positive]
    if (own.has(size) === other.has(size)) continue
    if (own.has(size)) same++
    else opposite++
  }
  if (opposite === 0 || same >= opposite * 4) return 'same'
  if (opposite >= same * 4) return 'opposite'
  return 'absolute'
}
