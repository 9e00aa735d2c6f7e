import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { findHouseholdFile, type HouseholdFile } from '#households'
import { err, type Id, ok, parseDate } from '#kernel'
import {
  assignPayees,
  type CashWindowView,
  findRun,
  listCashWindows,
  listPoints,
  listProviders,
  listRuns,
  openCashWindow,
  type Point,
  type RunSummary,
  readPoints,
  recordPoints,
} from '#payments'
import { actorFor, decideAccess, type Permission, type StaffAccess } from '#security'
import type { CashDoor, PointRow, PointsPage, WindowRow } from '../cash-door.ts'
import type { StaffMember } from '../context.ts'
import { amountOf } from './amount.ts'
import { counterDoor } from './counter.ts'
import { opened } from './household.ts'
import { accessOf, openAs, readWith } from './reader.ts'
import { readReceipt, readStatement } from './statement.ts'
import { todayIn } from './today.ts'
import { placeOf } from './words.ts'

const WINDOWS_SHOWN = 50
const RUNS_SHOWN = 100
const DAYS_MOST = 120
const WHOLE = { territory: '', programme: null, sensitivity: 'ordinary' } as const

/** Payment points and windows: read by whoever reads payment runs, kept by whoever prepares them for the whole country. */
export function cashDoor(app: Database, worker: Database, country: Country): CashDoor {
  const managing = async (reader: StaffMember) => {
    const access = await accessOf(app, reader)
    const allowed = decideAccess(access.grants, MANAGE, WHOLE, access.at)
    return allowed.ok ? ok(actorFor(access, MANAGE)) : err({ code: 'not_granted' as const, why: allowed.refusal })
  }
  return {
    points: async reader => readPage(app, country, await accessOf(app, reader)),
    async recordPoints(reader, { provider, list }) {
      const actor = await managing(reader)
      if (!actor.ok) return actor
      const read = readPoints(list, code => country.territories.find(code)?.code)
      if (!read.ok) return read
      const { points, rejects } = read.value
      return transaction(app, actor.value, async tx => {
        const recorded = await recordPoints(tx, provider, points)
        return recorded.ok ? ok({ ...recorded.value, rejects }) : recorded
      })
    },
    async assignPoints(reader, { provider, days, again }) {
      const actor = await managing(reader)
      if (!actor.ok) return actor
      if (!Number.isInteger(days) || days < 1 || days > DAYS_MOST) return err({ code: 'days_out_of_range' })
      const regions = new Map((country.tiles ?? []).map(({ code, ...place }) => [code, place]))
      return transaction(worker, actor.value, async tx =>
        assignPayees(tx, { provider, days, again, regions, day: await todayIn(tx, country) }),
      )
    },
    async openWindow(reader, { id, reference, provider, ...days }) {
      const actor = await managing(reader)
      if (!actor.ok) return actor
      const [opensOn, closesOn] = [parseDate(days.opensOn), parseDate(days.closesOn)]
      if (!opensOn || !closesOn) return err({ code: 'day_malformed' })
      return transaction(app, actor.value, async tx => {
        const run = await findRun(tx, reference)
        if (!run) return err({ code: 'run_unknown', run: reference })
        const opened = await openCashWindow(tx, { id, run: run.id, provider, opensOn, closesOn })
        return opened.ok ? ok(undefined) : opened
      })
    },
    ...counterDoor(app, country),
    statement: (reader, household, year) =>
      openHousehold(app, country, reader, household, (tx, file) => readStatement(tx, country, file, year)),
    receipt: (reader, household, payment) =>
      openHousehold(app, country, reader, household, tx => readReceipt(tx, country, household, payment)),
  }
}

/** Reads something of what one household is paid; the audit says that it was opened. */
function openHousehold<Value>(
  app: Database,
  country: Country,
  reader: StaffMember,
  household: Id<'Household'>,
  read: (tx: Transaction, file: HouseholdFile) => Promise<Value | undefined>,
): Promise<Value | undefined> {
  return openAs(app, reader, 'payment.read', async tx => {
    const file = await findHouseholdFile(tx, household)
    const value = file?.country === country.code ? await read(tx, file) : undefined
    return file && value !== undefined ? { value, act: opened(file, 'payment statement') } : undefined
  })
}

const MANAGE: Permission = 'payment_run.prepare'

function readPage(app: Database, country: Country, access: StaffAccess): Promise<PointsPage> {
  return readWith(app, access, 'payment_run.read', async tx => {
    const points = await listPoints(tx)
    const today = await todayIn(tx, country)
    const windows = await listCashWindows(tx, today, { most: WINDOWS_SHOWN })
    const providers = (await listProviders(tx)).filter(one => one.kind === 'cash')
    const runs = await listRuns(tx, { limit: RUNS_SHOWN })
    return {
      points: points.map(point => pointRow(country, point)),
      windows: windows.map(windowRow),
      providers: providers.map(({ code, name }) => ({ code, name })),
      tiles: tilesOf(country, points),
      runs: runs.filter(open).map(({ reference, label, period }) => ({ reference, label, period })),
      today,
      mayManage: decideAccess(access.grants, MANAGE, WHOLE, access.at).ok,
    }
  })
}

const open = ({ state }: RunSummary) => state === 'approved' || state === 'file_made' || state === 'sent'

function pointRow(country: Country, { territory, longitude, ...point }: Point): PointRow {
  const { id, provider, code, name, opening, agents, perDay, payees, closed } = point
  const place = placeOf(country, territory)
  return {
    id,
    provider,
    code,
    name,
    territory: place,
    opening,
    agents,
    perDay,
    payees,
    closed,
    placed: longitude !== null,
  }
}

function windowRow({ run: _run, provider: _provider, currency, ...window }: CashWindowView): WindowRow {
  const { amount, paidAmount, unclaimedAmount } = window
  return {
    ...window,
    amount: amountOf(amount, currency),
    paidAmount: amountOf(paidAmount, currency),
    unclaimedAmount: unclaimedAmount === null ? undefined : amountOf(unclaimedAmount, currency),
  }
}

/** Points that are open, by region: how many, who is placed there, and what they serve in a day. */
function tilesOf(country: Country, points: readonly Point[]): PointsPage['tiles'] {
  return (country.tiles ?? []).map(tile => {
    const here = points.filter(point => !point.closed && point.territory.split('.')[0] === tile.code)
    return {
      ...tile,
      words: country.territories.find(tile.code)?.name ?? { fr: tile.code, ar: tile.code, en: tile.code },
      points: here.length,
      payees: here.reduce((sum, point) => sum + point.payees, 0),
      perDay: here.reduce((sum, point) => sum + point.perDay, 0),
    }
  })
}
