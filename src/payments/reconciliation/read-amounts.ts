/** An amount as written: its digits as a whole number, and how many of them stand after the decimal mark. */
export type WrittenAmount = { readonly digits: bigint; readonly places: number }

/** Which sign parts the decimals in a column; thousands are then parted by anything else. */
export type DecimalMark = '.' | ','

const SPACES = /[\s\u00a0\u202f\u2009'’_]/g
const CURRENCY = /^(?:[A-Z]{2,4}|[€$£]|DHS?|درهم|د\.م\.?)|(?:[A-Z]{2,4}|[€$£]|DHS?|درهم|د\.م\.?)$/giu

/**
 * The decimal mark of a column: the one that comes after another, that stands alone with one, two or more than three digits
 * behind it, or twice nowhere. Where nothing tells, `1,234` and `1.234` are thousands.
 */
export function decimalMark(texts: Iterable<string>): DecimalMark {
  let comma = 0
  let point = 0
  for (const text of texts) {
    const marks = text.replaceAll(/[^.,]/g, '')
    const last = marks.at(-1)
    if (last === undefined) continue
    const behind = /[.,](\d*)[^.,\d]*$/.exec(text)?.[1]?.length ?? 0
    const decimal = new Set(marks).size === 2 || (marks.length === 1 && behind !== 3)
    if (!decimal) continue
    if (last === ',') comma++
    else point++
  }
  return comma > point ? ',' : '.'
}

/**
 * Reads `1 234,56`, `1.234,56`, `1,234.56`, `(12.00)`, `12.00-`, `-12`, `+12`, `12,00 MAD`, `12.00 DR`; undefined for what
 * is none.
 */
export function readAmount(text: string, mark: DecimalMark): WrittenAmount | undefined {
  let bare = text.replaceAll(SPACES, '').replaceAll('−', '-').toUpperCase()
  let negative = false
  const parted = /^\((.*)\)$/.exec(bare)
  if (parted) {
    negative = true
    bare = parted[1]!
  }
  const side = /(DR|DT|DBIT|CR|CT|CRDT|D|C)$/.exec(bare)
  if (side && /\d(DR|DT|DBIT|CR|CT|CRDT|D|C)$/.test(bare)) {
    if (side[1]!.startsWith('D')) negative = !negative
    bare = bare.slice(0, -side[1]!.length)
  }
  bare = bare.replaceAll(CURRENCY, '')
  if (bare.endsWith('-')) bare = `-${bare.slice(0, -1)}`
  if (bare.startsWith('-')) {
    negative = !negative
    bare = bare.slice(1)
  }
  bare = bare.replace(/^\+/, '').replaceAll(CURRENCY, '')
  const other = mark === '.' ? ',' : '.'
  const [whole = '', decimals = '', ...more] = bare.replaceAll(other, '').split(mark)
  if (more.length > 0 || !/^\d*$/.test(whole + decimals) || whole + decimals === '') return undefined
  if (whole.length + decimals.length > 30) return undefined
  const digits = BigInt(whole + decimals)
  return { digits: negative ? -digits : digits, places: decimals.length }
}

/** The amount in whole units of a smaller scale. */
export function atScale({ digits, places }: WrittenAmount, scale: number): bigint {
  return digits * 10n ** BigInt(scale - places)
}
