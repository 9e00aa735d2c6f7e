import { isMap, isScalar, isSeq, LineCounter, type Node, Scalar } from 'yaml'
import { err, languages, ok, type Result, type Words } from '#kernel'
import { type Diagnostic, nearest, sortDiagnostics } from './diagnostic.ts'
import type { Place } from './expression.ts'
import { parseYaml } from './yaml-text.ts'

/** One YAML file and the mistakes found in it so far. */
export class YamlSource {
  readonly file: string
  readonly text: string
  readonly problems: Diagnostic[] = []
  readonly #lines = new LineCounter()
  readonly root: Cursor

  constructor(text: string, file: string) {
    this.file = file
    this.text = text
    const { root, problems } = parseYaml(text, this.#lines)
    for (const { from, to, code, message } of problems) this.report(from, to, code, message)
    this.root = new Cursor(this, root as Node | null, null)
  }

  lineOf(offset: number): number {
    return this.#lines.linePos(offset).line
  }

  report(from: number, to: number, code: string, message: string, more: More = {}): void {
    const { line, col } = this.#lines.linePos(Math.min(from, this.text.length))
    const excerpt = this.text.split('\n', line)[line - 1]?.trimEnd() ?? ''
    const length = Math.max(1, to - from)
    const { expected = null, suggestion = null, severity = 'error' } = more
    this.problems.push({
      file: this.file,
      line,
      column: col,
      length,
      severity,
      code,
      message,
      expected,
      suggestion,
      excerpt,
    })
  }
}

type More = {
  readonly expected?: string | null
  readonly suggestion?: string | null
  readonly severity?: Diagnostic['severity']
}

/** Reads a file whole and refuses it with every mistake at once. */
export function readYaml<Value>(
  text: string,
  file: string,
  read: (root: Cursor) => Value,
): Result<Value, Diagnostic[]> {
  const source = new YamlSource(text, file)
  if (source.problems.length > 0) return err(sortDiagnostics(source.problems))
  const value = read(source.root)
  return source.problems.length > 0 ? err(sortDiagnostics(source.problems)) : ok(value)
}

/**
 * A place in a YAML file, read by asking for what should stand there. Every question that finds something else reports
 * it and answers with an empty value, so that one reading finds every mistake.
 */
export class Cursor {
  readonly source: YamlSource
  readonly node: Node | null
  readonly #key: Node | null

  /** True for the place of something missing, which has been reported. */
  readonly told: boolean

  constructor(source: YamlSource, node: Node | null, key: Node | null, told = false) {
    this.source = source
    this.node = node
    this.#key = key
    this.told = told
  }

  /** True where the key stands alone: `value:` and nothing after it. */
  get isEmpty(): boolean {
    return this.node === null || (isScalar(this.node) && this.node.value === null)
  }

  /** The line it stands on, from 1. */
  get line(): number {
    return this.source.lineOf(this.node?.range?.[0] ?? this.#key?.range?.[0] ?? 0)
  }

  get isText(): boolean {
    return isScalar(this.node) && this.node.value !== null
  }

  get isList(): boolean {
    return isSeq(this.node)
  }

  report(code: string, message: string, more: More = {}): void {
    if (this.told) return
    const node = this.isEmpty ? this.#key : this.node
    const [from, to] = node?.range ?? [0, 1]
    const end = isScalar(node) ? to : Math.min(to, endOfLine(this.source.text, from))
    this.source.report(from, end, code, message, more)
  }

  /** Reports a mistake at the key rather than at what stands behind it. */
  reportKey(code: string, message: string, more: More = {}): void {
    if (this.told) return
    const [from, to] = this.#key?.range ?? this.node?.range ?? [0, 1]
    this.source.report(from, to, code, message, more)
  }

  /** Reports that a key is missing here, and answers with what stands in for it, so that reading goes on. */
  missing<Value>(key: string, expected: string, instead: Value): Value {
    this.reportKey('missing', `${key} is missing here`, { expected })
    return instead
  }

  /** What stands behind a key that must be there; where it is not, that is reported once and nothing more is said of it. */
  part(found: Cursor | undefined, key: string, expected: string): Cursor {
    return found ?? this.missing(key, expected, new Cursor(this.source, null, this.#key, true))
  }

  entries(): [string, Cursor][] {
    if (!isMap(this.node)) {
      if (!this.isEmpty) this.report('not_a_map', 'names with values are expected here', { expected: 'name: value' })
      return []
    }
    return this.node.items.map(item => {
      const key = item.key as Node
      const name = isScalar(key) ? scalarText(key) : ''
      return [name, new Cursor(this.source, (item.value ?? null) as Node | null, key)]
    })
  }

  /** The values of a map by key; keys that are not allowed are reported with the nearest one that is. */
  map<const Key extends string>(allowed: readonly Key[]): { readonly [Each in Key]?: Cursor } {
    const found: { [Each in Key]?: Cursor } = {}
    for (const [name, cursor] of this.entries()) {
      if ((allowed as readonly string[]).includes(name)) {
        found[name as Key] = cursor
        continue
      }
      cursor.reportKey('unknown_key', `${name} has no meaning here`, {
        expected: allowed.join(', '),
        suggestion: nearest(name, allowed),
      })
    }
    return found
  }

  items(): Cursor[] {
    if (!isSeq(this.node)) {
      if (!this.isEmpty) this.report('not_a_list', 'a list is expected here')
      return []
    }
    return this.node.items.map(item => new Cursor(this.source, item as Node, this.#key))
  }

  /** A scalar as it is written: numbers keep every digit. */
  text(): string {
    if (!isScalar(this.node) || this.node.value === null) {
      this.report('not_a_text', this.isEmpty ? 'a value is missing here' : 'one value is expected here')
      return ''
    }
    return scalarText(this.node)
  }

  /** One of a closed list. Where the key that should say it is absent, its name is given as `absent`. */
  oneOf<const Choice extends string>(choices: readonly Choice[], absent: string | null = null): Choice {
    const expected = choices.join(', ')
    if (absent !== null) this.reportKey('missing', `${absent} is missing here`, { expected })
    const text = absent === null ? this.text() : ''
    if ((choices as readonly string[]).includes(text)) return text as Choice
    if (absent === null && text !== '') {
      this.report('not_in_list', `${text} is not accepted here`, { expected, suggestion: nearest(text, choices) })
    }
    return choices[0] as Choice
  }

  /** A text in every language of the interface. */
  words(): Words {
    const map = this.map(languages)
    const absent = languages.filter(language => map[language] === undefined || map[language].isEmpty)
    if (absent.length > 0) {
      this.report('words_missing', `words are missing in ${absent.join(' and ')}`, { expected: 'fr, ar and en' })
    }
    const text = (language: (typeof languages)[number]) =>
      absent.includes(language) ? '' : (map[language]?.text() ?? '')
    return { fr: text('fr'), ar: text('ar'), en: text('en') }
  }

  /** The place in the file of a part of this scalar's text, folded lines and quotes taken into account. */
  placeOf(part: Place): Place {
    if (!isScalar(this.node) || !this.node.range) return { from: 0, to: 1 }
    const value = scalarText(this.node)
    let at = this.node.range[0]
    if (this.node.type === Scalar.BLOCK_LITERAL || this.node.type === Scalar.BLOCK_FOLDED) {
      at = this.source.text.indexOf('\n', at) + 1
    }
    let from = at
    for (let i = 0; i < value.length && i <= part.to; i++) {
      const blank = /\s/.test(value[i] as string)
      while (at < this.node.range[1] && (blank ? !isBlank(this.source.text, at) : this.source.text[at] !== value[i]))
        at++
      if (i === part.from) from = at
      if (i === part.to) break
      at++
    }
    if (part.from >= value.length) from = at
    return { from, to: Math.max(from + 1, Math.min(at, endOfLine(this.source.text, from))) }
  }
}

function scalarText(node: Scalar): string {
  // A plain number is kept as written (9.7430010 has eight digits for a reason); quoted and block texts are decoded.
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

function isBlank(text: string, at: number): boolean {
  return /\s/.test(text[at] as string)
}
