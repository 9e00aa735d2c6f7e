/** Draws for generated records: the same row of numbers for the same seed, on every machine (Marsaglia's xorshift). */
export class Draw {
  private state: number

  constructor(seed: number) {
    this.state = (seed * 2_654_435_761) | 1
    for (let turn = 0; turn < 8; turn++) this.below(2)
  }

  below(count: number): number {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    return Math.floor(((this.state >>> 0) / 2 ** 32) * count)
  }

  chance(share: number): boolean {
    return this.below(1_000_000) < share * 1_000_000
  }

  one<Value>(list: readonly Value[]): Value {
    return list[this.below(list.length)]!
  }

  /** One of a list whose first are drawn more often, as names and towns are: the n-th with a weight of 1 / (n + flat). */
  ranked<Value>(list: readonly Value[], flat = 10): Value {
    const high = Math.log((list.length + flat) / flat)
    const place = Math.floor(flat * (Math.exp((this.below(1_000_000) / 1_000_000) * high) - 1))
    return list[Math.min(place, list.length - 1)]!
  }
}

const HEADS = 'b br c ch cl d dr f fr g gr h j k l m n p ph pr r s sh sl st t th tr v w wh'.split(' ')
const MIDDLES = 'a ai au e ea ee ei i ie o oo ou u y'.split(' ')
const TAILS = 'b ck d f g l ll m n nd ng nn nt r rd rn rs s sh ss st t tt th x'.split(' ')
const ENDS = ' by ell er ers ey field ford ham ia ie ina ins ley man mer on s sen son ton well wick wood y'.split(' ')

/** Made-up words that look like names, each once. */
export function words(draw: Draw, count: number): string[] {
  const made = new Set<string>()
  while (made.size < count) {
    const syllable = draw.one(HEADS) + draw.one(MIDDLES) + draw.one(TAILS)
    const word = draw.chance(0.3) ? syllable + draw.one(MIDDLES) + draw.one(TAILS) : syllable + draw.one(ENDS)
    if (word.length >= 4 && word.length <= 11) made.add(word)
  }
  return [...made]
}

/** A day of one of some years, written with a sign between the parts. */
export function day(draw: Draw, from: number, to: number, sign = '-'): string {
  const year = from + draw.below(to - from + 1)
  const two = (value: number) => String(value).padStart(2, '0')
  return [year, two(1 + draw.below(12)), two(1 + draw.below(28))].join(sign)
}
