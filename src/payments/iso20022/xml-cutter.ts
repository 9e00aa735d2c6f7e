import { err, ok, type Result } from '#kernel'
import { parseXml, type XmlElement } from './read-xml.ts'
import { DECLARATION, endOfAside, endOfTag, usualLimits, type XmlRefusal } from './xml-bounds.ts'

/** What stands by itself in a message, and may be read without what stands beside it. */
export type Records = {
  /** Elements that are cut apart: the entries of a statement, the payments of a report. */
  readonly names: ReadonlySet<string>
  /** Elements that count as one of them where they hold none: a batch of which the whole is said at once. */
  readonly wholes: ReadonlySet<string>
}

/** A message with some of its records, and with what stands before them in the elements that hold them. */
export type XmlCut = {
  readonly root: XmlElement
  readonly records: number
  /** Elements that an earlier cut began, by name: of each, the first in `root` goes on. */
  readonly continued: ReadonlySet<string>
}

type Frame = { readonly name: string; readonly open: string; kept: string; held: boolean }

/** Most of what stands around the records, which is parsed again with each cut. */
const LARGEST_REST = 4_000_000
/** Letters of records that are held as a tree at a time. */
const LARGEST_CUT = 8_000_000

/**
 * Cuts a message that comes in stretches into messages with at most `most` records each, so that neither its text nor its tree is
 * ever held whole: `push` takes the next stretch, `end` says that it was the last. Each cut holds the elements that are open and what
 * stood before in them, with closed ones that held records left out. All of the text goes through the parser, under the bounds of
 * {@link boundedXml} for each cut; lines are those of the whole. After a refusal nothing more may be pushed.
 */
export function xmlCutter({ names, wholes }: Records, most: number) {
  let text = ''
  let at = 0
  let mark = 0
  /** Lines before `text`. */
  let passed = 0
  let begun = false
  const stack: Frame[] = []
  /** Elements open within a record; 0 outside of one. */
  let inside = 0
  let out: string[] = []
  let size = 0
  let count = 0
  let elements = 0
  let head = ''
  let continued: ReadonlySet<string> = new Set()
  let bodyLine = 1

  const lineAt = (index: number) => passed + linesIn(text.slice(0, index)) + 1
  const localName = (tag: string) => /^<\/?([^\s/>]*)/.exec(tag)![1]!.replace(/^.*:/, '')
  const kept = () => stack.reduce((sum, frame) => sum + frame.open.length + frame.kept.length, 0)

  function keep(upTo: number): void {
    if (upTo <= mark) return
    const piece = text.slice(mark, upTo)
    out.push(piece)
    size += piece.length
    mark = upTo
  }

  function parsed(tail: string): Result<XmlCut, XmlRefusal> {
    const read = parseXml(head + out.join('') + tail)
    if (!read.ok) {
      if (read.refusal.code !== 'malformed') return read
      const line = Math.max(1, bodyLine + read.refusal.line - linesIn(head) - 1)
      return err({ ...read.refusal, line })
    }
    return ok({ root: read.value, records: count, continued })
  }

  function cut(): Result<XmlCut, XmlRefusal> {
    keep(at)
    const closers = stack.map(frame => `</${/^<([^\s/>]*)/.exec(frame.open)![1]}>`).reverse()
    const answer = parsed(closers.join(''))
    continued = new Set(stack.map(frame => frame.name))
    head = stack.map(frame => frame.open + frame.kept).join('')
    bodyLine = lineAt(at)
    out = []
    size = count = elements = 0
    return answer
  }

  /** What one tag means, of which the text is known; undefined where it only goes on. */
  function take(tag: string): XmlRefusal | undefined {
    const closes = tag[1] === '/'
    const whole = tag.at(-2) === '/'
    if (inside > 0) {
      if (closes) inside--
      else if (!whole) inside++
      if (inside + stack.length > usualLimits.depth) return deep()
      if (inside === 0) recordEnds()
      return undefined
    }
    if (closes) {
      const frame = stack.pop()
      if (!frame) return undefined
      const parent = stack.at(-1)
      if (!frame.held && wholes.has(frame.name)) recordEnds()
      else if (frame.held) holds(parent)
      else if (parent) parent.kept += frame.open + frame.kept + tag
      return undefined
    }
    const name = localName(tag)
    if (names.has(name)) {
      if (whole) recordEnds()
      else inside = 1
    } else if (whole) {
      const parent = stack.at(-1)
      if (parent) parent.kept += tag
    } else {
      stack.push({ name, open: tag, kept: '', held: false })
      if (stack.length > usualLimits.depth) return deep()
    }
    return undefined
  }

  const deep = (): XmlRefusal => ({ code: 'too_deep', line: lineAt(at), limit: usualLimits.depth })

  function recordEnds(): void {
    count++
    holds(stack.at(-1))
  }

  function holds(frame: Frame | undefined): void {
    if (frame) frame.held = true
  }

  /** The declaration, once enough is there to know it; false while it is not. */
  function begin(last: boolean): boolean | XmlRefusal {
    if (!last && text.length < 200 && !text.includes('?>') && /^(<(\?.*)?)?$/s.test(text)) return false
    const declared = DECLARATION.exec(text)
    if (!declared && /^<\?xml[^>]*encoding/i.test(text)) return { code: 'encoding_not_utf8' }
    at = declared?.[0].length ?? 0
    begun = true
    return true
  }

  function* walk(last: boolean): Generator<Result<XmlCut, XmlRefusal>> {
    if (!begun) {
      const started = begin(last)
      if (started === false) return
      if (started !== true) return yield err(started)
    }
    for (;;) {
      const next = text.indexOf('<', at)
      const until = next < 0 ? text.length : next
      // Blanks between elements say nothing, and would be kept once for each record.
      const between = inside === 0 ? text.slice(at, until) : ''
      if (/\S/.test(between)) {
        const frame = stack.at(-1)
        if (frame) frame.kept += between
      }
      at = until
      if (next < 0) break
      const end = endOfNext(last)
      if (typeof end === 'object') return yield err(end)
      if (end < 0) break
      const aside = text[at + 1] === '!'
      if (!aside) {
        const tag = text.slice(at, end + 1)
        if (tag[1] !== '/' && ++elements > usualLimits.elements) {
          return yield err({ code: 'too_many_elements', limit: usualLimits.elements })
        }
        const refusal = take(tag)
        if (refusal) return yield err(refusal)
      } else if (inside === 0 && text.startsWith('<![CDATA[', at)) {
        const frame = stack.at(-1)
        if (frame) frame.kept += text.slice(at, end + 1)
      }
      at = end + 1
      if (inside === 0 && (count >= most || (count > 0 && size + at - mark > LARGEST_CUT))) {
        const answer = cut()
        yield answer
        if (!answer.ok) return
      }
    }
    if (kept() > LARGEST_REST) return yield err({ code: 'too_large', limit: LARGEST_REST })
    if (size + text.length - mark > usualLimits.bytes) yield err({ code: 'too_large', limit: usualLimits.bytes })
  }

  /** Where what begins here ends; -1 where the rest of it did not come yet. */
  function endOfNext(last: boolean): number | XmlRefusal {
    const next = text[at + 1]
    if (next === undefined) return -1
    if (next !== '!' && next !== '?') {
      const end = endOfTag(text, at, usualLimits.tag)
      return end === -2 ? { code: 'tag_too_long', line: lineAt(at), limit: usualLimits.tag } : end
    }
    if (!last && next === '!' && text.length - at < '<![CDATA['.length) return -1
    const start = endOfAside(text, at)
    if (start === undefined) {
      const found = text.slice(at, at + 20).split(/\s/)[0]!
      return { code: 'construct_forbidden', line: lineAt(at), found }
    }
    return start < 0 ? -1 : start + 2
  }

  return {
    *push(stretch: string): Generator<Result<XmlCut, XmlRefusal>> {
      keep(at)
      passed += linesIn(text.slice(0, at))
      text = text.slice(at) + stretch
      at = mark = 0
      yield* walk(false)
    },
    *end(): Generator<Result<XmlCut, XmlRefusal>> {
      for (const each of walk(true)) {
        yield each
        if (!each.ok) return
      }
      keep(text.length)
      yield parsed('')
    },
  }
}

function linesIn(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
