import { UsageError } from '../command.ts'

/** How `--truth` tells who is who: the values of a column, or the part of them that a pattern finds. */
export type TruthAsked = { readonly column: string; readonly pattern: RegExp | undefined }

/** `cluster`, or `rec_id~rec-(\d+)`: what the first group of the pattern finds names the person. */
export function readTruth(text: string): TruthAsked {
  const [column = '', ...rest] = text.split('~')
  if (rest.length === 0) return { column, pattern: undefined }
  try {
    return { column, pattern: new RegExp(rest.join('~')) }
  } catch (error) {
    throw new UsageError(`--truth ${text}: ${(error as Error).message}`)
  }
}

/** Gives each person of a truth a number, in the order of the records. */
export class TruthNumbers {
  private readonly numbers = new Map<string, number>()
  private readonly people: number[] = []
  private readonly asked: TruthAsked

  constructor(asked: TruthAsked) {
    this.asked = asked
  }

  add(text: string): void {
    const { pattern } = this.asked
    const found = pattern === undefined ? text.trim() : pattern.exec(text)
    const person = typeof found === 'string' ? found : (found?.[1] ?? found?.[0] ?? '')
    if (person === '') {
      this.people.push(-1)
      return
    }
    const number = this.numbers.get(person) ?? this.numbers.size
    this.numbers.set(person, number)
    this.people.push(number)
  }

  /** The number of each record's person; refused where no two records are the same. */
  close(): Int32Array {
    if (this.numbers.size === this.people.filter(person => person >= 0).length) {
      const { column } = this.asked
      throw new UsageError(
        `--truth ${column}: no two records have one value there, so that nobody is twice; a pattern can take the part that names the person, as --truth '${column}~rec-(\\d+)'`,
      )
    }
    return Int32Array.from(this.people)
  }
}
