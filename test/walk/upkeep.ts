// The part of the walk that keeps the register true.
import { newId } from '#kernel'
import type { UpkeepDoor } from '../../src/web/upkeep-door.ts'
import type { Page, Walked } from './declared.ts'

const SAMPLE = newId<'VisitSample'>()

export const upkeepPages: Readonly<Record<string, Page>> = {
  '/console/quality': { opens: 'household.read', at: () => ['/console/quality'] },
  '/console/visits': { opens: 'household.read', at: () => ['/console/visits'] },
  // A sample of the whole country or of nowhere: it exists for nobody who walks.
  '/console/visits/:sample': { opens: 'household.read', at: () => [`/console/visits/${SAMPLE}`], whole: true },
  '/console/renewals': {
    opens: 'household.read',
    at: () => ['/console/renewals', '/console/renewals?territory=07&page=2'],
  },
}

export const upkeepDoors: Readonly<Record<keyof UpkeepDoor, Walked>> = {
  quality: { opens: 'household.read', at: (doors, reader) => doors.quality(reader) },
  visits: { opens: 'household.read', at: (doors, reader) => doors.visits(reader) },
  drawVisits: {
    opens: 'household.export',
    // No seed, nothing drawn: what a draw does is tried in src/households/renewal.
    at: async (doors, reader) => {
      const asked = { id: newId<'VisitSample'>(), territory: '', seed: '', size: 1 }
      return (await doors.drawVisits(reader, asked)).ok ? 'drawn' : []
    },
  },
  sample: { opens: 'household.read', at: (doors, reader) => doors.sample(reader, SAMPLE, 0) },
  recordVisit: {
    opens: 'household.write',
    at: async (doors, reader, { household }) => {
      const said = {
        id: newId<'VisitOutcome'>(),
        sample: SAMPLE,
        household,
        differs: [],
        says: '',
        visitedOn: '2026-11-20',
      }
      return (await doors.recordVisit(reader, { ...said, outcome: 'confirmed' })).ok ? 'recorded' : []
    },
  },
  renewals: { opens: 'household.read', at: (doors, reader) => doors.renewals(reader, '', 1) },
}
