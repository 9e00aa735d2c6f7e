import { createHash } from 'node:crypto'
import type { Country, FeedKind } from '#countries'
import { type Actor, type Database, type Transaction, transaction } from '#db'
import { type DateText, err, type Id, type Month, ok, placesOf, type Result } from '#kernel'
import { type Identified, identifyRows } from '#population'
import type { CellStyle } from '../import/cell.ts'
import { decideMatch, type MatchDecision } from './decide-match.ts'
import { advanceFeed, finishFeed, linkedPersons, lockFeed, openFeed, saveDoubts, saveRejects } from './feed.sql.ts'
import type { FeedRecord, FeedRefusal, FeedReject, FeedReport, FeedRow, HowKnown } from './feed.ts'
import { type FeedPlan, planFeed } from './plan-feed.ts'
import { type ReadingTerms, readFeedRow } from './read-feed-row.ts'
import { linkPersons, type Matched, saveTold } from './received.sql.ts'

export type FeedAsked = {
  readonly country: Country
  readonly kind: FeedKind
  /** The register that tells: small letters, digits, dots and dashes. */
  readonly source: string
  readonly header: readonly string[]
  /** Month of rows that say none. */
  readonly month?: Month
  /** SHA-256 of what is given, in hexadecimal digits: the same again is the same feed. */
  readonly content: string
  readonly channel: 'file' | 'api'
  readonly label: string
  readonly askedBy: string
  readonly today: DateText
  /** A decimal comma where the file does not separate by commas. */
  readonly decimalComma: boolean
}

export type FeedWatch = {
  readonly onRows?: (rows: number) => void
  readonly signal?: AbortSignal
}

/** Stopped between two batches: the same call goes on from there. */
export class FeedStopped extends Error {}

const FEED_BATCH = 500

/**
 * Takes what another register tells, row by row: facts of persons, dated and with their source; what is doubtful waits for
 * somebody, what is wrong is written down. A batch and the position of the feed are one transaction: killed anywhere, the same
 * call goes on from there; given again after its end, it changes nothing. `rows` gives them in the order of their numbers.
 * The actor tells of whom it may see and of nobody else.
 */
export async function takeFeed(
  database: Database,
  actor: Actor,
  asked: FeedAsked,
  rows: () => AsyncIterable<readonly FeedRecord[]>,
  watch: FeedWatch = {},
): Promise<Result<FeedReport & { readonly isAgain: boolean }, FeedRefusal>> {
  const plan = planOf(asked)
  if (!plan.ok) return plan
  const content = contentOf(asked)
  const opened = await transaction(database, actor, tx =>
    openFeed(tx, { ...asked, country: asked.country.code, content }),
  )
  if (opened.finishedAt !== null) return ok({ ...opened, isAgain: true })
  const terms = { style: styleOf(asked), month: asked.month, today: asked.today }
  for await (const batch of inBatches(rows(), opened.position)) {
    if (watch.signal?.aborted) throw new FeedStopped('stopped between two batches')
    await transaction(database, actor, tx => takeBatch(tx, asked, plan.value, terms, opened.id, batch))
    watch.onRows?.(batch.length)
  }
  return ok({ ...(await transaction(database, actor, tx => finishFeed(tx, opened.id))), isAgain: false })
}

/** Why a feed is not taken at all, before any of its rows is read; undefined where it is. */
export function feedRefused(asked: FeedAsked): FeedRefusal | undefined {
  const plan = planOf(asked)
  return plan.ok ? undefined : plan.refusal
}

function planOf({ country, kind, source, header, month }: FeedAsked): Result<FeedPlan, FeedRefusal> {
  if (!/^[a-z0-9][a-z0-9._-]{0,59}$/.test(source)) return err({ code: 'source_malformed', source })
  return planFeed(country, kind, header, { month: month !== undefined })
}

/** The same bytes for another month are another feed. */
export const contentOf = ({ content, month, kind }: FeedAsked) =>
  createHash('sha256')
    .update(`${kind} ${month ?? ''} ${content}`)
    .digest('hex')

function styleOf({ country, decimalComma }: FeedAsked): CellStyle {
  return {
    decimalComma,
    moneyPlaces: placesOf(country.currency),
    territory: { knows: code => country.territories.find(code) !== undefined, accepted: 'the code of a territory' },
  }
}

async function* inBatches(rows: AsyncIterable<readonly FeedRecord[]>, after: number) {
  let batch: FeedRecord[] = []
  for await (const some of rows) {
    for (const each of some) {
      if (each.row <= after) continue
      batch.push(each)
      if (batch.length < FEED_BATCH) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

async function takeBatch(
  tx: Transaction,
  asked: FeedAsked,
  plan: FeedPlan,
  terms: ReadingTerms,
  id: FeedReport['id'],
  batch: readonly FeedRecord[],
): Promise<void> {
  const feed = await lockFeed(tx, id)
  // Another process took these meanwhile.
  const fresh = batch.filter(each => each.row > feed.position)
  if (fresh.length === 0) return
  const rejects: FeedReject[] = []
  const read: FeedRow[] = []
  const records = new Map(fresh.map(each => [each.row, each]))
  for (const record of fresh) {
    const row = readFeedRow(plan, record, terms)
    if (row.ok) read.push(row.value)
    else rejects.push(row.refusal)
  }
  const { matched, doubts, refused } = await matchRows(tx, asked, read)
  const told = await saveTold(tx, { feed, actor: asked.askedBy, country: asked.country.code }, matched)
  await linkPersons(tx, asked.country.code, asked.source, told.kept)
  const given = asked.month === undefined ? {} : { month: asked.month }
  const waiting = doubts.map(each => ({ ...each, said: { ...given, ...spoken(records.get(each.row)!) } }))
  await saveDoubts(tx, id, waiting)
  const all = [...rejects, ...refused, ...told.rejects]
  await saveRejects(tx, id, all)
  await advanceFeed(tx, id, {
    position: fresh.at(-1)!.row,
    recorded: told.recorded,
    unchanged: told.unchanged,
    doubtful: waiting.length,
    rejected: all.length,
  })
}

/** The cells that say something. */
const spoken = ({ cells }: FeedRecord) =>
  Object.fromEntries(Object.entries(cells).filter(([, text]) => text.trim() !== ''))

type Doubt = Extract<MatchDecision, { kind: 'doubtful' }> & {
  readonly row: number
  readonly places: readonly string[]
}

async function matchRows(tx: Transaction, { country, source }: FeedAsked, rows: readonly FeedRow[]) {
  const identified = await identifyRows(
    tx,
    country.code,
    `partner:${source}`,
    rows.map(row => row.identity),
  )
  const linked = await linkedPersons(tx, country.code, source, rows)
  const matched: Matched[] = []
  const doubts: Doubt[] = []
  const refused: FeedReject[] = []
  for (const [at, row] of rows.entries()) {
    const { identity } = row
    const found = identified[at]!
    const own = row.sourcePerson === undefined ? undefined : (linked.get(row.sourcePerson) ?? null)
    const decision = decideMatch(found, own, {
      name: Boolean(identity.givenName ?? identity.givenNameAr),
      birth: identity.birthDate !== undefined,
    })
    if (decision.kind === 'person') {
      matched.push({ ...row, person: decision.person, matched: howKnown(decision.person, found, own) })
    } else if (decision.kind === 'doubtful') {
      const places = found.persons.filter(each => decision.candidates.includes(each.id)).map(each => each.territory)
      doubts.push({ ...decision, row: row.row, places })
    } else refused.push({ row: row.row, code: decision.kind, ...ACCEPTED[decision.kind] })
  }
  return { matched, doubts, refused }
}

function howKnown(person: Id<'Person'>, { identifiers }: Identified, own: Id<'Person'> | null | undefined): HowKnown {
  if (identifiers.some(each => each.person === person)) return 'identifier'
  return own === person ? 'known_before' : 'name_and_birth'
}

const ACCEPTED = {
  not_identified: {
    column: 'unique_number',
    accepted: 'a unique number, a token, a document, or a whole name with a date of birth',
  },
  nobody_found: { column: 'unique_number', accepted: 'somebody who is in the register' },
} as const
