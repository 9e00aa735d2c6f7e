// The part of the walk where cash is handed over.
import { newId } from '#kernel'
import type { CashDoor } from '../../src/web/cash-door.ts'
import type { Page, Walked } from './declared.ts'

const POINT = newId<'payment-point'>()

export const cashPages: Readonly<Record<string, Page>> = {
  // Points, windows and their sums of the reader's territories: no person is shown.
  '/console/points': { opens: 'payment_run.read', at: () => ['/console/points', '/console/points?done=list'] },
  '/:lang?/dossier/releve': { opens: 'everybody', at: () => ['/dossier/releve', '/ar/dossier/releve?year=2026'] },
  '/:lang?/dossier/recu/:payment': { opens: 'everybody', at: () => ['/dossier/recu/1'] },
  '/console/households/:id/statement': {
    opens: 'payment.read',
    at: ({ household }) => [`/console/households/${household}/statement?year=2026`],
    ofOne: true,
  },
  '/console/households/:id/statement.pdf': {
    opens: 'payment.read',
    at: () => [`/console/households/${POINT}/statement.pdf`],
    whole: true,
  },
  '/console/households/:id/receipts/:payment': {
    opens: 'payment.read',
    at: ({ household }) => [`/console/households/${household}/receipts/1`],
    whole: true,
  },
  '/console/counter': { opens: 'cash_payment.record', at: () => ['/console/counter'] },
  // A point that does not exist: what a counter shows is tried in test/journeys/cash.test.ts.
  '/console/points/:point/pay': {
    opens: 'cash_payment.record',
    at: () => [`/console/points/${POINT}/pay?who=1&year=1980`],
    whole: true,
  },
  '/console/points/:point/receipts/:payment': {
    opens: 'cash_payment.record',
    at: () => [`/console/points/${POINT}/receipts/${POINT}`],
    whole: true,
  },
}

export const cashDoors: Readonly<Record<keyof CashDoor, Walked>> = {
  points: { opens: 'payment_run.read', at: async (doors, reader) => (await doors.points(reader)).windows },
  recordPoints: {
    opens: 'payment_run.prepare',
    // No list, nothing recorded.
    at: async (doors, reader) => ((await doors.recordPoints(reader, { provider: '', list: '' })).ok ? 'recorded' : []),
  },
  assignPoints: {
    opens: 'payment_run.prepare',
    at: async (doors, reader) => {
      const asked = { provider: 'none', days: 0, again: false }
      return (await doors.assignPoints(reader, asked)).ok ? 'assigned' : []
    },
  },
  openWindow: {
    opens: 'payment_run.prepare',
    at: async (doors, reader, { reference }) => {
      const asked = { id: newId<'cash-window'>(), reference, provider: 'none', opensOn: '', closesOn: '' }
      return (await doors.openWindow(reader, asked)).ok ? 'opened' : []
    },
  },
  counters: { opens: 'cash_payment.record', at: (doors, reader) => doors.counters(reader) },
  counter: {
    opens: 'cash_payment.record',
    at: (doors, reader, { name }) => doors.counter(reader, POINT, { who: name, year: '1980' }),
  },
  payCash: {
    opens: 'cash_payment.record',
    at: async (doors, reader, { paymentRun }) => {
      const asked = { id: newId(), point: POINT, run: paymentRun, position: '1', proof: 'passport' }
      return (await doors.payCash(reader, asked)).ok ? 'paid' : []
    },
  },
  statement: { opens: 'payment.read', at: (doors, reader, { household }) => doors.statement(reader, household, '') },
  receipt: { opens: 'payment.read', at: (doors, reader, { household }) => doors.receipt(reader, household, '1') },
  cashReceipt: { opens: 'cash_payment.record', at: (doors, reader) => doors.cashReceipt(reader, POINT, POINT) },
}
