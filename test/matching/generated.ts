import {
  type Kind,
  kindOfName,
  type Matching,
  type Measures,
  matchRecords,
  measurePairs,
  openRecords,
  type Records,
} from '#population'
import type { Generated } from './person-records.ts'

/** Generated records ready for matching, with the truth as numbers. `isFirst` tells the records of the first of two files. */
export function recordsOf(
  { header, rows, person }: Generated,
  isFirst?: (row: readonly string[]) => boolean,
): { records: Records; truth: Int32Array } {
  const columns = header.flatMap((name, place) => {
    const kind = kindOfName(name)
    return kind === undefined || kind === 'id' || kind === 'truth' ? [] : [{ name, kind: kind as Kind, place }]
  })
  const open = openRecords(columns)
  const numbers = new Map<string, number>()
  const truth: number[] = []
  const take = (wanted: (row: readonly string[]) => boolean) => {
    for (const [at, row] of rows.entries()) {
      if (!wanted(row)) continue
      open.add(columns.map(({ place }) => row[place]!))
      const number = numbers.get(person[at]!) ?? numbers.size
      numbers.set(person[at]!, number)
      truth.push(number)
    }
  }
  take(isFirst ?? (() => true))
  if (isFirst) {
    open.endFirst()
    take(row => !isFirst(row))
  }
  return { records: open.close(), truth: Int32Array.from(truth) }
}

/** Matches generated records and holds the pairs against the truth. */
export async function matchGenerated(
  generated: Generated,
  isFirst?: (row: readonly string[]) => boolean,
): Promise<{ matching: Matching; measures: Measures; records: Records }> {
  const { records, truth } = recordsOf(generated, isFirst)
  const matching = await matchRecords(records)
  const measures = measurePairs(matching.pairs, truth, records.first, matching.model.threshold)
  return { matching, measures, records }
}
