// The part of the walk through the accounts of payees.
import { newId } from '#kernel'
import type { PayeeDoor } from '../../src/web/payee-door.ts'
import type { Page, Walked } from './declared.ts'

export const payeePages: Readonly<Record<string, Page>> = {
  '/console/persons/:id/accounts': {
    opens: 'payment.read',
    at: ({ person }) => [`/console/persons/${person}/accounts`, `/console/persons/${person}/accounts?done=recorded`],
    ofOne: true,
  },
}

export const payeeDoors: Readonly<Record<keyof PayeeDoor, Walked>> = {
  payee: { opens: 'payment.read', at: (doors, reader, { person }) => doors.payee(reader, person) },
  recordAccount: {
    opens: 'payee_account.write',
    // No provider, nothing recorded.
    at: async (doors, reader, { person }) => {
      const said = { id: newId<'payee-account'>(), provider: 'none', number: '', from: '' }
      return (await doors.recordAccount(reader, person, said)) ? 'seen' : []
    },
  },
  verifyAccount: {
    opens: 'payee_account.verify',
    at: async (doors, reader, { person }) => {
      const said = { account: newId(), means: 'payee_call' }
      return (await doors.verifyAccount(reader, person, said)) ? 'seen' : []
    },
  },
}
