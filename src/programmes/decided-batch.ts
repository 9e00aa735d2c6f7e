import { type SnapshotRows, UUID_BYTES, uuidAt } from '#households'
import type { Id } from '#kernel'
import type { Results } from '#rules'
import { type Determination, determinationOf, OUTCOMES } from './determination.ts'
import { encodedText, StateBytes, sha256 } from './state.ts'
import type { Totals } from './totals.ts'

const UNDETERMINED = OUTCOMES.indexOf('undetermined')

/**
 * What a pack decided for a batch of households. States are written from the columns: most households say what they said a
 * month ago, and no object is made for them.
 */
export class DecidedBatch {
  readonly households: number
  /** 16 bytes each. */
  readonly ids: Uint8Array
  /** 64 bits of each state, the upper half first. */
  readonly digests: Uint8Array
  /** SHA-256 over the states, in the order of the file. */
  readonly hash: string
  readonly #rows: SnapshotRows
  readonly #results: Results
  /** Places of the batch that the run is about; null where it is about all of them. */
  readonly #only: Int32Array | null

  constructor(rows: SnapshotRows, results: Results, only: Int32Array | null = null) {
    this.#rows = rows
    this.#results = results
    this.#only = only
    this.households = only?.length ?? rows.columns.households
    this.ids = only === null ? rows.households : idsAt(rows.households, only)
    const digests = Buffer.allocUnsafe(8 * this.households)
    const states = new StateBytes()
    const write = this.#writer(states)
    for (let h = 0; h < this.households; h++) {
      const from = states.length
      const row = only === null ? h : (only[h] as number)
      if (results.isWholeAt(row) && results.outcome[row] !== UNDETERMINED) write(row)
      else states.append(this.at(h))
      const { high, low } = states.digestFrom(from)
      digests.writeInt32BE(high, 8 * h)
      digests.writeInt32BE(low, 8 * h + 4)
    }
    this.digests = digests
    this.hash = sha256(states.bytes)
  }

  /** The determination of a household, whole. */
  at(place: number): Determination {
    const household = this.#only === null ? place : (this.#only[place] as number)
    const { households, declarations, territories, territoryCodes, weights } = this.#rows
    return determinationOf(
      {
        householdId: uuidAt(households, household * UUID_BYTES) as Id<'Household'>,
        declarationId: uuidAt(declarations, household * UUID_BYTES) as Id<'Declaration'>,
        territory: territoryCodes[territories[household] as number] as string,
        weight: String(weights[household]),
      },
      this.#results.decisionAt(household),
    )
  }

  /** Adds every household's outcome and refusals to totals. */
  count(totals: Totals): void {
    const { territories, territoryCodes, weights } = this.#rows
    const { outcome, amount } = this.#results
    const refusals = this.#refusals()
    for (let place = 0; place < this.households; place++) {
      const h = this.#only === null ? place : (this.#only[place] as number)
      const territory = territoryCodes[territories[h] as number] as string
      const weight = weights[h] as number
      const worth = outcome[h] === 0 && amount !== null ? (amount[h] as number) : Number.NaN
      const code = OUTCOMES[outcome[h] as number] as string
      totals.add(territory, 'outcome', code, weight, Number.isNaN(worth) ? 0n : BigInt(worth))
      for (const { code, states } of refusals) if (states[h] === 1) totals.add(territory, 'refusal', code, weight, 0n)
    }
  }

  #refusals() {
    return this.#results.pack.refusals.map(({ code }) => ({
      code,
      encoded: encodedText(code),
      states: this.#results.refusals(code) ?? new Uint8Array(0),
    }))
  }

  /** Writes what `StateBytes.append` writes, from the columns. */
  #writer(states: StateBytes): (household: number) => void {
    const { households, persons, territories, territoryCodes } = this.#rows
    const results = this.#results
    const { outcome, amount } = results
    const places = territoryCodes.map(encodedText)
    const refusals = this.#refusals()
    const scores = [...results.scoreIds].sort().map(id => ({ name: encodedText(id), of: results.scores(id) }))
    const codesOf = (household: number, state: number) => {
      let count = 0
      for (const each of refusals) if (each.states[household] === state) count++
      states.count(count)
      if (count > 0) for (const each of refusals) if (each.states[household] === state) states.encoded(each.encoded)
    }
    const lines: { member: number; code: string; value: number }[] = []
    return household => {
      states.idBytes(households, household * UUID_BYTES)
      states.byte(outcome[household] as number)
      states.encoded(places[territories[household] as number] as Uint8Array)
      states.units(outcome[household] === 0 && amount !== null ? (amount[household] as number) : Number.NaN)
      codesOf(household, 1)
      codesOf(household, 2)
      states.count(scores.length)
      for (const { name, of } of scores) {
        states.encoded(name)
        states.number(of?.[household] ?? Number.NaN)
      }
      lines.length = 0
      results.visitLines(household, (member, code, value) => lines.push({ member, code, value }))
      states.count(lines.length)
      for (const { member, code, value } of lines) {
        states.idBytes(persons, member * UUID_BYTES)
        states.text(code)
        states.number(value)
      }
      states.count(0)
      states.fill()
    }
  }
}

/** The ids of some places, 16 bytes each. */
export function idsAt(ids: Uint8Array, places: Int32Array): Uint8Array {
  const chosen = new Uint8Array(places.length * UUID_BYTES)
  for (const [at, place] of places.entries()) {
    chosen.set(ids.subarray(place * UUID_BYTES, (place + 1) * UUID_BYTES), at * UUID_BYTES)
  }
  return chosen
}
