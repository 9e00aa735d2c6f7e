import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { addMonths, type DateText, err, monthOf, ok, parseDate, type Words } from '#kernel'
import {
  type AccountBalance,
  type AnswerException,
  allWaiting,
  answerExceptions,
  answeredFor,
  budgetStates,
  closeException,
  decideWaiting,
  findBudgetLine,
  type JournalLine,
  journal,
  type ProviderReport,
  providerReport,
  trialBalance,
  type WaitingView,
  waitingOfPayees,
} from '#payments'
import { actorFor, appendAudit, decideAccess, type Permission, type StaffAccess } from '#security'
import type { BooksDoor, ExceptionRow, JournalRow, LedgerAsked, LedgerPage, WaitingRow } from '../books-door.ts'
import type { StaffMember } from '../context.ts'
import { amountOf, maybeAmount } from './amount.ts'
import { accessOf, listAs, readWith } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf, wordsOf } from './words.ts'

const SHOWN = 500
const PAGE = 2_000
const WHOLE = { territory: '', programme: null, sensitivity: 'ordinary' } as const
const SETTLE: Permission = 'payment_run.send'

/** Answers and books are the whole country's: part of them would be a wrong figure. Who waits is shown as far as the reader sees. */
export function booksDoor(app: Database, worker: Database, country: Country): BooksDoor {
  const whole = ({ grants, at }: StaffAccess, permission: Permission) => decideAccess(grants, permission, WHOLE, at)
  const actor = async (reader: StaffMember, permission: Permission) => {
    const access = await accessOf(app, reader)
    const allowed = whole(access, permission)
    return allowed.ok ? ok(actorFor(access, permission)) : err({ code: 'not_granted' as const, why: allowed.refusal })
  }
  return {
    async exceptions(reader, closed) {
      const access = await accessOf(app, reader)
      if (!whole(access, 'payment_run.read').ok) return undefined
      const as = actorFor(access, 'payment_run.read')
      const rows = await transaction(worker, as, tx => answerExceptions(tx, { all: closed, most: SHOWN + 1 }))
      const mayClose = whole(access, SETTLE).ok
      return { rows: rows.slice(0, SHOWN).map(exceptionRow), more: rows.length > SHOWN, mayClose }
    },
    async closeException(reader, { file, line, reason }) {
      const as = await actor(reader, SETTLE)
      if (!as.ok) return as
      const number = /^[1-9]\d{0,8}$/.test(line) ? Number(line) : 0
      const closed = await transaction(worker, as.value, tx => closeException(tx, { file, line: number, reason }))
      return closed.ok ? ok(undefined) : closed
    },
    waiting: reader =>
      listAs(app, reader, 'payment_run.read', async tx => {
        const rows = await allWaiting(tx, SHOWN)
        const members = rows.flatMap(({ payeeId: id, territory }) => (id === null ? [] : [{ id, territory }]))
        const reading = {
          action: 'payment_waiting.list',
          kind: 'person',
          members,
          purpose: 'payment: who waits',
        } as const
        return {
          value: rows.map(row => waitingRow(country, row)),
          reading: { ...reading, detail: { shown: rows.length } },
        }
      }),
    async decideWaiting(reader, said) {
      const access = await accessOf(app, reader)
      const [seen] = await readWith(app, access, 'payment_run.read', tx =>
        waitingOfPayees(tx, [], idsOf(said.entitlement)),
      )
      if (!seen) return err({ code: 'not_waiting', entitlement: said.entitlement })
      const { territory, purpose: programme } = seen
      const allowed = decideAccess(access.grants, SETTLE, { territory, programme, sensitivity: 'ordinary' }, access.at)
      if (!allowed.ok) return err({ code: 'not_granted', why: allowed.refusal })
      const decided = await transaction(worker, actorFor(access, SETTLE), tx => decideWaiting(tx, said))
      return decided.ok ? ok(undefined) : decided
    },
    async ledger(reader, asked) {
      const as = await actor(reader, 'budget.read')
      return as.ok ? transaction(worker, as.value, tx => readLedger(tx, country, asked)) : undefined
    },
    async journal(reader, asked) {
      const as = await actor(reader, 'budget.read')
      if (!as.ok) return undefined
      const known = await transaction(worker, as.value, async tx => {
        if (asked.line !== '' && !(await findBudgetLine(tx, asked.line))) return false
        await appendAudit(tx, {
          action: 'ledger.export',
          subject: { kind: 'ledger', id: asked.line || 'all' },
          purpose: 'payment: journal of the ledger',
          detail: { until: asked.at },
        })
        return true
      })
      if (!known) return undefined
      return journalPages(work => transaction(worker, as.value, work), country, asked)
    },
    async providerReport(reader, { from, to }) {
      const as = await actor(reader, 'budget.read')
      if (!as.ok) return undefined
      return transaction(worker, as.value, async tx => {
        const today = await todayIn(tx, country)
        const span = { from: parseDate(from) ?? yearBefore(today), to: parseDate(to) ?? today }
        const rows = await providerReport(tx, span)
        return {
          ...span,
          rows: rows.map(({ feesSaid, feesByTerms, ...row }) => ({
            ...row,
            ...amountsOf({ ...row, feesSaid, feesByTerms }),
          })),
        }
      })
    },
  }
}

const yearBefore = (today: DateText) => `${addMonths(monthOf(today), -12)}-01` as DateText

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const idsOf = (entitlement: string) => (UUID.test(entitlement) ? [entitlement] : [])

function amountsOf(row: ProviderReport) {
  return {
    sentAmount: amountOf(row.sentAmount, row.currency),
    paidAmount: amountOf(row.paidAmount, row.currency),
    returnedAmount: amountOf(row.returnedAmount, row.currency),
    feesKnown: row.sent === 0 || row.feesUnknownOf < row.sent,
    fees: amountOf(row.feesSaid + row.feesByTerms, row.currency),
  }
}

function exceptionRow({ amount, asked, currency, ...row }: AnswerException): ExceptionRow {
  return { ...row, answered: maybeAmount(amount, currency), expected: maybeAmount(asked, currency) }
}

function waitingRow(country: Country, row: WaitingView): WaitingRow {
  return {
    entitlement: row.entitlementId,
    reference: row.reference,
    payee: row.payeeId ?? undefined,
    territory: placeOf(country, row.territory),
    programme: programmeOf(country, row.purpose),
    period: row.period,
    amount: amountOf(row.amount, row.currency),
    reason: row.reason,
    code: row.code ?? undefined,
    since: row.since.toISOString(),
    payable: answeredFor(row.reason),
  }
}

function programmeOf(country: Country, purpose: string): Words {
  return country.book.packs.get(purpose)?.names ?? wordsOf(purpose)
}

/** The instant that a reader of the country wrote; undefined where it is none, which is now. */
function instantOf(country: Country, at: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(at)) return undefined
  try {
    const { epochMilliseconds } = Temporal.PlainDateTime.from(at).toZonedDateTime(country.timeZone)
    return new Date(epochMilliseconds)
  } catch {
    return undefined
  }
}

async function readLedger(tx: Transaction, country: Country, asked: LedgerAsked): Promise<LedgerPage> {
  const until = instantOf(country, asked.at)
  const lines = (await budgetStates(tx)).map(({ code, label }) => ({ code, label }))
  const line = lines.find(one => one.code === asked.line)?.code
  const terms = { ...(until && { asOf: until }), ...(line !== undefined && { budgetLine: line }) }
  const balances = await trialBalance(tx, terms)
  const account = balances.find(one => String(one.account) === asked.account)?.account
  const movements =
    account === undefined ? undefined : await journal(tx, { account, limit: SHOWN, ...(until && { until }) })
  return {
    lines,
    balances: balances.map(one => ({
      account: one.account,
      budgetLine: one.budgetLine,
      kind: one.kind,
      purpose: one.purpose === null ? undefined : programmeOf(country, one.purpose),
      provider: one.provider ?? undefined,
      debits: amountOf(one.debits, one.currency),
      credits: amountOf(one.credits, one.currency),
      balance: amountOf(one.kind === 'funder' ? one.debits - one.credits : one.credits - one.debits, one.currency),
    })),
    totals: totalsOf(balances),
    movements: movements?.map(one => journalRow(country, one)),
  }
}

function totalsOf(balances: readonly AccountBalance[]): LedgerPage['totals'] {
  const currencies = [...new Set(balances.map(one => one.currency))]
  return currencies.map(currency => {
    const own = balances.filter(one => one.currency === currency)
    return {
      debits: amountOf(
        own.reduce((sum, one) => sum + one.debits, 0n),
        currency,
      ),
      credits: amountOf(
        own.reduce((sum, one) => sum + one.credits, 0n),
        currency,
      ),
    }
  })
}

function journalRow(country: Country, { run: _run, by: _by, ...line }: JournalLine): JournalRow {
  return {
    ...line,
    at: line.at.toISOString(),
    purpose: line.purpose === null ? undefined : programmeOf(country, line.purpose),
    provider: line.provider ?? undefined,
    amount: amountOf(line.amount, line.currency),
    reference: line.reference ?? undefined,
    reason: line.reason ?? undefined,
  }
}

async function* journalPages(
  read: <Value>(work: (tx: Transaction) => Promise<Value>) => Promise<Value>,
  country: Country,
  asked: Omit<LedgerAsked, 'account'>,
): AsyncGenerator<readonly JournalRow[]> {
  const until = instantOf(country, asked.at)
  const terms = { limit: PAGE, ...(until && { until }), ...(asked.line !== '' && { budgetLine: asked.line }) }
  let after: JournalLine | undefined
  do {
    const page: readonly JournalLine[] = await read(tx => journal(tx, { ...terms, ...(after && { after }) }))
    yield page.map(one => journalRow(country, one))
    after = page.length === PAGE ? page.at(-1) : undefined
  } while (after)
}
