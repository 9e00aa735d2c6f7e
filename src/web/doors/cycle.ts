import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { type Currency, err, type Month, monthOf, parseMonth } from '#kernel'
import { budgetStates, findRun, listRuns, type ProviderPorts } from '#payments'
import { askPreparation, latestMonthOwed, latestPreparation, type MonthOwed, monthOwed } from '#programmes'
import type { Pack } from '#rules'
import { actorFor, decideAccess, type Permission, type StaffAccess } from '#security'
import type { CycleDoor, MonthPage, MonthPreparation, OwedAmount } from '../cycle-door.ts'
import { amountOf } from './amount.ts'
import { answersDoor } from './answers.ts'
import { budgetDoor } from './budgets.ts'
import { paymentRunRow } from './payments.ts'
import { accessOf } from './reader.ts'
import { runStepsDoor } from './run-steps.ts'
import { todayIn } from './today.ts'

const RUNS_SHOWN = 50

export type CycleParts = {
  readonly app: Database
  readonly worker: Database
  readonly country: Country
  readonly ports: ProviderPorts
}

/** From an envelope to answers: the calls of `socle pay`, for whoever may do each over the whole country. */
export function cycleDoor(parts: CycleParts): CycleDoor {
  const { app, worker, country } = parts
  const paying = [...country.book.packs.values()].filter(pack => pack.amount?.direction === 'receives')
  return {
    ...budgetDoor(parts),
    ...runStepsDoor(parts),
    ...answersDoor(parts),
    async month(reader, asked) {
      const access = await accessOf(app, reader)
      const seen = paying.filter(({ id }) => whole(access, 'payment_run.read', id))
      const pack = seen.find(({ id }) => id === asked.programme) ?? seen[0]
      if (!pack) return undefined
      const read = actorFor(access, 'payment_run.read')
      const page = await transaction(worker, read, tx => readMonth(tx, country, pack, asked.month))
      return {
        ...page,
        programmes: seen.map(({ id, names }) => ({ id, name: names })),
        mayPrepare: whole(access, 'payment_run.prepare', pack.id),
      }
    },
    async prepareMonth(reader, { id, programme, month: text, budgetLine }) {
      const pack = paying.find(each => each.id === programme)
      if (!pack) return err({ code: 'programme_unknown' })
      const access = await accessOf(app, reader)
      const to = { territory: '', programme, sensitivity: 'ordinary' } as const
      const allowed = decideAccess(access.grants, 'payment_run.prepare', to, access.at)
      if (!allowed.ok) return err({ code: 'not_granted', why: allowed.refusal })
      const month = parseMonth(text)
      if (month === undefined) return err({ code: 'month_malformed' })
      const by = actorFor(access, 'payment_run.prepare')
      return transaction(worker, by, async tx => {
        const asked = { id, country: country.code, pack: programme, month, budgetLine, staff: access.staffId }
        return askPreparation(tx, country, { ...asked, accountsOn: await todayIn(tx, country) })
      })
    },
  }
}

function whole({ grants, at }: StaffAccess, permission: Permission, programme: string): boolean {
  return decideAccess(grants, permission, { territory: '', programme, sensitivity: 'ordinary' }, at).ok
}

async function readMonth(
  tx: Transaction,
  country: Country,
  pack: Pack,
  asked: string,
): Promise<Omit<MonthPage, 'programmes' | 'mayPrepare'>> {
  const month =
    parseMonth(asked) ?? (await latestMonthOwed(tx, pack.id)) ?? (monthOf(await todayIn(tx, country)) as Month)
  const runs = await listRuns(tx, { limit: RUNS_SHOWN, purpose: pack.id, period: month })
  const lines = await budgetStates(tx)
  return {
    programme: pack.id,
    name: pack.names,
    month,
    owed: amountsOf(await monthOwed(tx, pack.id, month), country.currency),
    runs: runs.map(run => paymentRunRow(country, run)),
    preparation: await preparationOf(tx, pack.id, month),
    budgetLines: lines
      .filter(({ currency }) => currency === country.currency)
      .map(({ code, label, budget, committed, currency }) => ({
        code,
        label,
        free: amountOf(budget - committed, currency),
      })),
  }
}

async function preparationOf(tx: Transaction, pack: string, month: Month): Promise<MonthPreparation | null> {
  const asked = await latestPreparation(tx, pack, month)
  if (!asked) return null
  const { id, askedAt, budgetLine, stage, attempt, begunAt, doneAt, refusal } = asked
  const run = doneAt === null ? undefined : await findRun(tx, id)
  return { id, askedAt, budgetLine, stage, attempt, begunAt, refusal, reference: run?.reference ?? null }
}

function amountsOf(owed: MonthOwed, currency: Currency): MonthPage['owed'] {
  const one = (key: keyof MonthOwed): OwedAmount => ({
    lines: owed[key].lines,
    amount: amountOf(owed[key].amountMinor, currency),
  })
  return {
    rights: one('rights'),
    arrears: one('arrears'),
    keptBack: one('keptBack'),
    inRuns: one('inRuns'),
    overpaid: one('overpaid'),
  }
}
