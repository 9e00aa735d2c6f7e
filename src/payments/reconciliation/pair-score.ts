import { currenciesAgree, delayOf, type Evidence, feeOf, type Points, points, size } from './evidence.ts'
import type { Prepared, Side } from './prepared.ts'
import { likeness, typingErrors } from './typing-errors.ts'

/** How the two amounts go together. `turned`: equal with the other sign. */
export type AmountRelation = 'equal' | 'fee' | 'turned' | 'unsaid' | 'other'

export type ScoredPair = {
  readonly left: number
  readonly right: number
  readonly points: Points
  readonly amount: AmountRelation
  /** What the reference, and the words, add: a pair of other amounts needs them. */
  readonly named: Points
  readonly referenced: boolean
}

/** The most that words of a name can say: beyond, they are one name said once. */
const MOST_WORDS: Points = 1_600

/**
 * Scores pairs of lines by what they share, each thing by how rare it is in the lists (Fellegi and Sunter, A theory for
 * record linkage, 1969): a common amount on a common day says little, a rare name much.
 */
export function pairScorer(lists: Prepared, evidence: Evidence) {
  const { ours, theirs, tokens } = lists
  const likes = new Map<number, number>()
  const like = (a: number, b: number): number => {
    if (a === b) return 100
    // A first letter is seldom mistyped: most pairs of words need no closer look.
    if (tokens[a]!.charCodeAt(0) !== tokens[b]!.charCodeAt(0)) return 0
    const key = a * tokens.length + b
    let known = likes.get(key)
    if (known === undefined) {
      known = { same: 100, typed: 75, cut: 65, other: 0 }[likeness(tokens[a]!, tokens[b]!)]
      if (likes.size < 4_000_000) likes.set(key, known)
    }
    return known
  }
  const rarity = rarities(ours, theirs)
  const amountRarity = new Map<number, Points>()
  for (const [amount, lines] of theirs.byAmount) amountRarity.set(amount, points((0.9 * theirs.size) / lines.length))

  return (left: number, right: number): ScoredPair | undefined => {
    if (!currenciesAgree(ours, theirs, left, right)) return undefined
    const amount = relationOf(lists, evidence, left, right)
    const reference = referencePoints(left, right)
    const words = wordPoints(left, right)
    const days = delayOf(ours, theirs, left, right)
    const time = days === undefined ? 0 : evidence.delay(days)
    const named = reference + words
    const total = evidence.prior + amountPoints(amount, left, right) + named + time
    return { left, right, points: total, amount, named, referenced: reference > 300 }
  }

  function amountPoints(relation: AmountRelation, left: number, right: number): Points {
    if (relation === 'equal') return amountRarity.get(ours.amountNumber[left]!)!
    if (relation === 'unsaid') return 0
    if (relation === 'turned') return -100
    if (relation === 'fee') {
      const fee = feeOf(ours.amount[left]!, theirs.amount[right]!)
      return evidence.fees.has(fee) ? Math.max(100, points(theirs.size / 20)) : 100
    }
    return -500
  }

  function referencePoints(left: number, right: number): Points {
    const own = ours.marks[left]!
    const other = theirs.marks[right]!
    if (own.length === 0 || other.length === 0) return 0
    let best = 0
    for (const mark of own) if (other.includes(mark)) best = Math.max(best, markPoints(mark))
    if (best > 0) return best
    return nearReference(ours.references[left]!, theirs.references[right]!)
      ? evidence.typedReference
      : evidence.otherReference
  }

  function markPoints(mark: number): Points {
    const lines = theirs.byMark.get(mark)!.length
    const own = ours.byMark.get(mark)!.length
    const token = tokens[mark]!
    const common = points((0.9 * theirs.size) / lines)
    // A long reference that stands once in each list is on two lines by chance nearly never.
    if (token.length >= 5 && !token.startsWith('#') && lines <= 3 && own <= 3) return common + 500
    return token.startsWith('#') ? Math.max(0, common - 200) : common
  }

  function wordPoints(left: number, right: number): Points {
    const own = ours.words[left]!
    const other = theirs.words[right]!
    if (own.length === 0 || other.length === 0) return 0
    let sum = 0
    for (const word of own) {
      let best = 0
      for (const said of other) {
        const much = like(word, said)
        if (much > 0) best = Math.max(best, Math.floor((much * Math.min(rarity.ours(word), rarity.theirs(said))) / 100))
      }
      sum += best
    }
    if (sum < 150) return evidence.otherWords + sum
    return Math.min(MOST_WORDS, sum)
  }
}

function nearReference(own: readonly string[], other: readonly string[]): boolean {
  return own.some(
    a =>
      a.length >= 5 &&
      other.some(b => {
        const [short, long] = a.length <= b.length ? [a, b] : [b, a]
        return (short.length >= 6 && (long.startsWith(short) || long.endsWith(short))) || typingErrors(a, b, 1) <= 1
      }),
  )
}

/** How much a word of either list says, by how many lines have it. */
function rarities(ours: Side, theirs: Side) {
  const of = (side: Side) => {
    const known = new Map<number, Points>()
    for (const [word, lines] of side.byWord) known.set(word, points(side.size / lines.length))
    return (word: number) => known.get(word) ?? 0
  }
  return { ours: of(ours), theirs: of(theirs) }
}

/** The largest part of an amount that may be a fee never seen on another pair: one in forty. */
const FEE_PART = 40n

function relationOf(lists: Prepared, { fees }: Evidence, left: number, right: number): AmountRelation {
  const own = lists.ours.amount[left]!
  const other = lists.theirs.amount[right]!
  if (own === null || other === null) return 'unsaid'
  if (lists.ours.amountNumber[left] === lists.theirs.amountNumber[right]) return 'equal'
  const opposed = own < 0n !== other < 0n
  const away = lists.signs === 'same' ? opposed : lists.signs === 'opposite' ? !opposed : false
  if (away) return size(own) === size(other) ? 'turned' : 'other'
  const fee = feeOf(own, other)
  return fees.has(fee) || (fee > 0n && fee * FEE_PART <= size(own)) ? 'fee' : 'other'
}
