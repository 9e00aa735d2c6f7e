import { type Blocks, makeBlocks, planPasses } from './blocking.ts'
import { type Chances, chancesOf, withoutMatches } from './chance.ts'
import { groupRecords } from './cluster.ts'
import { learnShares, lessonsOf } from './learn.ts'
import { type Learnt, learntFrom, type Model, modelOf } from './model.ts'
import { pairsOf, type Records } from './records.ts'
import { expectedMatches, type Pairs, rarityOf, weigherOf, weighPairs, weightsOf } from './score.ts'
import { bestThreshold, isOneToOne, linkFreely, linkOneToOne, type Settled } from './settle.ts'
import { learnTies, noTies } from './ties.ts'

export type MatchOptions = {
  /** A model learnt before, of the same columns: nothing is learnt anew but how many pairs are one person. */
  readonly model?: Model
  /** The probability from which pairs are the same; chosen for the best F1 to be expected where it is not given. */
  readonly threshold?: number
  /** Whether nobody stands twice in either of two files; seen from the pairs where it is not said. */
  readonly oneToOne?: boolean
  /** Told how far the work is; what it answers is waited for, so that it can stop the work by throwing. */
  readonly watch?: (
    stage: 'blocks' | 'learn' | 'compare' | 'settle',
    done: number,
    total: number,
  ) => Promise<void> | void
}

export type Matching = {
  readonly model: Model
  readonly pairs: Settled
  readonly report: {
    readonly compared: number
    readonly passes: readonly string[]
    readonly split: number
    readonly expectedMatches: number
    readonly settledBy: 'groups' | 'one_to_one' | 'each_pair'
    /** How many persons the records are of, where one file was held against itself. */
    readonly persons: number | undefined
  }
}

/** To learn how common a match is, so many pairs are enough. */
const SURVEYED = 2_000_000
/** Pairs less probable than this are forgotten. */
const LEAST = 0.01
/** So many matches per record are thought possible before they are counted. */
const MOST_MATCHES = 10

/**
 * Finds the records that are one person: Fellegi and Sunter's model of record linkage (1969), its weights learnt from the
 * records alone. The same records give the same answer, to the last bit.
 */
export async function matchRecords(records: Records, options: MatchOptions = {}): Promise<Matching> {
  const watch = options.watch ?? (() => {})
  const passes = planPasses(records)
  const blocks = makeBlocks(records, passes)
  await watch('blocks', 1, 1)
  const raw = chancesOf(records)
  const { order } = noTies(records, raw)
  // What was learnt is used as a model says it, so that the model written decides the same when it is read again.
  const learnt = learntFrom(options.model ?? modelOf(records, await learn(records, blocks, raw, watch), 0.5), order)
  const weights = weightsOf(learnt.shares, learnt.chances, learnt.ties)
  const rarity = rarityOf(records, learnt.chances)
  const least = Math.log2(LEAST) - priorOf(records, MOST_MATCHES * records.size)
  const expected = passes.reduce((sum, pass) => sum + pass.expected, 0)
  const { pairs, compared } = await weighPairs(
    records,
    blocks,
    weigherOf(records, weights, rarity, least),
    { least, step: 1 },
    done => watch('compare', done, Math.max(done, Math.round(expected))),
  )
  const matches = expectedMatches(pairs.bits, pairsOf(records), records.size)
  const priorBits = priorOf(records, matches)
  await watch('settle', 0, 1)
  const { settled, threshold, settledBy, persons } = settle(
    records,
    pairs,
    { weights, rarity, priorBits, matches },
    options,
  )
  return {
    model: modelOf(records, { ...learnt, priorBits }, threshold),
    pairs: settled,
    report: {
      compared,
      passes: passes.map(({ keys }) =>
        keys.map(key => `${records.columns[key.column]!.name} (${key.name})`).join(' + '),
      ),
      split: blocks.split,
      expectedMatches: matches,
      settledBy,
      persons,
    },
  }
}

function priorOf(records: Records, matches: number): number {
  const pairs = pairsOf(records)
  return Math.log2(Math.min(matches, pairs / 2) / Math.max(1, pairs - Math.min(matches, pairs / 2)))
}

async function learn(
  records: Records,
  blocks: Blocks,
  raw: Chances,
  watch: NonNullable<MatchOptions['watch']>,
): Promise<Learnt> {
  const lessons = lessonsOf(records, blocks)
  await watch('learn', 1, 3)
  // What strangers share is learnt before anything else: without it two columns that go together would pass for the mark of
  // one person.
  const usual = records.columns.map(({ expected }) => Float64Array.from(expected))
  const firstTies = learnTies(records, raw, usual)
  const first = { shares: learnShares(records, lessons, raw, firstTies, usual), chances: raw, ties: firstTies }
  const priorBits = await surveyed(records, blocks, first)
  await watch('learn', 2, 3)
  const chances = withoutMatches(raw, first.shares, 2 ** priorBits)
  const ties = learnTies(records, chances, first.shares)
  const shares = learnShares(records, lessons, chances, ties, first.shares)
  await watch('learn', 3, 3)
  return { shares, chances, ties, priorBits }
}

/** The share of all pairs that are one person, in bits, from some of the pairs that the blocks bring together. */
async function surveyed(records: Records, blocks: Blocks, found: Omit<Learnt, 'priorBits'>): Promise<number> {
  const least = Math.log2(LEAST) - priorOf(records, MOST_MATCHES * records.size)
  const expected = blocks.passes.reduce((sum, pass) => sum + pass.expected, 0)
  const step = Math.max(1, Math.floor(expected / SURVEYED))
  const weights = weightsOf(found.shares, found.chances, found.ties)
  const weigh = weigherOf(records, weights, rarityOf(records, found.chances), least)
  const { pairs } = await weighPairs(records, blocks, weigh, { least, step }, () => {})
  return priorOf(records, expectedMatches(pairs.bits, pairsOf(records), records.size, step))
}

type Found = Omit<Parameters<typeof groupRecords>[2], 'threshold'> & { readonly matches: number }

function settle(records: Records, pairs: Pairs, found: Found, options: MatchOptions) {
  if (records.first === undefined) {
    const threshold = options.threshold ?? 0.5
    const { settled, groups } = groupRecords(records, pairs, { ...found, threshold })
    return { settled, threshold, settledBy: 'groups' as const, persons: groups }
  }
  const oneToOne = options.oneToOne ?? isOneToOne(pairs, found.priorBits)
  const settled = oneToOne ? linkOneToOne(pairs, found.priorBits) : linkFreely(pairs, found.priorBits)
  const threshold = options.threshold ?? bestThreshold(settled.probability, found.matches)
  return {
    settled,
    threshold,
    settledBy: oneToOne ? ('one_to_one' as const) : ('each_pair' as const),
    persons: undefined,
  }
}
