import type { Curve } from './curve.ts'
import type { Operand } from './operand.ts'

/** Lines that cost less to run than to step over. */
const PLAIN_MAX = 12

type Block = { readonly lines: string[]; readonly known: Map<string, Operand>; readonly settled: Set<string> }

/** A piece of code that was written apart, with what it is worth and what was computed in it. */
export type Piece<Worth> = {
  readonly worth: Worth
  readonly lines: readonly string[]
  readonly known: ReadonlyMap<string, Operand>
}

/**
 * Writes the code of one stage. What was computed is remembered for the block it stands in and those inside
 * it, so that the same fact or step is read once.
 */
export class Emitter {
  readonly #blocks: Block[] = [{ lines: [], known: new Map(), settled: new Set() }]
  readonly #next: () => number
  /** Loops over members around what is being written. */
  loops = 0
  /** Whether what was written notes an unconfirmed parameter. */
  notes = false
  /** What is known of numbers worked out from a day, by their names. */
  readonly curves = new Map<string, Curve>()

  constructor(next: () => number) {
    this.#next = next
  }

  get lines(): readonly string[] {
    return (this.#blocks[0] as Block).lines
  }

  get #block(): Block {
    return this.#blocks.at(-1) as Block
  }

  line(text: string): void {
    this.#block.lines.push(text)
  }

  name(prefix = 't'): string {
    return `${prefix}${this.#next()}`
  }

  /** Gives a code a name, unless it is one already or a constant. */
  hold(code: string): string {
    if (/^[\w$]+$/.test(code) || /^\(-\d+\)$/.test(code)) return code
    const name = this.name()
    this.line(`const ${name} = ${code}`)
    return name
  }

  /** The value of `key` if it was computed where it can be seen; otherwise computes and remembers it. */
  once<Worth extends Operand>(key: string, compute: () => Worth): Worth {
    for (const block of this.#blocks) {
      const found = block.known.get(key)
      if (found !== undefined) return found as Worth
    }
    const worth = compute()
    this.#block.known.set(key, worth)
    return worth
  }

  /** From here to the end of the block these codes for "unknown" are 0: somebody asked before. */
  settle(unknowns: readonly string[]): void {
    for (const code of unknowns) this.#block.settled.add(code)
  }

  isSettled(unknown: string): boolean {
    return this.#blocks.some(block => block.settled.has(unknown))
  }

  /** Writes apart: the lines are for the caller to place, inside braces. */
  apart<Worth>(work: () => Worth): Piece<Worth> {
    this.#blocks.push({ lines: [], known: new Map(), settled: new Set() })
    const worth = work()
    const { lines, known } = this.#blocks.pop() as Block
    return { worth, lines, known }
  }

  /** Places a piece here without a condition: what it computed is known from now on. */
  unfold({ lines, known }: Piece<unknown>): void {
    for (const line of lines) this.line(line)
    for (const [key, operand] of known) this.#block.known.set(key, operand)
  }

  /** A block in braces: `head { … }`. */
  inside(head: string, work: () => void): void {
    const { lines } = this.apart(work)
    this.place(head, lines)
  }

  place(head: string, lines: readonly string[]): void {
    this.line(`${head} {`)
    for (const line of lines) this.line(line)
    this.line('}')
  }

  /** A loop over the members of the household. */
  eachMember(work: (member: string) => void): void {
    const member = this.name('i')
    this.loops++
    this.inside(`for (let ${member} = first; ${member} < last; ${member}++)`, () => work(member))
    this.loops--
  }
}

/** Whether a piece only gives names to a few values: it may stand outside the condition for which it was written. */
export function isPlain({ lines, worth }: Pick<Piece<unknown>, 'lines' | 'worth'>): boolean {
  if (!lines.every(line => /^(const |gap \|= )/.test(line))) return false
  return withoutUnused([...lines, JSON.stringify(worth)]).length <= PLAIN_MAX
}

/** The lines without the names that nothing reads. */
export function withoutUnused(lines: readonly string[]): string[] {
  const read = new Set<string>()
  const kept = lines.toReversed().filter(line => {
    const given = /^const (\w+) = /.exec(line)
    if (given !== null && !read.has(given[1] as string)) return false
    for (const [name] of line.matchAll(/\b[a-z]+\d+\b/g)) read.add(name)
    return true
  })
  return kept.reverse()
}
