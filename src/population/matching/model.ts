import { createHash } from 'node:crypto'
import type { Chances } from './chance.ts'
import type { Column } from './column.ts'
import { type Kind, kinds } from './kind.ts'
import type { Shares } from './learn.ts'
import type { Records } from './records.ts'
import type { Ties } from './ties.ts'

/** What was learnt of a set of records: enough to weigh any pair again, and to be read by a person. */
export type Model = {
  readonly format: 'socle-match-1'
  /** The first 16 signs of the SHA-256 of all that weighs: two models of one version decide alike. */
  readonly version: string
  readonly columns: readonly ModelColumn[]
  /** The evidence that a pair has before anything is compared, in bits: the share of all pairs that are one person. */
  readonly prior_bits: number
  /** Pairs of at least this probability are taken for the same. */
  readonly threshold: number
}

export type ModelColumn = {
  readonly name: string
  readonly kind: Kind
  /** m: the share of true pairs at the level; u: the chance that strangers stand there; bits: log2 (m / u). */
  readonly levels: readonly { readonly level: string; readonly m: number; readonly u: number; readonly bits: number }[]
  /**
   * Values that many hold, with their share: two who agree in one of them agree in less than two who share a rare one. What
   * is not among them is no more common than the rarest of them.
   */
  readonly common?: Readonly<Record<string, number>>
  /** The column it leans on, and u for each level of that column where strangers were seen to share both. */
  readonly leans_on?: { readonly column: string; readonly u: readonly (readonly number[] | null)[] }
}

export type Learnt = {
  readonly shares: Shares
  readonly chances: Chances
  readonly ties: Ties
  readonly priorBits: number
}

export function modelOf({ columns }: Records, learnt: Learnt, threshold: number): Model {
  const { shares, chances, ties, priorBits } = learnt
  const described = columns.map((column, at): ModelColumn => {
    const { name, kind, levels } = column
    const parent = ties.parent[at]!
    const common = commonIn(column)
    return {
      name,
      kind,
      levels: levels.map((level, place) => {
        const [m, u] = [rounded(shares[at]![place]!), rounded(chances[at]![place]!)]
        return { level, m, u, bits: Math.round(Math.log2(m / u) * 1000) / 1000 }
      }),
      ...(common && { common }),
      ...(parent >= 0 && {
        leans_on: {
          column: columns[parent]!.name,
          u: ties.given[at]!.map(each => (each ? [...each].map(rounded) : null)),
        },
      }),
    }
  })
  const weighs = { columns: described, prior_bits: Math.round(priorBits * 1000) / 1000 }
  const version = createHash('sha256').update(JSON.stringify(weighs)).digest('hex').slice(0, 16)
  return { format: 'socle-match-1', version, ...weighs, threshold: Math.round(threshold * 1e6) / 1e6 }
}

/** Where some values are held by thousands: a name, a year of birth for want of the day. */
const UNEVEN: ReadonlySet<Kind> = new Set(['given_name', 'surname', 'name', 'birth_date'])
/** Of fewer records it cannot be said what is common. */
const FEWEST_RECORDS = 2000
const MOST_COMMON = 400
/** Less than this is not common; of less than so many records it may be chance. */
const LEAST_COMMON = 1 / 5000
const FEWEST_HOLDERS = 8

function commonIn({ kind, counts, known, textOf }: Column): Readonly<Record<string, number>> | undefined {
  if (!UNEVEN.has(kind)) return undefined
  const values = Array.from(counts, (count, value) => [value, count] as const).filter(([, count]) => count > 0)
  return commonOf(new Map(values.map(([value, count]) => [textOf(value), count])), known)
}

/** The most common of some values, from how many hold each; nothing where they are too few to tell. */
export function commonOf(
  counts: ReadonlyMap<string, number>,
  known: number,
): Readonly<Record<string, number>> | undefined {
  if (known < FEWEST_RECORDS) return undefined
  const common = [...counts]
    .filter(([, count]) => count >= Math.max(FEWEST_HOLDERS, LEAST_COMMON * known))
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_COMMON)
  return common.length === 0
    ? undefined
    : Object.fromEntries(common.map(([text, count]) => [text, Number((count / known).toPrecision(2))]))
}

/** Six significant digits: what is written is what is used, on every machine. */
function rounded(value: number): number {
  return Number(value.toPrecision(6))
}

/** What a model says, for records of the same columns. */
export function learntFrom(model: Model, order: readonly number[]): Learnt {
  const place = new Map(model.columns.map(({ name }, at) => [name, at]))
  return {
    shares: model.columns.map(({ levels }) => Float64Array.from(levels, ({ m }) => m)),
    chances: model.columns.map(({ levels }) => Float64Array.from(levels, ({ u }) => u)),
    ties: {
      parent: model.columns.map(({ leans_on }) => (leans_on ? place.get(leans_on.column)! : -1)),
      given: model.columns.map(
        ({ leans_on }) => leans_on?.u.map(each => (each ? Float64Array.from(each) : undefined)) ?? [],
      ),
      order,
    },
    priorBits: model.prior_bits,
  }
}

/** The model in a text, or what is wrong with it in a sentence. */
export function readModel(text: string): { ok: true; value: Model } | { ok: false; refusal: string } {
  let model: Partial<Model>
  try {
    model = JSON.parse(text) as Partial<Model>
  } catch (error) {
    return { ok: false, refusal: `not JSON (${(error as Error).message})` }
  }
  if (model?.format !== 'socle-match-1') return { ok: false, refusal: 'its format is not socle-match-1' }
  const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value)
  const good =
    Array.isArray(model.columns) &&
    isNumber(model.prior_bits) &&
    isNumber(model.threshold) &&
    model.columns.every(
      ({ kind, levels, leans_on, common }) =>
        kinds.includes(kind) &&
        levels.every(({ m, u }: ModelColumn['levels'][number]) => isNumber(m) && isNumber(u) && m > 0 && u > 0) &&
        (common === undefined ||
          Object.values(common as Record<string, number>).every(share => isNumber(share) && share > 0)) &&
        (leans_on === undefined || model.columns!.some(({ name }) => name === leans_on.column)),
    )
  return good
    ? { ok: true, value: model as Model }
    : { ok: false, refusal: 'columns, levels, m and u are not all there' }
}
