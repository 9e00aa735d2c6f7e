// The part of the walk that is about conditions of programmes and what other registers tell.
import type { FeedId } from '#households'
import { newId } from '#kernel'
import type { WaiverId } from '#programmes'
import type { ConditionDoor, WaiverSaid } from '../../src/web/condition-door.ts'
import type { FeedDoor } from '../../src/web/feed-door.ts'
import type { ProposedEventDoor } from '../../src/web/proposed-event-door.ts'
import type { Page, Walked } from './declared.ts'

const FEED = newId<'Feed'>() as FeedId
const WAIVER = newId<'ConditionWaiver'>() as WaiverId

export const conditionPages: Readonly<Record<string, Page>> = {
  // What they show of households is tried in test/journeys/month-tayssir.test.ts and src/web/doors/conditions.db.test.ts.
  '/console/programmes/:country/:pack/conditions': {
    opens: 'determination.read',
    at: () => ['/console/programmes/ma/tayssir/conditions', '/console/programmes/ma/tayssir/conditions?step=suspended'],
  },
  '/console/feeds': { opens: 'feed.write', at: () => ['/console/feeds', '/console/feeds?page=2'] },
  '/console/feeds/new': { opens: 'feed.write', at: () => ['/console/feeds/new'] },
  '/console/feeds/doubts': { opens: 'feed.write', at: () => ['/console/feeds/doubts'] },
  '/console/proposed-events': {
    opens: 'household.write',
    at: ({ household }) => ['/console/proposed-events?answered', `/console/proposed-events?household=${household}`],
  },
  '/console/feeds/:id': { opens: 'feed.write', at: () => [`/console/feeds/${FEED}`], whole: true },
  '/console/feeds/:id/rejects.csv': {
    opens: 'feed.write',
    at: () => [`/console/feeds/${FEED}/rejects.csv`],
    whole: true,
  },
  '/console/waivers': { opens: 'programme.change', at: () => ['/console/waivers'] },
  '/console/waivers/new': { opens: 'programme.change', at: () => ['/console/waivers/new'] },
  '/console/waivers/:id': { opens: 'programme.change', at: () => [`/console/waivers/${WAIVER}`], whole: true },
}

const said: WaiverSaid = {
  id: newId<'Proposal'>(),
  condition: '',
  territory: '',
  from: '',
  until: '',
  group: [],
  says: '',
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

export const conditionDoors: Readonly<Record<keyof (ConditionDoor & FeedDoor & ProposedEventDoor), Walked>> = {
  conditions: {
    opens: 'determination.read',
    at: async (doors, reader) =>
      (await doors.conditions(reader, { pack: 'ma/tayssir', month: '', step: '', page: 1 }))?.conditions,
  },
  waivers: { opens: 'programme.change', at: async (doors, reader) => (await doors.waivers(reader, 1)).rows },
  waiver: { opens: 'programme.change', at: (doors, reader) => doors.waiver(reader, WAIVER) },
  waiverForm: { opens: 'programme.change', at: async (doors, reader) => (await doors.waiverForm(reader))?.programmes },
  previewWaiver: {
    opens: 'programme.change',
    at: async (doors, reader) => ((await doors.previewWaiver(reader, said)).ok ? 'shown' : []),
  },
  proposeWaiver: {
    opens: 'programme.change',
    at: async (doors, reader) => ((await doors.proposeWaiver(reader, said)).ok ? 'proposed' : []),
  },
  proposeWaiverEnd: {
    opens: 'programme.change',
    at: async (doors, reader) => {
      const asked = { id: newId<'Proposal'>(), waiver: WAIVER, until: '', says: '' }
      return (await doors.proposeWaiverEnd(reader, asked)).ok ? 'proposed' : []
    },
  },
  feeds: { opens: 'feed.write', at: async (doors, reader) => (await doors.feeds(reader, 1))?.rows },
  feed: { opens: 'feed.write', at: (doors, reader) => doors.feed(reader, FEED, 0) },
  feedRejects: { opens: 'feed.write', at: (doors, reader) => doors.feedRejects(reader, FEED, 0) },
  giveFeed: {
    opens: 'feed.write',
    at: async (doors, reader) => {
      const given = { kind: 'school', source: 'walk', month: '', name: 'walk.csv', bytes: nothing() }
      return (await doors.giveFeed(reader, given)).ok ? 'taken' : []
    },
  },
  feedDoubts: { opens: 'feed.write', at: async (doors, reader) => (await doors.feedDoubts(reader, 1)).rows },
  proposedEvents: {
    opens: 'household.write',
    at: async (doors, reader) => (await doors.proposedEvents(reader, { page: 1, answered: false })).rows,
  },
  answerProposedEvent: {
    opens: 'household.write',
    at: async (doors, reader, { household }) => {
      const answer = { feed: FEED, row: 1, household, says: 'walk', successor: null, another: false } as const
      return (await doors.answerProposedEvent(reader, { ...answer, answer: 'refused' })).ok ? 'answered' : []
    },
  },
  settleFeedDoubt: {
    opens: 'feed.write',
    at: async (doors, reader) =>
      (await doors.settleFeedDoubt(reader, { feed: FEED, row: 1, person: null })).ok ? 'settled' : [],
  },
}
