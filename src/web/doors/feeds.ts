import { type Country, FEED_KINDS, type FeedKind } from '#countries'
import { type Database, transaction, workerActor } from '#db'
import {
  columnsOfFeed,
  countFeedDoubts,
  type FeedReject,
  type FeedReport,
  findFeed,
  findGivenFeed,
  listFeeds,
  openFeedDoubts,
  rejectFigures,
  rejectsOf,
  settleFeedDoubt,
} from '#households'
import { err, monthOf, ok } from '#kernel'
import { actorFor, type StaffAccess, scopeOf } from '#security'
import type { StaffMember } from '../context.ts'
import type { AcceptedShown, DoubtRow, FeedDoor, FeedForm, FeedLine, RejectLine } from '../feed-door.ts'
import { nameOf } from './conditions.ts'
import { takeGivenFeed } from './given-feed.ts'
import { accessOf, listAs, readWith } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf } from './words.ts'

const TELL = 'feed.write'
const PER_PAGE = 50
const REJECTS_SHOWN = 100
const DOUBTS_SHOWN = 10

/** What other registers tell, for the pages. A feed belongs to the country; of its rows, each reader sees whose persons it may. */
export function feedDoor(app: Database, worker: Database, country: Country): FeedDoor {
  const whoTells = async (reader: StaffMember) => {
    const access = await accessOf(app, reader)
    return scopeOf(access.grants, TELL, access.at).length > 0 ? access : undefined
  }
  return {
    feeds: async (reader, page) => {
      const access = await whoTells(reader)
      if (!access) return undefined
      return readWith(app, access, TELL, async tx => {
        const rows = await listFeeds(tx, country.code, PER_PAGE + 1, (page - 1) * PER_PAGE)
        const lines = rows.slice(0, PER_PAGE).map(lineOf)
        return {
          form: formOf(country, lines, monthOf(await todayIn(tx, country))),
          rows: lines,
          more: rows.length > PER_PAGE,
          waiting: await countFeedDoubts(tx, country.code),
        }
      })
    },
    feed: async (reader, id, after) => {
      const access = await whoTells(reader)
      if (!access) return undefined
      const left = await transaction(worker, workerActor('feeds'), tx => findGivenFeed(tx, id))
      return readWith(app, access, TELL, async tx => {
        const found = await findFeed(tx, country.code, id)
        if (!found) return undefined
        const reasons = await rejectFigures(tx, id)
        const rejects = await rejectsOf(tx, id, after, REJECTS_SHOWN + 1)
        const shown = rejects.slice(0, REJECTS_SHOWN)
        return {
          ...lineOf(found),
          isUnderWay: left !== undefined && found.finishedAt === null,
          reasons: reasons.map(({ rows, ...reason }) => ({ ...reasonOf(country, reason), rows })),
          rejects: shown.map(each => rejectLine(country, each)),
          next: rejects.length > REJECTS_SHOWN ? shown.at(-1)!.row : null,
          waiting: await countFeedDoubts(tx, country.code, id),
        }
      })
    },
    feedRejects: async (reader, id, after) => {
      const access = await whoTells(reader)
      if (!access) return []
      return readWith(app, access, TELL, async tx => {
        if (!(await findFeed(tx, country.code, id))) return []
        return (await rejectsOf(tx, id, after)).map(each => rejectLine(country, each))
      })
    },
    giveFeed: async (reader, given) => {
      const access = await whoTells(reader)
      return access ? takeGivenFeed({ app, worker }, country, access, given) : err({ code: 'not_granted' })
    },
    feedDoubts: async (reader, page) => {
      if (!(await whoTells(reader))) return { rows: [], more: false, total: 0 }
      return listAs(app, reader, TELL, async tx => {
        const rows = await openFeedDoubts(tx, country.code, DOUBTS_SHOWN + 1, { skip: (page - 1) * DOUBTS_SHOWN })
        const shown = rows.slice(0, DOUBTS_SHOWN)
        const members = shown.flatMap(({ candidates }) =>
          candidates.map(({ person, territory }) => ({ id: person, territory })),
        )
        const value = {
          rows: shown.map((row): DoubtRow => doubtRow(country, row)),
          more: rows.length > DOUBTS_SHOWN,
          total: await countFeedDoubts(tx, country.code),
        }
        const reading = {
          action: 'person.list',
          kind: 'person',
          members: [...new Map(members.map(each => [each.id, each])).values()],
          purpose: 'data_quality: feeds',
          detail: { page },
        } as const
        return { value, reading }
      })
    },
    settleFeedDoubt: async (reader, asked) => {
      const access = await whoTells(reader)
      if (!access) return err({ code: 'not_granted' })
      return settleAs(app, country, access, asked)
    },
  }
}

function settleAs(
  app: Database,
  country: Country,
  access: StaffAccess,
  asked: Parameters<FeedDoor['settleFeedDoubt']>[1],
): ReturnType<FeedDoor['settleFeedDoubt']> {
  return transaction(app, actorFor(access, TELL), async tx => {
    const today = await todayIn(tx, country)
    const done = await settleFeedDoubt(tx, country, { ...asked, today, actor: access.name })
    return done.ok ? ok(undefined) : done
  })
}

function lineOf(report: FeedReport): FeedLine {
  const { id, kind, source, label, channel, month, startedAt, finishedAt, askedBy } = report
  const { recorded, unchanged, doubtful, rejected } = report
  return {
    id,
    kind,
    source,
    label,
    channel,
    month,
    at: startedAt.toISOString(),
    by: askedBy,
    finished: finishedAt !== null,
    lines: recorded + unchanged + doubtful + rejected,
    matched: recorded + unchanged,
    recorded,
    doubtful,
    rejected,
  }
}

function formOf(country: Country, lines: readonly FeedLine[], month: FeedForm['month']): FeedForm {
  const kinds = FEED_KINDS.filter(kind => country.conditions.feeds[kind] !== undefined)
  return {
    kinds: kinds.map(kind => ({ kind, columns: columnsShown(country, kind) })),
    sources: [...new Set(lines.map(each => each.source))],
    month,
  }
}

function columnsShown(country: Country, kind: FeedKind): FeedForm['kinds'][number]['columns'] {
  const { month = [], standing = [] } = country.conditions.feeds[kind] ?? {}
  // Some columns that say who is meant are named as facts are: they are not told here.
  const told = new Set([...month, ...standing])
  return columnsOfFeed(country, kind).map(name => ({
    name,
    label: told.has(name) ? (country.catalogue.member.get(name)?.label ?? null) : null,
    monthly: month.includes(name),
  }))
}

function rejectLine(country: Country, { row, code, column }: FeedReject): RejectLine {
  return { row, ...reasonOf(country, { code, column }) }
}

function reasonOf(country: Country, { code, column }: Pick<FeedReject, 'code' | 'column'>): Omit<RejectLine, 'row'> {
  // Columns of identity are no facts here, though a fact may have such a name.
  const fact = IDENTITY[column] ? undefined : country.catalogue.member.get(column)
  return { code, column, fact: fact?.label ?? null, accepted: acceptedIn(country, code, column) }
}

const IDENTITY: Readonly<Record<string, AcceptedShown['kind']>> = {
  month: 'month',
  effective_on: 'day',
  birth_date: 'day',
  sex: 'sex',
  child_sex: 'sex',
  event: 'event',
  child_given_name: 'name',
}
const OF_CODE: Readonly<Partial<Record<FeedReject['code'], AcceptedShown['kind']>>> = {
  in_future: 'past',
  nothing_said: 'something',
  not_identified: 'identity',
  nobody_found: 'registered',
  person_twice: 'once',
  not_in_household: 'member',
}

/** What goes in, told by the column and by why the row did not. */
function acceptedIn(country: Country, code: FeedReject['code'], column: string): AcceptedShown {
  const kind = OF_CODE[code] ?? IDENTITY[column]
  if (kind) return { kind, codes: [] }
  const fact = country.catalogue.member.get(column)
  switch (fact?.type) {
    case 'integer':
      return { kind: 'integer', codes: [] }
    case 'money':
    case 'decimal':
      return { kind: 'number', codes: [] }
    case 'boolean':
      return { kind: 'boolean', codes: [] }
    case 'date':
      return { kind: 'day', codes: [] }
    case 'code':
      return { kind: 'code', codes: [...fact.codes].map(([value, label]) => ({ code: value, label })) }
    default:
      return { kind: 'other', codes: [] }
  }
}

function doubtRow(country: Country, row: Awaited<ReturnType<typeof openFeedDoubts>>[number]): DoubtRow {
  const { feed, source, label, why, said } = row
  return {
    feed,
    row: row.row,
    source,
    label,
    at: row.at.toISOString(),
    why,
    said: Object.entries(said).map(([name, value]) => ({ name, value })),
    candidates: row.candidates.map(each => ({
      person: each.person,
      name: nameOf([each.givenName, each.familyName, each.givenNameAr, each.familyNameAr]),
      birthDate: each.birthDate,
      place: placeOf(country, each.territory),
      household: each.household,
    })),
  }
}
