// The part of the walk that is about moves from one programme into another: figures of the whole country, nobody in them.
import { newId } from '#kernel'
import type { SwitchId } from '#programmes'
import type { SwitchDoor, SwitchSaid } from '../../src/web/switch-door.ts'
import type { Page, Walked } from './declared.ts'

const NONE = newId<'Switch'>() as string as SwitchId

export const switchPages: Readonly<Record<string, Page>> = {
  '/console/switches': { opens: 'programme.change', at: () => ['/console/switches'] },
  '/console/switches/new': { opens: 'programme.change', at: () => ['/console/switches/new'] },
  // One that does not exist: what a move's page shows is tried in test/journeys/switch.test.ts.
  '/console/switches/:id': { opens: 'programme.change', at: () => [`/console/switches/${NONE}`], whole: true },
}

/** Nothing is typed: a move is proposed in test/journeys/switch.test.ts. */
const said: SwitchSaid = {
  id: newId<'Proposal'>(),
  from: '',
  on: '',
  to: '',
  month: '',
  until: '',
  tells: false,
  says: '',
}

export const switchDoors: Readonly<Record<keyof SwitchDoor, Walked>> = {
  switches: { opens: 'programme.change', at: async (doors, reader) => (await doors.switches(reader))?.rows },
  switchOf: { opens: 'programme.change', at: (doors, reader) => doors.switchOf(reader, NONE) },
  switchForm: { opens: 'programme.change', at: async (doors, reader) => (await doors.switchForm(reader))?.programmes },
  previewSwitch: {
    opens: 'programme.change',
    at: async (doors, reader) => ((await doors.previewSwitch(reader, said)).ok ? 'shown' : []),
  },
  proposeSwitch: {
    opens: 'programme.change',
    at: async (doors, reader) => ((await doors.proposeSwitch(reader, said)).ok ? 'proposed' : []),
  },
  proposeSwitchBack: {
    opens: 'programme.change',
    at: async (doors, reader) => {
      const asked = { id: newId<'Proposal'>(), reverses: NONE, says: '' }
      return (await doors.proposeSwitchBack(reader, asked)).ok ? 'proposed' : []
    },
  },
  stopSwitch: {
    opens: 'programme.change',
    at: async (doors, reader) => ((await doors.stopSwitch(reader, { id: NONE, says: '' })).ok ? 'stopped' : []),
  },
  resumeSwitch: {
    opens: 'programme.change',
    at: async (doors, reader) => ((await doors.resumeSwitch(reader, NONE)).ok ? 'left' : []),
  },
}
