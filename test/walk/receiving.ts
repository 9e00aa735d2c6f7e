// The part of the walk that is about who receives a household's money, and what was overpaid.
import { type DateText, type Month, newId } from '#kernel'
import type { OverpaidDoor } from '../../src/web/overpaid-door.ts'
import type { ReceivingDoor } from '../../src/web/receiving-door.ts'
import type { Page, Walked } from './declared.ts'

export const receivingPages: Readonly<Record<string, Page>> = {
  '/console/households/:id/recipient': {
    opens: 'enrolment.write',
    at: ({ household }) => [`/console/households/${household}/recipient`],
    ofOne: true,
  },
  '/console/households/:id/overpaid': {
    opens: 'determination.read',
    at: ({ household }) => [`/console/households/${household}/overpaid`],
    ofOne: true,
  },
  '/console/recipients': { opens: 'enrolment.write', at: () => ['/console/recipients'] },
}

export const receivingDoors: Readonly<Record<keyof ReceivingDoor | keyof OverpaidDoor, Walked>> = {
  recipientPage: {
    opens: 'enrolment.write',
    at: (doors, reader, { household }) => doors.recipientPage(reader, household),
  },
  proposeTransfer: {
    opens: 'enrolment.write',
    // A guardian without proof: what proposes one is tried in src/households/receiving.
    at: async (doors, reader, { household, relative }) => {
      const said = { id: newId<'Proposal'>(), household, person: relative, capacity: 'guardian', proof: null } as const
      const rest = {
        paper: null,
        reason: 'family_asks',
        says: '',
        from: '2026-11-22' as DateText,
        until: null,
      } as const
      return (await doors.proposeTransfer(reader, { ...said, ...rest }, null)).ok ? 'proposed' : []
    },
  },
  waitingForRecipient: { opens: 'enrolment.write', at: (doors, reader) => doors.waitingForRecipient(reader) },
  overpaidPage: {
    opens: 'determination.read',
    at: (doors, reader, { household }) => doors.overpaidPage(reader, household),
  },
  proposeSettlement: {
    opens: 'enrolment.decide',
    // Nothing was overpaid: what settles it is tried in src/programmes/arrears.
    at: async (doors, reader, { household }) => {
      const said = { id: newId<'Proposal'>(), household, pack: 'ma/asd', month: '2026-12' as Month } as const
      const rest = { settled: 'written_off', amount: '1', receivedOn: null, receipt: null, says: 'x' } as const
      return (await doors.proposeSettlement(reader, { ...said, ...rest })).ok ? 'proposed' : []
    },
  },
}
