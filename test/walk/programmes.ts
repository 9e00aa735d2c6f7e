// The part of the walk that is about enrolments in programmes.
import { type DateText, type Month, newId } from '#kernel'
import type { ConditionDoor } from '../../src/web/condition-door.ts'
import type { FeedDoor } from '../../src/web/feed-door.ts'
import type { OverpaidDoor } from '../../src/web/overpaid-door.ts'
import type { ProgrammeDoor } from '../../src/web/programme-door.ts'
import type { ProposedEventDoor } from '../../src/web/proposed-event-door.ts'
import type { ReceivingDoor } from '../../src/web/receiving-door.ts'
import type { ShockDoor } from '../../src/web/shock-door.ts'
import type { SwitchDoor } from '../../src/web/switch-door.ts'
import { conditionDoors, conditionPages } from './conditions.ts'
import type { Page, Walked } from './declared.ts'
import { receivingDoors, receivingPages } from './receiving.ts'
import { shockDoors, shockPages } from './shocks.ts'
import { switchDoors, switchPages } from './switches.ts'

export const programmePages: Readonly<Record<string, Page>> = {
  ...receivingPages,
  ...shockPages,
  ...switchPages,
  ...conditionPages,
  '/:lang?/dossier/programmes': { opens: 'everybody', at: () => ['/dossier/programmes', '/ar/dossier/programmes'] },
  // Terms, and figures as far as the reader sees them.
  '/console/programmes': { opens: 'figures.read', at: () => ['/console/programmes'] },
  '/console/programmes/:country/:pack': { opens: 'figures.read', at: () => ['/console/programmes/ma/asd'] },
  '/console/households/:id/programmes': {
    opens: 'determination.read',
    at: ({ household }) => [`/console/households/${household}/programmes`],
    ofOne: true,
  },
}

const december = '2026-12' as Month

export const programmeDoors: Readonly<
  Record<
    keyof (ProgrammeDoor &
      ReceivingDoor &
      OverpaidDoor &
      ShockDoor &
      SwitchDoor &
      ConditionDoor &
      FeedDoor &
      ProposedEventDoor),
    Walked
  >
> = {
  ...receivingDoors,
  ...shockDoors,
  ...switchDoors,
  ...conditionDoors,
  enrolmentProgrammes: {
    opens: 'figures.read',
    at: async (doors, reader) =>
      (await doors.enrolmentProgrammes(reader)).filter(({ counts }) => Object.keys(counts).length > 0),
  },
  enrolmentProgramme: {
    opens: 'figures.read',
    at: async (doors, reader) => (await doors.enrolmentProgramme(reader, 'ma/asd'))?.places ?? [],
  },
  openCampaign: {
    opens: 'enrolment.decide',
    // Its last day is past: what opens one is tried in src/programmes/enrolment.
    at: async (doors, reader) => {
      const [opensOn, closesOn] = ['2020-01-01', '2020-01-31'] as [DateText, DateText]
      const names = { fr: 'x', ar: 'x', en: 'x' }
      const asked = { id: newId<'Campaign'>(), pack: 'ma/asd', territory: '', names, opensOn, closesOn }
      return (await doors.openCampaign(reader, asked)).ok ? 'opened' : []
    },
  },
  householdProgrammes: {
    opens: 'determination.read',
    at: (doors, reader, { household }) => doors.householdProgrammes(reader, household),
  },
  applyForProgramme: {
    opens: 'enrolment.write',
    // The programme is over.
    at: async (doors, reader, { household }) => {
      const asked = { id: newId<'Application'>(), household, pack: 'ma/tayssir' }
      return (await doors.applyForProgramme(reader, asked)).ok ? 'applied' : []
    },
  },
  changeEnrolment: {
    opens: 'enrolment.decide',
    at: async (doors, reader, { household }) => {
      const asked = { id: newId<'EnrolmentAct'>(), household, pack: 'ma/asd', month: december, says: '' } as const
      return (await doors.changeEnrolment(reader, { ...asked, change: 'suspend', reason: 'under_check' })).ok
        ? 'changed'
        : []
    },
  },
  proposeException: {
    opens: 'enrolment.decide',
    at: async (doors, reader, { household }) => {
      const asked = {
        id: newId<'Proposal'>(),
        household,
        pack: 'ma/asd',
        effect: 'owed',
        amount: '',
      } as const
      return (await doors.proposeException(reader, { ...asked, from: december, to: december, motive: '' })).ok
        ? 'proposed'
        : []
    },
  },
}
