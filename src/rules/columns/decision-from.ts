import type { Decision, Line } from '../decision.ts'
import type { LineRule } from '../pack.ts'
import type { Code } from './compile-pack.ts'
import { SCORE_PLACES } from './given.ts'
import { OUTCOMES } from './outcome.ts'
import type { Results } from './results.ts'

/** A decision read from the arrays of the results. `missing` is for who asks: the arrays do not say which facts are. */
export function decisionFrom(
  results: Results,
  code: Code,
  scores: readonly string[],
  household: number,
  missing: string[],
): Decision {
  const { pack, columns, arrays } = results
  const outcome = OUTCOMES[results.outcome[household] as number] as Decision['outcome']
  const { offsets, ids } = columns
  const members = { first: offsets[household] as number, last: offsets[household + 1] as number }
  const eligible = outcome === 'eligible'
  const refused = outcome === 'not_eligible'
  return {
    id: ids?.household(household) ?? `${household}`,
    pack: pack.id,
    at: columns.at,
    outcome,
    amount:
      eligible && pack.amount !== null && results.amount !== null
        ? {
            value: decimalText(results.amount[household] as number, results.places),
            currency: pack.currency,
            per: pack.amount.per,
            direction: pack.amount.direction,
          }
        : null,
    scores: Object.fromEntries(
      scores.map((id, index) => [id, scoreTextOf((arrays.get(`score${index}`) as Float64Array)[household] as number)]),
    ),
    reasons: pack.refusals.map((refusal, index) => {
      const state = (arrays.get(`refusal${index}`) as Uint8Array)[household]
      return { code: refusal.code, holds: state === 2 ? null : state === 1 }
    }),
    lines: refused ? [] : pack.lines.flatMap((rule, index) => linesOf(results, rule, index, members)),
    covered: eligible && pack.covered !== null ? coveredBy(results, members) : [],
    notes: refused ? {} : notesOf(results, code, household),
    missing,
    to_confirm: namesIn(code.unconfirmed, (arrays.get('noted') as Int32Array)[household] as number),
  }
}

/** The same decision written as JSON, without an object of its parts: most of them are the same in every decision of a pack. */
export function decisionTextFrom(
  results: Results,
  code: Code,
  scores: readonly string[],
  household: number,
  missing: string[],
): string {
  const { pack, columns, arrays } = results
  const outcome = OUTCOMES[results.outcome[household] as number] as Decision['outcome']
  const { offsets, ids } = columns
  const members = { first: offsets[household] as number, last: offsets[household + 1] as number }
  const eligible = outcome === 'eligible'
  const refused = outcome === 'not_eligible'
  const words = wordsOf(results, scores)
  let text = `{"id":${JSON.stringify(ids?.household(household) ?? `${household}`)}${words.opening}${outcome}","amount":`
  if (eligible && pack.amount !== null && results.amount !== null) {
    text += `{"value":"${decimalText(results.amount[household] as number, results.places)}${words.amount}`
  } else text += 'null'
  text += ',"scores":{'
  for (let index = 0; index < words.scores.length; index++) {
    const score = scoreTextOf((arrays.get(`score${index}`) as Float64Array)[household] as number)
    text += score === null ? `${words.scores[index]}null` : `${words.scores[index]}"${score}"`
  }
  text += '},"reasons":['
  for (let index = 0; index < words.reasons.length; index++) {
    const state = (arrays.get(`refusal${index}`) as Uint8Array)[household] as number
    text += `${words.reasons[index]}${state === 2 ? 'null' : state === 1}}`
  }
  const lines = refused ? [] : pack.lines.flatMap((rule, index) => linesOf(results, rule, index, members))
  const covered = eligible && pack.covered !== null ? coveredBy(results, members) : []
  const notes = refused || pack.notes.length === 0 ? '{}' : JSON.stringify(notesOf(results, code, household))
  const unconfirmed = namesIn(code.unconfirmed, (arrays.get('noted') as Int32Array)[household] as number)
  return `${text}],"lines":${listText(lines)},"covered":${listText(covered)},"notes":${notes},"missing":${listText(missing)},"to_confirm":${listText(unconfirmed)}}`
}

function listText(list: readonly unknown[]): string {
  return list.length === 0 ? '[]' : JSON.stringify(list)
}

/** What all decisions on some columns have in common, as JSON. */
type CommonWords = {
  readonly opening: string
  readonly amount: string
  readonly scores: readonly string[]
  readonly reasons: readonly string[]
}

const WORDS = new WeakMap<Results, CommonWords>()

function wordsOf(results: Results, scores: readonly string[]): CommonWords {
  const found = WORDS.get(results)
  if (found !== undefined) return found
  const { pack, columns } = results
  const comma = (index: number) => (index === 0 ? '' : ',')
  const json = JSON.stringify
  const amount =
    pack.amount === null
      ? ''
      : `","currency":${json(pack.currency)},"per":${json(pack.amount.per)},"direction":${json(pack.amount.direction)}}`
  const words: CommonWords = {
    opening: `,"pack":${json(pack.id)},"at":${json(columns.at)},"outcome":"`,
    amount,
    scores: scores.map((id, index) => `${comma(index)}${json(id)}:`),
    reasons: pack.refusals.map(({ code }, index) => `${comma(index)}{"code":${json(code)},"holds":`),
  }
  WORDS.set(results, words)
  return words
}

type Members = { readonly first: number; readonly last: number }

function memberId({ columns }: Results, { first }: Members, member: number): string {
  return columns.ids?.member(member) ?? `m${member - first + 1}`
}

function linesOf(results: Results, rule: LineRule, index: number, members: Members): Line[] {
  const lines: Line[] = []
  visitLinesOf(results, rule, index, members, (member, code, value) => {
    const text = Number.isNaN(value) ? null : decimalText(value, results.places)
    lines.push({ member: memberId(results, members, member), code, value: text })
  })
  return lines
}

/** Told of a line: the member's place in the columns, the code, the value in the smallest parts, NaN where it is unknown. */
export type LineVisitor = (member: number, code: string, value: number) => void

/** The lines of a rule for some members, in their order. */
export function visitLinesOf(
  { arrays }: Pick<Results, 'arrays'>,
  rule: LineRule,
  index: number,
  members: Members,
  visit: LineVisitor,
): void {
  const part = (name: string) => arrays.get(`line${index}_${name}`)
  const states = part('state')
  if (states === undefined) return
  const found: number[] = []
  for (let member = members.first; member < members.last; member++) if (states[member] !== 0) found.push(member)
  if (found.length === 0) return
  const order = part('order')
  if (order !== undefined) found.sort((a, b) => (order[a] as number) - (order[b] as number) || a - b)
  const values = part('value')
  for (const member of found) {
    const state = states[member] as number
    if (state === 1) visit(member, 'undetermined', Number.NaN)
    else {
      const code = state === 2 ? rule.code : (rule.otherCodes[state - 3]?.code ?? rule.code)
      visit(member, code, values?.[member] as number)
    }
  }
}

function coveredBy(results: Results, members: Members): string[] {
  const covered = results.arrays.get('covered')
  const ids: string[] = []
  for (let member = members.first; member < members.last; member++) {
    if (covered?.[member] === 1) ids.push(memberId(results, members, member))
  }
  return ids
}

function notesOf({ pack, arrays }: Results, code: Code, household: number): Record<string, string> {
  const notes: Record<string, string> = {}
  pack.notes.forEach((note, index) => {
    const word = code.dictionary[(arrays.get(`note${index}`) as Int32Array)[household] as number]
    if (word !== undefined) notes[note.name.slice('note.'.length)] = word
  })
  return notes
}

function namesIn(names: readonly string[], bits: number): string[] {
  return bits === 0 ? [] : names.filter((_, index) => (bits >> index) & 1).sort()
}

function scoreTextOf(tenMillionths: number): string | null {
  return Number.isNaN(tenMillionths) ? null : decimalText(tenMillionths, SCORE_PLACES)
}

/** A whole number of the smallest parts with its decimals: 50000 at 2 places is `500.00`. */
function decimalText(units: number, places: number): string {
  if (places === 0) return `${units}`
  const digits = `${Math.abs(units)}`.padStart(places + 1, '0')
  return `${units < 0 ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`
}
