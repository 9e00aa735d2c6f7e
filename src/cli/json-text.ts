import { err, ok, type Result } from '#kernel'

/** The largest JSON that is read from outside, in characters: a household is some thousands. */
export const LONGEST_JSON = 1 << 24
const DEEPEST = 64

/**
 * Reads JSON that has one meaning. Refused, with a sentence: text that is no JSON, bytes that are no UTF-8, a name given
 * twice in one object (RFC 8259 leaves open which counts), nesting without end, a text too long to be a case.
 */
export function readJson(text: string): Result<unknown, string> {
  if (text.length > LONGEST_JSON) return err(`this is longer than ${LONGEST_JSON >> 20} million characters`)
  // What a decoder puts in the place of bytes that are not UTF-8.
  if (text.includes('\ufffd')) return err('this holds bytes that are not UTF-8; accepted: UTF-8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return err('this is not JSON')
  }
  const keys = countKeys(json, 0)
  if (keys === undefined) return err(`this is nested more than ${DEEPEST} deep`)
  // Every key has its colon. Only where there are more is the text read again, for a name that is there twice.
  const twice = countColons(text) === keys ? undefined : keyTwice(text)
  return twice === undefined ? ok(json) : err(`${JSON.stringify(twice.slice(0, 60))} is given twice in one object`)
}

function countKeys(json: unknown, depth: number): number | undefined {
  if (typeof json !== 'object' || json === null) return 0
  if (depth === DEEPEST) return undefined
  let keys = Array.isArray(json) ? 0 : Object.keys(json).length
  for (const value of Array.isArray(json) ? json : Object.values(json)) {
    if (typeof value !== 'object') continue
    const inner = countKeys(value, depth + 1)
    if (inner === undefined) return undefined
    keys += inner
  }
  return keys
}

function countColons(text: string): number {
  let colons = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) colons++
  return colons
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g

/** The first key that an object of this JSON holds twice. */
function keyTwice(text: string): string | undefined {
  const open: (Set<string> | null)[] = []
  let isKey = false
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null)
    else if (token === '}' || token === ']') open.pop()
    else if (token !== ',' && isKey) {
      const keys = open.at(-1) as Set<string>
      const key: string = JSON.parse(token)
      if (keys.has(key)) return key
      keys.add(key)
    }
    isKey = (token === '{' || token === ',') && open.at(-1) instanceof Set
  }
  return undefined
}
