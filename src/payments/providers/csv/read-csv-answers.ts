import { Readable } from 'node:stream'
import { parse as parseStream } from 'csv-parse'
import { CsvError, parse } from 'csv-parse/sync'
import { type DateText, err, isCurrency, type Money, money, ok, placesOf, type Result } from '#kernel'
import { type Answer, type AnswerFile, type AnswerOutcome, type AnswerRefusal, textOf } from '../../iso20022/answers.ts'
import { largestStream, usualLimits } from '../../iso20022/xml-bounds.ts'
import { atScale, readAmount } from '../../reconciliation/read-amounts.ts'
import { readDay } from '../../reconciliation/read-days.ts'
import type { CsvMapping } from './csv-mapping.ts'

type Rules = CsvMapping['answers']
type Place = Readonly<Record<keyof Rules['columns'], number>>

const LONGEST_CELL = 4_000
const LONGEST_LINE = 20_000

/**
 * Reads a provider's answers in CSV by its mapping. What cannot be read refuses the file with its line, since half an answer is
 * none; so does a word for an outcome that the mapping does not know.
 */
export function readCsvAnswers(rules: Rules, bytes: Uint8Array): Result<AnswerFile, AnswerRefusal> {
  const rows = rowsOf(bytes, rules.separator)
  if (!rows.ok) return rows
  const [titles, ...lines] = rows.value
  if (!titles || lines.length === 0) return err({ code: 'message_empty', format: 'csv' })
  const place = placesOfColumns(rules.columns, titles)
  if (!place.ok) return place
  const outcomes = outcomesOf(rules)
  const answers: Answer[] = []
  for (const [index, cells] of lines.entries()) {
    const answer = answerOf(rules, place.value, outcomes, cells, index + 2)
    if (!answer.ok) return answer
    answers.push(answer.value)
  }
  return ok({ format: 'csv', messageId: '', answers })
}

/** Lines of a file that are answers at a time. */
const AT_ONCE = 2_000

/** The same for a file that comes in stretches, however long it is: some answers at a time; a refusal is the last that comes. */
export async function* readCsvAnswerPieces(
  rules: Rules,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Result<AnswerFile, AnswerRefusal>> {
  const outcomes = outcomesOf(rules)
  let place: Place | undefined
  let answers: Answer[] = []
  let line = 0
  const part = () => ok({ format: 'csv', messageId: '', answers })
  for await (const cells of rowsAsTheyCome(bytes, rules.separator)) {
    if (!cells.ok) return yield cells
    line++
    if (!place) {
      const found = placesOfColumns(rules.columns, cells.value)
      if (!found.ok) return yield found
      place = found.value
      continue
    }
    const answer = answerOf(rules, place, outcomes, cells.value, line)
    if (!answer.ok) return yield answer
    answers.push(answer.value)
    if (answers.length < AT_ONCE) continue
    yield part()
    answers = []
  }
  if (line < 2) return yield err({ code: 'message_empty', format: 'csv' })
  if (answers.length > 0) yield part()
}

async function* rowsAsTheyCome(
  bytes: AsyncIterable<Uint8Array>,
  delimiter: string,
): AsyncGenerator<Result<readonly string[], AnswerRefusal>> {
  let refusal: AnswerRefusal | undefined
  // A stream does not tell the one it flows into that it failed.
  let failure: { readonly error: unknown } | undefined
  async function* texts() {
    try {
      for await (const text of textOf(bytes, largestStream)) {
        if (!text.ok) {
          refusal = text.refusal
          return
        }
        yield text.value
      }
    } catch (error) {
      failure = { error }
    }
  }
  const source = Readable.from(texts(), { objectMode: false })
  const rows = source.pipe(parseStream(optionsOf(delimiter)))
  try {
    for await (const row of rows as AsyncIterable<string[]>) {
      if (refusal) break
      yield ok(row)
    }
  } catch (error) {
    // A line that was cut by what cannot be read is not the line to name.
    if (!refusal && !failure) refusal = lineRefusal(error)
  } finally {
    source.destroy()
  }
  if (failure) throw failure.error
  if (refusal) yield err(refusal)
}

function outcomesOf(rules: Rules): ReadonlyMap<string, AnswerOutcome> {
  const outcomes = new Map<string, AnswerOutcome>()
  for (const outcome of ['settled', 'returned', 'pending'] as const) {
    for (const word of rules[outcome]) outcomes.set(word.trim().toLowerCase(), outcome)
  }
  return outcomes
}

const optionsOf = (delimiter: string) =>
  ({ delimiter, relax_column_count: false, skip_empty_lines: true, max_record_size: LONGEST_LINE }) as const

function lineRefusal(error: unknown): AnswerRefusal {
  if (!(error instanceof CsvError)) throw error
  const line = Number((error as { lines?: number }).lines ?? 1)
  return { code: 'line_unreadable', line, column: '', text: error.message.slice(0, 200) }
}

function rowsOf(bytes: Uint8Array, delimiter: string): Result<readonly string[][], AnswerRefusal> {
  if (bytes.length > usualLimits.bytes) return err({ code: 'too_large', limit: usualLimits.bytes })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return err({ code: 'encoding_not_utf8' })
  }
  try {
    return ok(parse(text, optionsOf(delimiter)) as string[][])
  } catch (error) {
    return err(lineRefusal(error))
  }
}

function placesOfColumns(columns: Rules['columns'], titles: readonly string[]): Result<Place, AnswerRefusal> {
  const known = new Map(titles.map((title, at) => [title.trim().toLowerCase(), at]))
  const place: Record<string, number> = {}
  for (const [meaning, title] of Object.entries(columns)) {
    if (title === undefined) continue
    const at = known.get(title.trim().toLowerCase())
    if (at === undefined) return err({ code: 'column_missing', column: title, known: titles.slice(0, 40) })
    place[meaning] = at
  }
  return ok(place as Place)
}

function answerOf(
  rules: Rules,
  place: Place,
  outcomes: ReadonlyMap<string, AnswerOutcome>,
  cells: readonly string[],
  line: number,
): Result<Answer, AnswerRefusal> {
  const cell = (meaning: keyof Rules['columns']) => cells[place[meaning] ?? -1]?.trim().slice(0, LONGEST_CELL) ?? ''
  const status = cell('status')
  const outcome = outcomes.get(status.toLowerCase())
  const unreadable = (meaning: keyof Rules['columns']) =>
    err({ code: 'line_unreadable', line, column: rules.columns[meaning] ?? '', text: cell(meaning) } as const)
  if (!outcome) return unreadable('status')
  const amount = amountOf(rules, cell('amount'), cell('currency'))
  if (amount === undefined) return unreadable('amount')
  const fee = amountOf(rules, cell('fee'), cell('currency'))
  if (fee === undefined) return unreadable('fee')
  const said = cell('day')
  const day = said === '' ? null : dayText(readDay(said, rules.days))
  if (day === undefined) return unreadable('day')
  return ok({
    outcome,
    scope: 'payment',
    endToEndId: cell('end_to_end_id'),
    messageId: '',
    batchId: '',
    status,
    reason: cell('reason'),
    words: '',
    amount,
    day,
    name: cell('name'),
    text: cell('text'),
    reference: cell('reference'),
    fee,
  })
}

/** undefined for what is no amount; null where none is said. */
function amountOf(rules: Rules, text: string, written: string): Money | null | undefined {
  if (text === '') return null
  const currency = written || rules.currency || ''
  const amount = readAmount(text, rules.decimal)
  if (!isCurrency(currency) || !amount || amount.digits < 0n) return undefined
  const places = placesOf(currency)
  if (amount.places <= places) return money(atScale(amount, places), currency)
  // Zeros beyond the currency's places say nothing: 25000.00 XOF.
  const beyond = 10n ** BigInt(amount.places - places)
  return amount.digits % beyond === 0n ? money(amount.digits / beyond, currency) : undefined
}

function dayText(days: number | undefined): DateText | undefined {
  if (days === undefined) return undefined
  return new Date(days * 86_400_000).toISOString().slice(0, 10) as DateText
}
