// Lists to reconcile with their truth, drawn from a seed: what a ledger holds, and what a bank makes of it.
import type { LineClass, ReconciliationLine } from '#payments'

/** How hard a list is. `easy`: ids come back. `realistic`: a bank's statement. `hard`: no references, one amount for many. */
export type Difficulty = 'easy' | 'realistic' | 'hard' | 'grant'

export type Sample = {
  readonly left: readonly ReconciliationLine[]
  readonly right: readonly ReconciliationLine[]
  /** Pairs by ids. */
  readonly truth: ReadonlySet<string>
  /** Lines of theirs, by id, that are of nothing here. */
  readonly expected: ReadonlyMap<string, LineClass>
}

/** A generator of whole numbers below a bound: the same seed, the same numbers. */
function drawing(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return {
    below: (bound: number) => next() % bound,
    chance: (percent: number) => next() % 1000 < percent * 10,
    of: <Item>(list: readonly Item[]) => list[next() % list.length]!,
  }
}
type Drawing = ReturnType<typeof drawing>

const GIVEN =
  'Mohamed Fatima Ahmed Khadija Youssef Aicha Rachid Zineb Hassan Meryem Omar Salma Brahim Naima Said Latifa Driss Hafsa Abdou Mariam Ousmane Awa Moussa Fatou Ibrahima Aminata Cheikh Ndeye'.split(
    ' ',
  )
const FAMILY =
  'Alaoui Benali Berrada Chraibi Daoudi Elamrani Fassi Ghali Haddad Idrissi Jabri Kettani Lahlou Mansouri Naciri Ouazzani Qadiri Rami Sebti Tazi Wahbi Yacoubi Ziani Diop Ndiaye Fall Sow Traore Coulibaly Keita Diarra Sissoko Toure Camara'.split(
    ' ',
  )
const TRADE =
  'Transport Construction Services Distribution Conseil Travaux Import Negoce Industrie Energie Textile Agricole'.split(
    ' ',
  )
const TEXTS = ['VIR', 'VIREMENT RECU', 'PAIEMENT', 'VIR SEPA DE', 'TRANSFER', 'PRLV', 'REGLEMENT FACTURE']
const DAY = 20_400

export function reconciliationSample(difficulty: Difficulty, size: number, seed = 1): Sample {
  const draw = drawing(seed)
  const left: ReconciliationLine[] = []
  const right: ReconciliationLine[] = []
  const truth = new Set<string>()
  const expected = new Map<string, LineClass>()
  const say = (line: ReconciliationLine) => {
    right.push(line)
    return line.id
  }
  let count = 0
  const rightId = () => `B${String(++count).padStart(6, '0')}`
  for (let number = 1; left.length < size; number++) {
    const line = ledgerLine(draw, difficulty, number)
    left.push(line)
    const fate = draw.below(1000)
    const echo = (change: Partial<ReconciliationLine> = {}) => ({
      ...bankLine(draw, difficulty, line, rightId()),
      ...change,
    })
    if (difficulty === 'easy' ? fate < 20 : fate < 40) continue
    if (difficulty === 'realistic' && fate < 60 && line.amount! > 1_000n) {
      truth.add(`${line.id} ${say(echo({ amount: line.amount! - 250n }))}`)
    } else if (difficulty === 'realistic' && fate < 80 && line.amount! > 10_000n) {
      const part = line.amount! / 3n + BigInt(draw.below(500))
      truth.add(`${line.id} ${say(echo({ amount: part }))}`)
      truth.add(`${line.id} ${say(echo({ amount: line.amount! - part }))}`)
    } else if (difficulty === 'realistic' && fate < 100) {
      const more = Array.from({ length: 1 + draw.below(3) }, (_, at) => ({
        ...ledgerLine(draw, difficulty, number * 10 + at + 5_000_000),
        name: line.name,
        day: line.day! - at,
      }))
      left.push(...more)
      const amount = [line, ...more].reduce((sum, one) => sum + one.amount!, 0n)
      const id = say({ ...bankLine(draw, difficulty, line, rightId()), amount })
      for (const one of [line, ...more]) truth.add(`${one.id} ${id}`)
    } else if (fate < 110 && difficulty !== 'grant') {
      const first = echo()
      truth.add(`${line.id} ${say(first)}`)
      expected.set(say({ ...first, id: rightId(), day: first.day! + 1 }), 'duplicate')
    } else if (fate < 118 && difficulty !== 'grant') {
      const first = echo()
      truth.add(`${line.id} ${say(first)}`)
      expected.set(say({ ...first, id: rightId(), amount: -first.amount!, day: first.day! + 2 }), 'reversed')
    } else truth.add(`${line.id} ${say(echo())}`)
  }
  for (let stranger = 0; stranger < size / 25; stranger++) {
    const line = ledgerLine(draw, difficulty, 9_000_000 + stranger)
    expected.set(say({ ...bankLine(draw, difficulty, line, rightId()) }), 'unknown')
  }
  right.sort((a, b) => a.day! - b.day! || (a.id < b.id ? -1 : 1))
  return { left, right, truth, expected }
}

function ledgerLine(draw: Drawing, difficulty: Difficulty, number: number): ReconciliationLine {
  const name =
    draw.chance(40) && difficulty !== 'grant'
      ? `${draw.of(FAMILY)} ${draw.of(TRADE)} SARL`
      : `${draw.of(GIVEN)} ${draw.of(FAMILY)} ${draw.of(FAMILY)}`
  const round =
    difficulty === 'grant'
      ? 50_000 + 10_000 * draw.below(6)
      : draw.chance(30)
        ? 10_000 * (1 + draw.below(50))
        : 500 + draw.below(3_000_000)
  return {
    id: `A${String(number).padStart(6, '0')}`,
    references: difficulty === 'hard' ? [] : [`INV-2026-${String(number).padStart(6, '0')}`],
    amount: BigInt(round),
    currency: 'MAD',
    day: DAY + draw.below(difficulty === 'grant' ? 3 : 180),
    name,
    text: '',
  }
}

/** What a bank writes of a payment: some days later, in capitals, cut, mistyped, the reference somewhere in the text or lost. */
function bankLine(draw: Drawing, difficulty: Difficulty, line: ReconciliationLine, id: string): ReconciliationLine {
  const late = draw.chance(3) ? 8 + draw.below(15) : draw.below(5)
  if (difficulty === 'easy')
    return { ...line, id, day: line.day! + draw.below(4), text: draw.of(TEXTS), name: line.name.toUpperCase() }
  const [reference = ''] = line.references
  const kept = draw.chance(difficulty === 'grant' ? 50 : 65)
  const written = !kept
    ? ''
    : draw.chance(15)
      ? mistyped(draw, reference)
      : draw.chance(20)
        ? reference.replaceAll('-', ' ')
        : reference
  const name = draw.chance(8) ? '' : draw.chance(25) ? mistyped(draw, line.name) : line.name
  const text = `${draw.of(TEXTS)} ${name.toUpperCase().slice(0, 12 + draw.below(15))} ${written}`.trim()
  return { id, references: [], amount: line.amount, currency: 'MAD', day: line.day! + late, name: '', text }
}

function mistyped(draw: Drawing, text: string): string {
  if (text.length < 4) return text
  const at = 1 + draw.below(text.length - 2)
  const letter = /\d/.test(text[at]!) ? String(draw.below(10)) : 'abcdefghijklmnopqrstuvwxyz'[draw.below(26)]!
  switch (draw.below(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1)
    case 1:
      return text.slice(0, at) + letter + text.slice(at)
    case 2:
      return text.slice(0, at) + letter + text.slice(at + 1)
    default:
      return text.slice(0, at) + text[at + 1]! + text[at]! + text.slice(at + 2)
  }
}
