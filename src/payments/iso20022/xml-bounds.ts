import { err, ok, type Result } from '#kernel'

/** How much a message from outside may be. */
export type XmlLimits = {
  readonly bytes: number
  readonly depth: number
  readonly elements: number
  readonly tag: number
}

/** What is parsed at once: a camt.053 of 50,000 entries or more; ISO 20022 nests a dozen deep. */
export const usualLimits: XmlLimits = { bytes: 64_000_000, depth: 32, elements: 2_000_000, tag: 4_000 }

/** A whole file of answers, where its entries are read some at a time: 200,000 entries and more. A larger one comes in several files. */
export const largestFile: XmlLimits = { ...usualLimits, bytes: 192_000_000, elements: 8_000_000 }

/** Most bytes of a file of answers that is read as it comes: over two million payments. */
export const largestStream = 1_000_000_000

export type XmlRefusal =
  | { readonly code: 'too_large'; readonly limit: number }
  | { readonly code: 'encoding_not_utf8' }
  /** A document type, an entity, a processing instruction: nothing of ISO 20022 has one. */
  | { readonly code: 'construct_forbidden'; readonly line: number; readonly found: string }
  | { readonly code: 'too_deep'; readonly line: number; readonly limit: number }
  | { readonly code: 'too_many_elements'; readonly limit: number }
  | { readonly code: 'tag_too_long'; readonly line: number; readonly limit: number }
  | { readonly code: 'malformed'; readonly line: number; readonly message: string }

/** The only declaration taken: XML 1.0, in UTF-8 whether it says so or not. */
export const DECLARATION =
  /^<\?xml\s+version\s*=\s*(["'])1\.0\1(\s+encoding\s*=\s*(["'])utf-?8\3)?(\s+standalone\s*=\s*(["'])(yes|no)\5)?\s*\?>/i

/**
 * The text of a message, once it is known to be small, flat and plain enough to be handed to a parser: nothing in it can
 * grow (entities), reach out (external ones, schemas by reference) or fill the memory. Whether it is XML, the parser says.
 */
export function boundedXml(bytes: Uint8Array, limits: XmlLimits): Result<string, XmlRefusal> {
  if (bytes.length > limits.bytes) return err({ code: 'too_large', limit: limits.bytes })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return err({ code: 'encoding_not_utf8' })
  }
  const declared = DECLARATION.exec(text)
  if (!declared && /^<\?xml[^>]*encoding/i.test(text)) return err({ code: 'encoding_not_utf8' })
  const refusal = walkTags(text, declared?.[0].length ?? 0, limits)
  return refusal ? err(refusal) : ok(text)
}

function walkTags(text: string, from: number, limits: XmlLimits): XmlRefusal | undefined {
  let depth = 0
  let elements = 0
  for (let at = text.indexOf('<', from); at >= 0; ) {
    const next = text[at + 1]
    let end: number
    if (next === '!' || next === '?') {
      const skipped = endOfAside(text, at)
      if (skipped === undefined) {
        return { code: 'construct_forbidden', line: lineOf(text, at), found: text.slice(at, at + 20).split(/\s/)[0]! }
      }
      end = skipped
    } else {
      end = endOfTag(text, at, limits.tag)
      if (end === -2) return { code: 'tag_too_long', line: lineOf(text, at), limit: limits.tag }
      if (next === '/') depth--
      else if (++elements > limits.elements) return { code: 'too_many_elements', limit: limits.elements }
      else if (text[end - 1] !== '/' && ++depth > limits.depth) {
        return { code: 'too_deep', line: lineOf(text, at), limit: limits.depth }
      }
    }
    // What is not closed is no XML: the parser says so with its place.
    if (end < 0) return undefined
    at = text.indexOf('<', end)
  }
  return undefined
}

/** A stretch of a text: from the first letter to the one after the last. */
export type Stretch = { readonly from: number; readonly to: number }

/**
 * Where the elements of a name stand in a text that is bounded, whatever their prefix; those inside one another as the outer one.
 * Undefined where tags do not match: the parser says so with its place.
 */
export function elementsNamed(text: string, name: string): readonly Stretch[] | undefined {
  const found: Stretch[] = []
  let depth = 0
  let begun: { readonly from: number; readonly depth: number } | undefined
  for (let at = text.indexOf('<'); at >= 0; ) {
    const next = text[at + 1]
    const isAside = next === '!' || next === '?'
    // Of what has one of these the bounds have taken the declaration alone.
    const end = next === '?' ? text.indexOf('?>', at) : isAside ? endOfAside(text, at) : endOfTag(text, at, text.length)
    if (end === undefined || end < 0) return undefined
    if (next === '/') {
      depth--
      if (begun?.depth === depth) {
        found.push({ from: begun.from, to: end + 1 })
        begun = undefined
      }
    } else if (!isAside) {
      const isWhole = text[end - 1] === '/'
      if (!begun && isNamed(text, at + 1, end, name)) {
        if (isWhole) found.push({ from: at, to: end + 1 })
        else begun = { from: at, depth }
      }
      if (!isWhole) depth++
    }
    at = text.indexOf('<', end)
  }
  return depth === 0 ? found : undefined
}

function isNamed(text: string, from: number, end: number, name: string): boolean {
  const written = /^[^\s/>]*/.exec(text.slice(from, Math.min(end, from + 80)))![0]
  return written === name || written.endsWith(`:${name}`)
}

/** The end of a comment or of text kept as it is; undefined for anything else that begins so. */
export function endOfAside(text: string, at: number): number | undefined {
  if (text.startsWith('<!--', at)) return text.indexOf('-->', at + 4)
  if (text.startsWith('<![CDATA[', at)) return text.indexOf(']]>', at + 9)
  return undefined
}

/** Where the tag closes, quotes passed over; -1 where it does not, -2 where it goes on too long. */
export function endOfTag(text: string, at: number, longest: number): number {
  let quote = ''
  for (let i = at + 1; i < text.length; i++) {
    if (i - at > longest) return -2
    const letter = text[i]!
    if (quote !== '') {
      if (letter === quote) quote = ''
    } else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '>') return i
  }
  return -1
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}
