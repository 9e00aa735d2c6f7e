import { type Emitter, isPlain, type Piece } from './emitter.ts'
import { aligned } from './numbers.ts'
import {
  bound,
  constantNumber,
  type Divisor,
  NOTHING,
  NotCompilable,
  type Nothing,
  type Numeric,
  type Operand,
  type Span,
  type Text,
  type Truth,
  unknownOf,
} from './operand.ts'

/** A list of texts that grows while a pack is compiled. */
export type Dictionary = { readonly known: string[] }

/** `if (condition) … else …`, each side written in its own block, with one value at the end. */
export function branch(
  condition: string,
  whenTrue: () => Operand,
  otherwise: () => Operand,
  out: Emitter,
  dictionary: Dictionary,
): Operand {
  const pieces = [out.apart(whenTrue), out.apart(otherwise)] as const
  return joined(condition, pieces, out, dictionary)
}

/** The two sides of a condition, written apart, and their value. */
export function joined(
  condition: string,
  pieces: readonly [Piece<Operand>, Piece<Operand>],
  out: Emitter,
  dictionary: Dictionary,
): Operand {
  if (pieces.every(isPlain)) {
    const chosen = chosenBetween(condition, pieces[0].worth, pieces[1].worth)
    if (chosen !== null) {
      for (const piece of pieces) out.unfold(piece)
      return chosen
    }
  }
  const common = commonForm(
    pieces.map(piece => piece.worth),
    out,
    dictionary,
  )
  for (const { name, start } of common.variables) out.line(`let ${name} = ${start}`)
  const [yes, no] = pieces.map((piece, index) => [...piece.lines, ...(common.assigns[index] as string[])]) as [
    string[],
    string[],
  ]
  if (yes.length > 0) out.place(`if (${condition})`, yes)
  if (no.length > 0) out.place(yes.length > 0 ? 'else' : `if (!(${condition}))`, no)
  return common.result
}

/** `condition ? a : b`, for truths and for numbers that divide by nothing; null for others. */
function chosenBetween(condition: string, yes: Operand, no: Operand): Operand | null {
  if (yes.kind === 'nothing' && no.kind === 'nothing') return NOTHING
  if (isTruthOrNothing(yes) && isTruthOrNothing(no)) {
    const [a, b] = [yes, no].map(each => (each.kind === 'truth' ? each.code : '2'))
    const nullable = [yes, no].some(each => each.kind === 'nothing' || each.nullable)
    return { kind: 'truth', code: `(${condition} ? ${a} : ${b})`, nullable }
  }
  if (yes.kind !== 'number' || no.kind !== 'number' || yes.divisors.length > 0 || no.divisors.length > 0) return null
  const [a, b] = aligned([yes, no]) as [Numeric, Numeric]
  return {
    ...a,
    code: `(${condition} ? ${a.code} : ${b.code})`,
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
    unknown: a.unknown === b.unknown ? a.unknown : `(${condition} ? ${a.unknown} : ${b.unknown})`,
  }
}

function isTruthOrNothing(operand: Operand): operand is Truth | Nothing {
  return operand.kind === 'truth' || operand.kind === 'nothing'
}

type Common = {
  readonly variables: readonly { readonly name: string; readonly start: string }[]
  /** For each side, what its value assigns. */
  readonly assigns: readonly (readonly string[])[]
  readonly result: Operand
}

/** One form for the values of both sides; an unknown side leaves what the variables start with. */
function commonForm(operands: readonly Operand[], out: Emitter, dictionary: Dictionary): Common {
  const known = operands.filter(operand => operand.kind !== 'nothing')
  const [first] = known
  if (first === undefined) return { variables: [], assigns: operands.map(() => []), result: NOTHING }
  if (known.some(operand => operand.kind !== first.kind)) {
    throw new NotCompilable(`a choice between ${[...new Set(known.map(each => each.kind))].join(' and ')}`)
  }
  switch (first.kind) {
    case 'truth':
      return commonTruth(operands, out)
    case 'number':
      return commonNumber(operands as readonly (Numeric | { kind: 'nothing' })[], out)
    case 'text':
      return commonPlain(operands, out, operand => placeOf(operand as Text, dictionary), {
        literal: null,
        words: dictionary,
      })
    case 'day':
    case 'member':
      return commonPlain(operands, out, operand => (operand as { code: string }).code, {})
    case 'months':
    case 'days': {
      const spans = known as Span[]
      const low = Math.min(...spans.map(span => span.low))
      const high = Math.max(...spans.map(span => span.high))
      return commonPlain(operands, out, operand => (operand as Span).code, { low, high })
    }
    default:
      throw new NotCompilable(`a choice between lists`)
  }
}

function commonTruth(operands: readonly Operand[], out: Emitter): Common {
  const name = out.name()
  const nullable = operands.some(
    operand => operand.kind === 'nothing' || (operand.kind === 'truth' && operand.nullable),
  )
  return {
    variables: [{ name, start: '2' }],
    assigns: operands.map(operand => (operand.kind === 'truth' ? [`${name} = ${operand.code}`] : [])),
    result: { kind: 'truth', code: name, nullable },
  }
}

/** Values that are one code each, with a flag where one may be unknown. */
function commonPlain(
  operands: readonly Operand[],
  out: Emitter,
  codeOf: (operand: Operand) => string,
  more: object,
): Common {
  const first = operands.find(operand => operand.kind !== 'nothing') as Operand
  const [name, flag] = [out.name(), out.name()]
  const always = operands.every(operand => unknownOf(operand) === '0')
  return {
    variables: [{ name, start: '0' }, ...(always ? [] : [{ name: flag, start: '1' }])],
    assigns: operands.map(operand =>
      operand.kind === 'nothing'
        ? []
        : [`${name} = ${codeOf(operand)}`, ...(always ? [] : [`${flag} = ${unknownOf(operand)}`])],
    ),
    result: { ...first, ...more, code: name, unknown: always ? '0' : flag } as Operand,
  }
}

function placeOf(text: Text, { known }: Dictionary): string {
  if (text.literal !== null) return `${placeIn(known, text.literal)}`
  if (!('known' in text.words)) throw new NotCompilable('a choice between texts of a column')
  if (text.words.known === known) return text.code
  const table = text.words.known.map(word => placeIn(known, word))
  return `(${JSON.stringify(table)}[${text.code}] | 0)`
}

function placeIn(known: string[], word: string): number {
  const at = known.indexOf(word)
  return at === -1 ? known.push(word) - 1 : at
}

/** Numbers over one constant denominator; where the sides have divisors, their product becomes one divisor of its own. */
function commonNumber(operands: readonly (Numeric | { kind: 'nothing' })[], out: Emitter): Common {
  const numbers = operands.filter((operand): operand is Numeric => operand.kind === 'number')
  const plain = aligned(numbers.map(number => ({ ...number, divisors: [] })))
  const divided = numbers.some(number => number.divisors.length > 0)
  const [name, flag, below] = [out.name(), out.name(), out.name('d')]
  const always = operands.every(operand => operand.kind === 'number' && operand.unknown === '0')
  const high = Math.max(...numbers.map(({ divisors }) => divisors.reduce((all, each) => all * each.high, 1)))
  bound(1, high)
  const assigns = operands.map(operand => {
    if (operand.kind === 'nothing') return []
    const at = numbers.indexOf(operand)
    return [
      `${name} = ${(plain[at] as Numeric).code}`,
      ...(always ? [] : [`${flag} = ${operand.unknown}`]),
      ...(operand.divisors.length > 0 ? [`${below} = ${productOf(operand.divisors)}`] : []),
    ]
  })
  const divisors: Divisor[] = divided ? [{ code: below, high }] : []
  return {
    variables: [
      { name, start: '0' },
      ...(always ? [] : [{ name: flag, start: '1' }]),
      ...(divided ? [{ name: below, start: '1' }] : []),
    ],
    assigns,
    result: {
      ...constantNumber(0, 1),
      code: name,
      low: Math.min(0, ...plain.map(each => each.low)),
      high: Math.max(0, ...plain.map(each => each.high)),
      den: (plain[0] as Numeric).den,
      divisors,
      unknown: always ? '0' : flag,
    },
  }
}

export function productOf(divisors: readonly Divisor[]): string {
  return divisors.map(({ code }) => code).join(' * ')
}
