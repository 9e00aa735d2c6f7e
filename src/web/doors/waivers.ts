import type { Country } from '#countries'
import { type Database, transaction } from '#db'
import { addMonths, err, type Month, monthOf, ok, parseMonth, type Result, type Words } from '#kernel'
import {
  decideWaiver,
  findWaiver,
  listWaivers,
  proposeWaiver,
  proposeWaiverEnd,
  type StandingWaiver,
  type WaiverAsked,
  type WaiverContent,
  type WaiverGroup,
  waiverReach,
} from '#programmes'
import { actorFor, covers, decideAccess, type ProposalId, type StaffAccess, scopeOf } from '#security'
import type {
  ConditionDoor,
  GroupShown,
  WaiverForm,
  WaiverProposed,
  WaiverRow,
  WaiverSaid,
  WaiverSaidRefusal,
} from '../condition-door.ts'
import type { StaffMember } from '../context.ts'
import { accessOf, readWith } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf, wordsOf } from './words.ts'

const CHANGE = 'programme.change'
const PER_PAGE = 50

type Waivers = Omit<ConditionDoor, 'conditions'>

/** Where conditions do not count: proposed by one person over places of theirs, approved by another among the proposals. */
export function waiverDoor(app: Database, country: Country): Waivers {
  return {
    waivers: async (reader, page) => {
      const access = await accessOf(app, reader)
      if (!mayAnywhere(access)) return { rows: [], more: false }
      return readWith(app, access, CHANGE, async tx => {
        const now = monthOf(await todayIn(tx, country))
        const rows = await listWaivers(tx, country.code, PER_PAGE + 1, (page - 1) * PER_PAGE)
        return { rows: rows.slice(0, PER_PAGE).map(row => rowOf(country, row, now)), more: rows.length > PER_PAGE }
      })
    },
    waiver: async (reader, id) => {
      const access = await accessOf(app, reader)
      if (!mayAnywhere(access)) return undefined
      return readWith(app, access, CHANGE, async tx => {
        const now = monthOf(await todayIn(tx, country))
        const found = await findWaiver(tx, country.code, id)
        if (!found) return undefined
        const row = rowOf(country, found, now)
        const isOpen = row.state === 'announced' || row.state === 'under_way'
        return {
          ...row,
          ends: found.ends,
          mayEnd: isOpen && found.shock === null && mayChange(access, found.territory, found.pack),
          first: addMonths(now, -1),
        }
      })
    },
    waiverForm: async reader => {
      const access = await accessOf(app, reader)
      if (!mayAnywhere(access)) return undefined
      return readWith(app, access, CHANGE, async tx => formOf(country, access, monthOf(await todayIn(tx, country))))
    },
    previewWaiver: async (reader, said) => {
      const found = await askedBy(app, country, reader, said)
      if (!found.ok) return found
      return readWith(app, found.value.access, CHANGE, async tx =>
        ok(await waiverReach(tx, country, found.value.asked)),
      )
    },
    proposeWaiver: async (reader, said) => {
      const found = await askedBy(app, country, reader, said)
      if (!found.ok) return found
      const { access, asked } = found.value
      return transaction(app, actorFor(access, CHANGE), async tx =>
        proposeWaiver(tx, country, asked, await waiverReach(tx, country, asked)),
      )
    },
    proposeWaiverEnd: async (reader, { id, waiver, until: text, says }) => {
      const access = await accessOf(app, reader)
      const until = parseMonth(text)
      if (until === undefined) return err({ code: 'month_malformed' })
      return transaction(app, actorFor(access, CHANGE), async tx => {
        const found = await findWaiver(tx, country.code, waiver)
        if (found && !mayChange(access, found.territory, found.pack)) return err({ code: 'not_granted' })
        const now = monthOf(await todayIn(tx, country))
        return proposeWaiverEnd(tx, country, { id: id as ProposalId, waiver, until, says }, now)
      })
    },
  }
}

const mayAnywhere = (access: StaffAccess) => scopeOf(access.grants, CHANGE, access.at).length > 0
const mayChange = (access: StaffAccess, territory: string, programme: string) =>
  decideAccess(access.grants, CHANGE, { territory, programme, sensitivity: 'ordinary' }, access.at).ok

/** What was typed, for who may waive it there: refused by `programmes`, in its order. */
async function askedBy(
  app: Database,
  country: Country,
  reader: StaffMember,
  said: WaiverSaid,
): Promise<Result<{ readonly access: StaffAccess; readonly asked: WaiverAsked }, WaiverSaidRefusal>> {
  const access = await accessOf(app, reader)
  const [pack = '', code = null] = said.condition.split(' ')
  if (!mayChange(access, said.territory, pack)) return err({ code: 'not_granted' })
  const [from, until] = [parseMonth(said.from), parseMonth(said.until)]
  if (from === undefined || until === undefined) return err({ code: 'month_malformed' })
  const { territory, says } = said
  const asked = { id: said.id as ProposalId, pack, code, territory, from, until, members: groupOf(said.group), says }
  const decision = decideWaiver(country, asked)
  return decision.ok ? ok({ access, asked }) : decision
}

/** `fact code` by `fact code`: any of the codes of a fact, and each fact that is named. */
function groupOf(said: readonly string[]): WaiverGroup | null {
  const named = said.map(each => each.split(' ')).filter(([fact, code]) => fact && code)
  const facts = Map.groupBy(named, ([fact]) => fact ?? '')
  if (facts.size === 0) return null
  return Object.fromEntries([...facts].map(([fact, all]) => [fact, all.map(([, code]) => code ?? '')]))
}

function formOf(country: Country, access: StaffAccess, month: Month): WaiverForm {
  const granted = scopeOf(access.grants, CHANGE, access.at)
  const followed = Map.groupBy(country.conditions.conditions, each => each.programme)
  const regions = country.territories.childrenOf()
  const codes = [
    '',
    ...regions.flatMap(({ code }) => [code, ...country.territories.childrenOf(code).map(below => below.code)]),
  ]
  return {
    month,
    programmes: [...followed]
      .filter(([pack]) => granted.some(({ programme }) => programme === null || programme === pack))
      .map(([pack, conditions]) => ({
        pack,
        name: programmeName(country, pack),
        conditions: conditions.map(({ code, label }) => ({ code, label })),
      })),
    places: codes
      .filter(code => granted.some(({ territory }) => covers(territory, code)))
      .map(code => ({ code, names: placeNames(country, code) })),
    facts: [...country.catalogue.member.values()]
      .filter(({ type, codes: listed }) => type === 'code' && listed.size > 1)
      .map(({ name, label, codes: listed }) => ({
        name,
        label,
        codes: [...listed].map(([code, words]) => ({ code, label: words })),
      })),
  }
}

const programmeName = (country: Country, pack: string): Words => country.book.packs.get(pack)?.names ?? wordsOf(pack)
const placeNames = (country: Country, code: string) => (code === '' ? [country.name] : placeOf(country, code))
const conditionName = (country: Country, pack: string, code: string | null): Words | null =>
  code === null
    ? null
    : (country.conditions.conditions.find(each => each.programme === pack && each.code === code)?.label ??
      wordsOf(code))

function groupShown(country: Country, members: WaiverGroup | null): GroupShown {
  return Object.entries(members ?? {}).map(([name, values]) => {
    const fact = country.catalogue.member.get(name)
    return {
      fact: fact?.label ?? wordsOf(name),
      values: values.map(value => fact?.codes.get(String(value)) ?? wordsOf(String(value))),
    }
  })
}

function stateOf({ from, until, untilNow }: StandingWaiver, now: Month): WaiverRow['state'] {
  if (untilNow < from) return 'withdrawn'
  if (untilNow < now) return 'over'
  return from > now ? 'announced' : until < now ? 'over' : 'under_way'
}

function rowOf(country: Country, waiver: StandingWaiver, now: Month): WaiverRow {
  const { id, pack, code, territory, from, until, untilNow, members, says, approvedAt, shock } = waiver
  return {
    id,
    programme: programmeName(country, pack),
    pack,
    condition: conditionName(country, pack, code),
    place: placeNames(country, territory),
    from,
    until,
    untilNow,
    group: groupShown(country, members),
    says,
    state: stateOf(waiver, now),
    approvedAt: approvedAt.toISOString(),
    shock,
  }
}

/** A proposal about waivers, in words. Those from before waivers could be ended say no act. */
export function waiverProposed(country: Country, text: string): WaiverProposed {
  const content = { act: 'waive', reach: null, ...(JSON.parse(text) as object) } as WaiverContent
  const { programme, territory, code } = content
  const common = {
    programme: programmeName(country, programme),
    condition: conditionName(country, programme, code),
    place: placeNames(country, territory),
  }
  if (content.act === 'end') return { ...common, act: 'end', was: content.was, until: content.until }
  const { from, until, members, reach } = content
  return { ...common, act: 'waive', from, until, group: groupShown(country, members), reach }
}
