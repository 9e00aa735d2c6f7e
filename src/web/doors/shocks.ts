import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { type Currency, err, type Month, money, moneyText, monthOf, ok, parseMonth, type Words } from '#kernel'
import { budgetStates } from '#payments'
import {
  findShock,
  holding,
  latestOwnSnapshot,
  listShocks,
  previewShock,
  proposeShock,
  proposeShockEnd,
  type Reach,
  type Shock,
  type ShockAsked,
  type ShockContent,
  type ShockReach,
  type ShockScope,
} from '#programmes'
import { isNumber, numberToText, type Pack } from '#rules'
import { actorFor, decideAccess, type ProposalId, type StaffAccess, scopeOf } from '#security'
import type { StaffMember } from '../context.ts'
import type {
  FreeBudget,
  PackReach,
  ReachPage,
  ShockArea,
  ShockDoor,
  ShockPackAsked,
  ShockProposed,
  ShockRow,
  ShockSaid,
} from '../shock-door.ts'
import { accessOf, readWith } from './reader.ts'
import { todayIn } from './today.ts'
import { wordsOf } from './words.ts'

type Parts = {
  readonly app: Database
  readonly worker: Database
  readonly country: Country
  readonly folder: string | undefined
}

const CHANGE = 'programme.change'

/** Shocks for the pages: the list, one of them, and the one screen on which one is declared. */
export function shockDoor({ app, worker, country, folder }: Parts): ShockDoor {
  const reached = async (access: StaffAccess, asked: ShockAsked) =>
    transaction(worker, actorFor(access, CHANGE), async tx => {
      const now = monthOf(await todayIn(tx, country))
      const snapshot = await latestOwnSnapshot(tx, country, folder)
      const budgets = seesBudgets(access) ? await budgetStates(tx) : null
      return { preview: await previewShock(tx, country, asked, { now, snapshot }), budgets, now }
    })
  return {
    shocks: async reader => {
      const access = await accessOf(app, reader)
      if (!mayAnywhere(access)) return []
      return readWith(app, access, CHANGE, async tx => {
        const now = monthOf(await todayIn(tx, country))
        return (await listShocks(tx, country.code)).map(shock => rowOf(country, shock, now))
      })
    },
    shock: async (reader, id) => {
      const access = await accessOf(app, reader)
      if (!mayAnywhere(access)) return undefined
      return readWith(app, access, CHANGE, async tx => {
        const now = monthOf(await todayIn(tx, country))
        const shock = await findShock(tx, country.code, id)
        if (!shock) return undefined
        return {
          ...rowOf(country, shock, now),
          says: shock.says,
          evidence: shock.evidence,
          reference: shock.reference,
          declaredAt: shock.declaredAt.toISOString(),
          amounts: amountsOf(country, shock.expansions),
          changes: shock.changes.map(({ until, says, at }) => ({ until, says, at: at.toISOString() })),
          mayMove: shock.until >= now && mayChange(access, holding(shock.territories)),
          month: now,
        }
      })
    },
    shockForm: async reader => {
      const access = await accessOf(app, reader)
      if (!mayAnywhere(access)) return undefined
      return readWith(app, access, CHANGE, async tx => ({
        month: monthOf(await todayIn(tx, country)),
        currency: country.currency,
        packs: packsOffered(country),
        places: country.territories.childrenOf().map(({ code, name }) => ({
          code,
          name,
          below: country.territories.childrenOf(code).map(below => ({ code: below.code, name: below.name })),
        })),
      }))
    },
    async previewShock(reader, said) {
      const found = await askedBy(app, reader, said)
      if (!found.ok) return found
      const { preview, budgets } = await reached(found.value.access, found.value.asked)
      if (!preview.ok)
        return preview.refusal.code === 'snapshot_refused' ? err({ code: 'snapshot_refused' }) : err(preview.refusal)
      const reach = preview.value === null ? null : reachPage(country, preview.value)
      const month = monthCost(preview.value)
      return ok({ reach, budgets: budgets && budgetsOf(country, budgets, month) })
    },
    async proposeShock(reader, said) {
      const found = await askedBy(app, reader, said)
      if (!found.ok) return found
      const { access, asked } = found.value
      const { preview, now } = await reached(access, asked)
      if (!preview.ok)
        return preview.refusal.code === 'snapshot_refused' ? err({ code: 'snapshot_refused' }) : err(preview.refusal)
      const terms = { now, reach: preview.value }
      return transaction(app, actorFor(access, CHANGE), tx => proposeShock(tx, country, asked, terms))
    },
    async proposeShockEnd(reader, { id, shock, until: text, says }) {
      const access = await accessOf(app, reader)
      const until = parseMonth(text)
      if (until === undefined) return err({ code: 'month_malformed' })
      return transaction(app, actorFor(access, CHANGE), async tx => {
        const found = await findShock(tx, country.code, shock)
        if (found && !mayChange(access, holding(found.territories))) return err({ code: 'not_granted' })
        const now = monthOf(await todayIn(tx, country))
        return proposeShockEnd(tx, country, { id: id as ProposalId, shock, until, says }, now)
      })
    },
  }
}

const mayAnywhere = (access: StaffAccess) => scopeOf(access.grants, CHANGE, access.at).length > 0
const mayChange = (access: StaffAccess, territory: string) =>
  decideAccess(access.grants, CHANGE, { territory, programme: null, sensitivity: 'ordinary' }, access.at).ok
const seesBudgets = (access: StaffAccess) =>
  decideAccess(access.grants, 'budget.read', { territory: '', programme: null, sensitivity: 'ordinary' }, access.at).ok

/** What was typed, for who may declare a shock there. Places and months are refused by `programmes`, in its order. */
async function askedBy(app: Database, reader: StaffMember, said: ShockSaid) {
  const access = await accessOf(app, reader)
  if (!mayChange(access, holding(said.territories))) return err({ code: 'not_granted' as const })
  const [from, until] = [parseMonth(said.from), parseMonth(said.until)]
  if (from === undefined || until === undefined) return err({ code: 'month_malformed' as const })
  const { id, packs, kind, ...rest } = said
  const asked = { ...rest, id: id as ProposalId, kind: kind as ShockAsked['kind'], from, until, expansions: packs }
  return ok({ access, asked })
}

const nameOf = (country: Country, pack: string): Words => country.book.packs.get(pack)?.names ?? wordsOf(pack)
const placeName = (country: Country, code: string): Words =>
  code === '' ? country.name : (country.territories.find(code)?.name ?? wordsOf(code))

function rowOf(country: Country, shock: Shock, now: Month): ShockRow {
  const { id, name, kind, territories, from, until, expansions, waives } = shock
  return {
    id,
    name,
    kind,
    state: until < now ? 'over' : from > now ? 'announced' : 'under_way',
    places: territories.map(code => placeName(country, code)),
    from,
    until,
    packs: expansions.map(({ pack }) => nameOf(country, pack)),
    waives,
  }
}

const amountIn = (country: Country, minor: bigint) => ({
  value: moneyText(money(minor, country.currency as Currency)),
  currency: country.currency,
})

function amountsOf(country: Country, expansions: Shock['expansions']) {
  return expansions.flatMap(({ pack, values }) =>
    Object.entries(values).map(([name, value]) => ({
      pack: nameOf(country, pack),
      label: country.book.packs.get(pack)?.parameters.get(name)?.label ?? wordsOf(name),
      amount: { value: value.trim(), currency: country.currency },
    })),
  )
}

function packsOffered(country: Country): ShockPackAsked[] {
  return country.shocks.map(({ pack: id, way, of, asks }) => {
    const pack = country.book.packs.get(id) as Pack
    return {
      pack: id,
      name: pack.names,
      says: pack.says,
      way,
      of: nameOf(country, of),
      asks: asks.map(name => ({ name, label: pack.parameters.get(name)!.label, last: lastGiven(country, pack, name) })),
    }
  })
}

/** The last amount that a source gave, which is no value of today. */
function lastGiven(country: Country, pack: Pack, name: string): ShockPackAsked['asks'][number]['last'] {
  const given = pack.parameters.get(name)?.values.find(({ confidence }) => confidence !== 'unknown')
  if (given?.value.kind !== 'single' || !isNumber(given.value.value)) return null
  return {
    amount: { value: numberToText(given.value.value), currency: country.currency },
    source: given.sources.map(({ text }) => text).join(' ; '),
  }
}

/** Where and when, of the places and shocks that a run was opened with. */
export async function shockArea(tx: Transaction, country: Country, scope: ShockScope): Promise<ShockArea> {
  const found = await listShocks(tx, country.code)
  return {
    way: scope.way,
    of: nameOf(country, scope.of),
    places: scope.territories.map(code => placeName(country, code)),
    shocks: found
      .filter(({ id }) => scope.shocks.includes(id))
      .map(({ id, name, from, until }) => ({ id, name, from, until })),
  }
}

const monthCost = (reach: ShockReach | null) =>
  (reach?.packs ?? []).reduce((sum, { total }) => sum + BigInt(total?.amountMinor ?? 0n), 0n)

/** Of a preview, or of the content of a proposal, in which amounts are text. */
function reachPage(country: Country, reach: ShockReach): ReachPage {
  const shown = ({ households, members, amountMinor }: Reach) => ({
    households,
    members,
    amount: amountIn(country, BigInt(amountMinor)),
  })
  return {
    on: reach.on as ReachPage['on'],
    month: amountIn(country, monthCost(reach)),
    packs: reach.packs.map(({ pack, total, regions }): PackReach => {
      const terms = country.shocks.find(each => each.pack === pack)
      return {
        pack,
        name: nameOf(country, pack),
        way: terms?.way ?? 'vertical',
        of: nameOf(country, terms?.of ?? pack),
        total: total && shown(total),
        regions: regions.map(each => ({
          ...shown(each),
          place: each.region === null ? null : placeName(country, each.region),
        })),
      }
    }),
  }
}

function budgetsOf(
  country: Country,
  budgets: Awaited<ReturnType<typeof budgetStates>>,
  month: bigint,
): readonly FreeBudget[] {
  return budgets
    .filter(({ currency }) => currency === country.currency)
    .map(({ code, label, budget, committed }) => {
      const free = budget - committed
      return {
        code,
        label,
        free: amountIn(country, free),
        months: month === 0n ? null : free > 0n ? Number(free / month) : 0,
      }
    })
}

/** What a proposal of a shock says, for the page on which it is decided. */
export function shockProposed(country: Country, content: string): ShockProposed {
  const said = JSON.parse(content) as ShockContent
  if (said.act === 'move_end') return { act: said.act, name: said.name, was: said.was, until: said.until }
  return {
    act: said.act,
    name: said.name,
    kind: said.kind,
    places: said.territories.map(code => placeName(country, code)),
    from: said.from,
    until: said.until,
    evidence: said.evidence,
    reference: said.reference,
    waives: said.waives,
    amounts: amountsOf(country, said.expansions),
    reach: said.reach && reachPage(country, said.reach),
  }
}
