// The part of the walk through money: from an envelope to answers, accounts of payees, waiting payments and books.
import { newId } from '#kernel'
import type { BooksDoor } from '../../src/web/books-door.ts'
import { cycleDoors, cyclePages } from './cycle.ts'
import type { Page, Walked } from './declared.ts'
import { payeeDoors, payeePages } from './payees.ts'

export const booksPages: Readonly<Record<string, Page>> = {
  ...cyclePages,
  ...payeePages,
  '/console/payments/exceptions': {
    opens: 'payment_run.read',
    at: () => ['/console/payments/exceptions', '/console/payments/exceptions?closed'],
  },
  '/console/payments/waiting': { opens: 'payment_run.read', at: () => ['/console/payments/waiting'] },
  '/console/payments/ledger': {
    opens: 'budget.read',
    at: () => ['/console/payments/ledger', '/console/payments/ledger?at=2026-12-01T00:00&account=1'],
  },
  '/console/payments/ledger.csv': { opens: 'budget.read', at: () => ['/console/payments/ledger.csv'], whole: true },
  '/console/payments/providers': {
    opens: 'budget.read',
    at: () => ['/console/payments/providers', '/console/payments/providers?from=2026-01-01&to=2026-12-31'],
  },
}

type MoneyDoor = keyof BooksDoor | keyof typeof cycleDoors | keyof typeof payeeDoors

export const booksDoors: Readonly<Record<MoneyDoor, Walked>> = {
  ...cycleDoors,
  ...payeeDoors,
  exceptions: { opens: 'payment_run.read', at: (doors, reader) => doors.exceptions(reader, true) },
  closeException: {
    opens: 'payment_run.send',
    at: async (doors, reader) => {
      const asked = { file: newId(), line: '1', reason: '' }
      return (await doors.closeException(reader, asked)).ok ? 'closed' : []
    },
  },
  waiting: { opens: 'payment_run.read', at: (doors, reader) => doors.waiting(reader) },
  decideWaiting: {
    opens: 'payment_run.send',
    at: async (doors, reader) => {
      const asked = { entitlement: newId(), decision: 'stop', reason: '' } as const
      return (await doors.decideWaiting(reader, asked)).ok ? 'decided' : []
    },
  },
  ledger: { opens: 'budget.read', at: (doors, reader) => doors.ledger(reader, { at: '', line: '', account: '' }) },
  journal: { opens: 'budget.read', at: (doors, reader) => doors.journal(reader, { at: '', line: '' }) },
  providerReport: { opens: 'budget.read', at: (doors, reader) => doors.providerReport(reader, { from: '', to: '' }) },
}
