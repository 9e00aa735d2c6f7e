/** The place of each word among some, found from the bytes of a text without making a text of them. */
export class KnownWords {
  readonly #words: (Uint8Array | null)[] = []
  readonly #places: number[] = []
  /** Places in `#words` plus one, by hash; 0 where there is none. */
  #slots = new Int32Array(64)

  constructor(words: readonly string[] = []) {
    words.forEach((word, place) => {
      this.add(word, place)
    })
  }

  /** Adds a word; one that JSON may write in several ways, or with other letters than ASCII's, is never found. */
  add(word: string, place: number): void {
    this.#words.push(PLAIN.test(word) ? Uint8Array.from(word, letter => letter.charCodeAt(0)) : null)
    this.#places.push(place)
    if (this.#words.length * 2 <= this.#slots.length) {
      this.#insert(this.#words.length - 1)
      return
    }
    this.#slots = new Int32Array(this.#slots.length * 4)
    for (let at = 0; at < this.#words.length; at++) this.#insert(at)
  }

  #insert(at: number): void {
    const word = this.#words[at] ?? null
    if (word === null) return
    const mask = this.#slots.length - 1
    let slot = hashOf(word, 0, word.length) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = at + 1
  }

  /** The place of the word that stands in some bytes; -1 where it is none of these. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = hashOf(bytes, from, to) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const at = (slots[slot] as number) - 1
      if (isAt(this.#words[at] as Uint8Array, bytes, from, to)) return this.#places[at] as number
    }
    return -1
  }

  /** The length of the word that was added at this turn, from 0, if it stands in the bytes from here on; otherwise -1. */
  lengthAt(turn: number, bytes: Uint8Array, from: number): number {
    const word = this.#words[turn] ?? null
    return word !== null && isAt(word, bytes, from, from + word.length) ? word.length : -1
  }
}

/** Printable ASCII without quotation mark and backslash. */
const PLAIN = /^[ !#-[\]-~]*$/

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
  return hash ^ (hash >>> 15)
}

function isAt(word: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (word.length !== to - from) return false
  for (let at = 0; at < word.length; at++) if (word[at] !== bytes[from + at]) return false
  return true
}
