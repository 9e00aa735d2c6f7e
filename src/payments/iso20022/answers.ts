import { type DateText, err, isCurrency, type Money, ok, parseDate, parseMoney, type Result } from '#kernel'
import { bookedAnswers } from './camt.ts'
import { statusAnswers } from './pain002.ts'
import { readXmlByPieces, type XmlElement } from './read-xml.ts'
import { boundedXml, largestFile, largestStream, type XmlRefusal } from './xml-bounds.ts'
import { type XmlCut, xmlCutter } from './xml-cutter.ts'

/** What became of a payment, as its carrier says it. */
export type AnswerOutcome =
  /** The payee has the money. */
  | 'settled'
  /** It was not paid, or came back: `reason` says why. */
  | 'returned'
  /** Received, accepted, on its way: nothing to post yet. */
  | 'pending'
  /** Money that is no payment of ours: other credits and charges. */
  | 'other'

/** One line of an answer. Texts are '' where the message is silent. */
export type Answer = {
  readonly outcome: AnswerOutcome
  /** `payment` is one payment; `batch` and `message` say it of all that a PmtInf or a message holds. */
  readonly scope: 'payment' | 'batch' | 'message'
  readonly endToEndId: string
  /** MsgId of the message answered, PmtInfId of its batch. */
  readonly messageId: string
  readonly batchId: string
  /** As written: ACSC, RJCT; BOOK, PDNG. */
  readonly status: string
  /** ISO 20022 external code (AC04), or the provider's own; and its words. */
  readonly reason: string
  readonly words: string
  readonly amount: Money | null
  /** The day booked, else that of the answer. */
  readonly day: DateText | null
  readonly name: string
  readonly text: string
  /** The provider's own name for what it did; '' where it gives none. Said again under the same one, it is no second payment. */
  readonly reference: string
  /** What the provider says that it took for it; null where it does not say. */
  readonly fee: Money | null
}

export type AnswerFile = {
  /** `camt.053.001.08`, as its namespace says it. */
  readonly format: string
  readonly messageId: string
  readonly answers: readonly Answer[]
}

export type AnswerRefusal =
  | XmlRefusal
  /** Neither pain.002, camt.053 nor camt.054 from version 02 on. */
  | { readonly code: 'not_an_answer'; readonly found: string }
  | { readonly code: 'message_empty'; readonly format: string }
  | {
      readonly code: 'amount_unreadable'
      readonly text: string
      readonly currency: string
      readonly endToEndId: string
    }
  /** A column that the provider's mapping names is not among those of the file. */
  | { readonly code: 'column_missing'; readonly column: string; readonly known: readonly string[] }
  /** A cell that is not what its column says, or a line that is none; lines count from 1. */
  | { readonly code: 'line_unreadable'; readonly line: number; readonly column: string; readonly text: string }
  /** A message of a provider's interface that is not as agreed, and where. */
  | { readonly code: 'report_malformed'; readonly at: string }

const MESSAGES = {
  'pain.002': { roots: /^(CstmrPmtStsRpt|pain\.002\.001\.\d\d)$/, answers: statusAnswers },
  'camt.053': { roots: /^BkToCstmrStmt(V\d\d)?$/, answers: bookedAnswers },
  'camt.054': { roots: /^BkToCstmrDbtCdtNtfctn(V\d\d)?$/, answers: bookedAnswers },
} as const

/**
 * Reads an answer of a bank or a provider: pain.002, camt.053 or camt.054, version 02 or later, alone or in an envelope.
 * Elements that are not known are passed over, wherever they stand; an amount that cannot be read refuses the file, since
 * half an answer is none.
 */
export function readAnswers(bytes: Uint8Array): Result<AnswerFile, AnswerRefusal> {
  const text = boundedXml(bytes, largestFile)
  if (!text.ok) return text
  let first: AnswerFile | undefined
  const answers: Answer[] = []
  for (const xml of readXmlByPieces(text.value, 'Ntry', AT_ONCE)) {
    if (!xml.ok) return xml
    const part = messageAnswers(xml.value)
    if (!part.ok) return part
    first ??= part.value
    for (const answer of part.value.answers) answers.push(answer)
  }
  return ok({ ...first!, answers })
}

/** Where a message may be cut: entries of a statement, payments of a report, and batches of which the whole is said at once. */
const RECORDS = {
  names: new Set(['Ntry', 'TxInfAndSts']),
  wholes: new Set(['OrgnlPmtInfAndSts', 'Stmt', 'Ntfctn']),
}

/**
 * The same as {@link readAnswers} for a file that comes in stretches, however long it is: its answers come some at a time, and what is
 * held does not grow with it. A refusal comes where it is found and is the last; what came before it is of a file that is refused.
 */
export async function* readAnswerPieces(
  bytes: AsyncIterable<Uint8Array>,
  most = AT_ONCE,
): AsyncGenerator<Result<AnswerFile, AnswerRefusal>> {
  let first: AnswerFile | undefined
  // What a message says of all that it answers counts where it says nothing else.
  let ofMessage: Answer | undefined
  let said = 0
  for await (const cut of cutsOf(bytes, most)) {
    if (!cut.ok) return yield cut
    if (first && cut.value.records === 0) continue
    const part = messageAnswers(cut.value.continued.has(BATCH) ? withoutEmptied(cut.value.root) : cut.value.root)
    if (!part.ok) {
      if (first && part.refusal.code === 'message_empty') continue
      return yield part
    }
    first ??= part.value
    const answers = part.value.answers.filter(one => one.scope !== 'message')
    ofMessage ??= part.value.answers.find(one => one.scope === 'message')
    said += answers.length
    if (answers.length > 0) yield ok({ ...first, answers })
  }
  if (first && said === 0) yield ok({ ...first, answers: ofMessage ? [ofMessage] : [] })
}

const BATCH = 'OrgnlPmtInfAndSts'

/** Without a batch that goes on and of which no payment is left: that it is said as a whole would not be so. */
function withoutEmptied(element: XmlElement): XmlElement {
  const { children } = element
  const at = children.findIndex(child => child.name === BATCH)
  if (at < 0) return { ...element, children: children.map(withoutEmptied) }
  const holds = children[at]!.children.some(child => child.name === 'TxInfAndSts')
  return holds ? element : { ...element, children: children.toSpliced(at, 1) }
}

async function* cutsOf(bytes: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Result<XmlCut, XmlRefusal>> {
  const cutter = xmlCutter(RECORDS, most)
  for await (const stretch of textOf(bytes, largestStream)) {
    if (!stretch.ok) return yield stretch
    for (const cut of cutter.push(stretch.value)) {
      yield cut
      if (!cut.ok) return
    }
  }
  yield* cutter.end()
}

/** Bytes as text, as they come; refused where they are no UTF-8, or more than `most`. */
export async function* textOf(
  bytes: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<
  Result<string, { readonly code: 'too_large'; readonly limit: number } | { readonly code: 'encoding_not_utf8' }>
> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let size = 0
  const decoded = (piece?: Uint8Array) => {
    try {
      return ok(piece ? decoder.decode(piece, { stream: true }) : decoder.decode())
    } catch {
      return err({ code: 'encoding_not_utf8' } as const)
    }
  }
  for await (const piece of bytes) {
    size += piece.length
    if (size > most) return yield err({ code: 'too_large', limit: most })
    const text = decoded(piece)
    yield text
    if (!text.ok) return
  }
  yield decoded()
}

/** Entries of a statement that are held as a tree at a time. */
const AT_ONCE = 2_000

function messageAnswers(root: XmlElement): Result<AnswerFile, AnswerRefusal> {
  const document = documentIn(root, 3)
  const message = document?.children[0]
  const [, kind, version] = /tech:xsd:((?:pain|camt)\.\d{3})\.001\.(\d\d)$/.exec(message?.namespace ?? '') ?? []
  const known = Object.hasOwn(MESSAGES, kind ?? '') ? MESSAGES[kind as keyof typeof MESSAGES] : undefined
  if (!message || !known || Number(version) < 2 || !known.roots.test(message.name)) {
    return err({ code: 'not_an_answer', found: message ? `${message.name} of ${message.namespace}` : root.name })
  }
  const format = `${kind}.001.${version}`
  const answers = known.answers(message)
  if (!answers.ok) return answers
  if (answers.value.length === 0 && message.children.length < 2) return err({ code: 'message_empty', format })
  return ok({ format, messageId: textAt(message, 'GrpHdr', 'MsgId'), answers: answers.value })
}

/** The document itself, or the one in a business envelope. */
function documentIn(element: XmlElement, depth: number): XmlElement | undefined {
  if (element.name === 'Document') return element
  if (depth === 0) return undefined
  for (const child of element.children) {
    const found = documentIn(child, depth - 1)
    if (found) return found
  }
  return undefined
}

/** The first element along a path of names; undefined where a step is missing. */
export function at(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let here = element
  for (const name of path) here = here?.children.find(child => child.name === name)
  return here
}

export function allOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter(child => child.name === name) ?? []
}

/** The text along a path, without the spaces around it; '' where there is none. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string {
  return at(element, ...path)?.text.trim() ?? ''
}

/** A code where the schema has a choice of two (`Cd`, `Prtry`), or plain text in early versions. */
export function codeAt(element: XmlElement | undefined, ...path: readonly string[]): string {
  const found = at(element, ...path)
  return textAt(found, 'Cd') || textAt(found, 'Prtry') || (found?.text.trim() ?? '')
}

/** The day of `Dt` or of `DtTm`. */
export function dayAt(element: XmlElement | undefined): DateText | null {
  const said = textAt(element, 'Dt') || textAt(element, 'DtTm') || (element?.text.trim() ?? '')
  return parseDate(said.slice(0, 10)) ?? null
}

/**
 * An amount with its currency. Zeros beyond the currency's places are what banks write (25000.00 XOF) and say nothing; other
 * digits there are refused.
 */
export function amountOf(element: XmlElement | undefined, endToEndId: string): Result<Money | null, AnswerRefusal> {
  if (!element) return ok(null)
  const text = element.text.trim()
  const currency = element.attributes.get('Ccy') ?? ''
  const bare = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
  const amount = isCurrency(currency) ? parseMoney(bare, currency) : undefined
  if (!amount?.ok || amount.value.minor < 0n) return err({ code: 'amount_unreadable', text, currency, endToEndId })
  return ok(amount.value)
}
