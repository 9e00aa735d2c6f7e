import type { Country } from '#countries'
import { type Database, type RepeatedTask, transaction, workerActor } from '#db'
import type { DateText, Id } from '#kernel'
import { type Notice, notify } from '#messaging'
import {
  bookCashPayments,
  type CashPayee,
  type CashRound,
  cashPayees,
  cashRound,
  closeCashWindow,
  recordCashNotice,
} from '#payments'

const actor = workerActor('cash')
const FIFTEEN_MINUTES = 15 * 60_000
const NOTICES_AT_ONCE = 2_000

/** The worker's round of windows: payees are told before one opens and before it closes, payments are booked, what is over is closed. */
export function tendingWindows(country: Country, today: () => DateText): RepeatedTask {
  return { pauseMs: FIFTEEN_MINUTES, run: async worker => void (await tendWindows(worker, country, today())) }
}

/** One round. Each window is a transaction of its own: what fails for one is tried again without the others. */
export async function tendWindows(
  worker: Database,
  country: Country,
  today: DateText,
): Promise<{ readonly told: number; readonly booked: number; readonly closed: number }> {
  const round = await transaction(worker, actor, tx => cashRound(tx, today), { readOnly: true })
  let [told, booked, closed] = [0, 0, 0]
  for (const due of round.toTell) told += await tell(worker, country, due)
  for (const window of round.toBook) booked += await transaction(worker, actor, tx => bookCashPayments(tx, window))
  for (const window of round.toClose) {
    const answer = await transaction(worker, actor, tx => closeCashWindow(tx, window, today))
    if (answer.ok && answer.value !== 'already') closed++
  }
  return { told, booked, closed }
}

type Due = CashRound['toTell'][number]

function tell(worker: Database, country: Country, due: Due): Promise<number> {
  return transaction(worker, actor, async tx => {
    const payees = await cashPayees(tx, due.window)
    if (!(await recordCashNotice(tx, due.window, due.kind, payees.length))) return 0
    const notices = payees.map(payee => noticeOf(country, due, payee))
    for (let at = 0; at < notices.length; at += NOTICES_AT_ONCE) {
      await notify(tx, notices.slice(at, at + NOTICES_AT_ONCE))
    }
    return notices.length
  })
}

function noticeOf(country: Country, { window, kind, opensOn, closesOn, providerName }: Due, payee: CashPayee): Notice {
  const about = {
    key: `cash_${kind} ${window} ${payee.position}`,
    to: { person: payee.payee as Id<'Person'>, territory: payee.territory },
    language: country.languages[0]!,
  }
  const point = payee.point ?? providerName
  return kind === 'opens'
    ? { ...about, kind: 'cash_opens', values: { from: opensOn, day: closesOn, point } }
    : { ...about, kind: 'cash_closes', values: { day: closesOn, point } }
}
