// The part of the walk that is about shocks: places and months, nobody in them.
import { newId } from '#kernel'
import type { ShockId } from '#programmes'
import type { ShockDoor, ShockSaid } from '../../src/web/shock-door.ts'
import type { Page, Walked } from './declared.ts'

const NONE = newId<'Shock'>() as string as ShockId

export const shockPages: Readonly<Record<string, Page>> = {
  '/console/shocks': { opens: 'programme.change', at: () => ['/console/shocks'] },
  '/console/shocks/new': { opens: 'programme.change', at: () => ['/console/shocks/new'] },
  // One that does not exist: what a shock's page shows is tried in test/journeys/shock.test.ts.
  '/console/shocks/:id': { opens: 'programme.change', at: () => [`/console/shocks/${NONE}`], whole: true },
}

/** Nothing is typed: a shock is declared in test/journeys/shock.test.ts. */
const said: ShockSaid = {
  id: newId<'Proposal'>(),
  name: '',
  kind: 'drought',
  territories: [],
  from: '',
  until: '',
  packs: [],
  waives: false,
  reference: '',
  evidence: '',
  says: '',
}

export const shockDoors: Readonly<Record<keyof ShockDoor, Walked>> = {
  shocks: { opens: 'programme.change', at: (doors, reader) => doors.shocks(reader) },
  shock: { opens: 'programme.change', at: (doors, reader) => doors.shock(reader, NONE) },
  shockForm: { opens: 'programme.change', at: async (doors, reader) => (await doors.shockForm(reader))?.packs },
  previewShock: {
    opens: 'programme.change',
    at: async (doors, reader) => ((await doors.previewShock(reader, said)).ok ? 'shown' : []),
  },
  proposeShock: {
    opens: 'programme.change',
    at: async (doors, reader) => ((await doors.proposeShock(reader, said)).ok ? 'proposed' : []),
  },
  proposeShockEnd: {
    opens: 'programme.change',
    at: async (doors, reader) => {
      const asked = { id: newId<'Proposal'>(), shock: NONE, until: '', says: '' }
      return (await doors.proposeShockEnd(reader, asked)).ok ? 'proposed' : []
    },
  },
}
