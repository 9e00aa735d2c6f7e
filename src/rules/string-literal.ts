const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))/gs
const SIMPLE: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\' }

/** The text between the quotes of a string literal, escapes resolved: `\n`, `\u00e9`, `\U01F40E`. Others stay as written. */
export function readString(literal: string): string {
  return literal.slice(1, -1).replace(ESCAPE, (all, four?: string, six?: string, simple?: string) => {
    const point = four ?? six
    if (point !== undefined) return Number.parseInt(point, 16) <= 0x10ffff ? codePoint(point) : all
    return SIMPLE[simple as string] ?? all
  })
}

function codePoint(hex: string): string {
  return String.fromCodePoint(Number.parseInt(hex, 16))
}
