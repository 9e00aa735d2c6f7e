/** A cell that holds something, as a sheet writes it. */
const FILLED_CELL = /<(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,3})(\d{1,7})"[^<>]*?(\/?)>/g
/** Longer than the tag of any cell. */
const LONGEST_TAG = 200

export type SheetReach = { readonly rows: number; readonly columns: number }

/**
 * How far the filled cells of a sheet reach, from its XML given piece by piece. One cell in the last corner of a sheet is
 * a few bytes of file and billions of cells in memory.
 */
export function sheetReach(): { readonly add: (piece: Buffer) => void; readonly end: () => SheetReach } {
  let rest = ''
  let rows = 0
  let columns = 0
  return {
    add(piece) {
      const text = rest + piece.toString('latin1')
      for (const [, letters, number, empty] of text.matchAll(FILLED_CELL)) {
        if (empty) continue
        rows = Math.max(rows, Number(number))
        columns = Math.max(columns, columnNumber(letters as string))
      }
      rest = text.slice(-LONGEST_TAG)
    },
    end: () => ({ rows, columns }),
  }
}

/** A is 1, Z is 26, AA is 27. */
function columnNumber(letters: string): number {
  return [...letters].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0)
}
