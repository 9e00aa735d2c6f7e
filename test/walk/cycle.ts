// The part of the walk from an envelope to answers.
import { newId } from '#kernel'
import type { CycleDoor } from '../../src/web/cycle-door.ts'
import type { LimitDoor } from '../../src/web/limit-door.ts'
import type { WayDoor } from '../../src/web/way-door.ts'
import type { Page, Walked } from './declared.ts'

export const cyclePages: Readonly<Record<string, Page>> = {
  '/console/payments/month': {
    opens: 'payment_run.read',
    at: () => ['/console/payments/month', '/console/payments/month?programme=ma/asd&month=2026-12'],
  },
  '/console/payments/budgets': {
    opens: 'budget.read',
    at: () => ['/console/payments/budgets', '/console/payments/budgets?done=opened'],
  },
  '/console/payments/limits': {
    opens: 'staff.read',
    at: () => ['/console/payments/limits', '/console/payments/limits?done=said'],
  },
  '/console/payments/ways': {
    opens: 'budget.read',
    at: () => ['/console/payments/ways', '/console/payments/ways?done=said'],
  },
  '/console/payments/answers': { opens: 'payment_run.read', at: () => ['/console/payments/answers'] },
  // A file that nobody gave: what came of one is tried in answers.db.test.ts.
  '/console/payments/answers/:given': { opens: 'payment_run.read', at: () => [] },
}

const nothingGiven = () => ({ gift: newId<'transfer'>(), code: '', label: '', funder: '', amount: '' })

export const cycleDoors: Readonly<Record<keyof CycleDoor | keyof LimitDoor | keyof WayDoor, Walked>> = {
  limits: { opens: 'staff.read', at: (doors, reader) => doors.limits(reader) },
  sayLimit: {
    opens: 'staff.grant',
    at: async (doors, reader) => {
      const said = { id: newId<'approval-limit'>(), role: 'none', amount: '', from: '' }
      return (await doors.sayLimit(reader, said)).ok ? 'said' : []
    },
  },
  agreeToLimit: {
    opens: 'staff.grant',
    at: async (doors, reader) => ((await doors.agreeToLimit(reader, newId())).ok ? 'agreed' : []),
  },
  ways: { opens: 'budget.read', at: (doors, reader) => doors.ways(reader) },
  sayWay: {
    opens: 'budget.write',
    at: async (doors, reader) => {
      const said = { id: newId<'cash-way'>(), provider: 'none', way: 'counter' }
      return (await doors.sayWay(reader, said)).ok ? 'said' : []
    },
  },
  agreeToWay: {
    opens: 'budget.write',
    at: async (doors, reader) => ((await doors.agreeToWay(reader, newId())).ok ? 'agreed' : []),
  },
  withdrawWay: {
    opens: 'budget.write',
    at: async (doors, reader) => ((await doors.withdrawWay(reader, newId())).ok ? 'withdrawn' : []),
  },
  month: { opens: 'payment_run.read', at: (doors, reader) => doors.month(reader, { programme: '', month: '' }) },
  prepareMonth: {
    opens: 'payment_run.prepare',
    // There is no such budget line: nothing is drafted.
    at: async (doors, reader) => {
      const said = { id: newId<'payment-run'>(), programme: 'ma/asd', month: '2020-01', budgetLine: 'none' }
      return (await doors.prepareMonth(reader, said)).ok ? 'drafted' : []
    },
  },
  stepRun: {
    opens: 'payment_run.send',
    at: async (doors, reader, { reference }) =>
      (await doors.stepRun(reader, reference, { step: 'sent', on: '' })).ok ? 'stepped' : [],
  },
  providerFile: {
    opens: 'payment_file.export',
    at: (doors, reader, { reference }) => doors.providerFile(reader, reference, 'none'),
  },
  budgets: { opens: 'budget.read', at: (doors, reader) => doors.budgets(reader) },
  openBudget: {
    opens: 'budget.write',
    at: async (doors, reader) => ((await doors.openBudget(reader, nothingGiven())).ok ? 'opened' : []),
  },
  addToBudget: {
    opens: 'budget.write',
    at: async (doors, reader) => ((await doors.addToBudget(reader, { ...nothingGiven(), why: '' })).ok ? 'added' : []),
  },
  answers: { opens: 'payment_run.read', at: (doors, reader) => doors.answers(reader) },
  giveAnswers: {
    opens: 'payment_run.send',
    at: async (doors, reader) =>
      (await doors.giveAnswers(reader, { provider: 'none', name: 'none', bytes: noBytes() })).ok ? 'given' : [],
  },
  givenAnswers: { opens: 'payment_run.read', at: (doors, reader) => doors.givenAnswers(reader, newId()) },
  stepAnswers: {
    opens: 'payment_run.send',
    at: async (doors, reader) => ((await doors.stepAnswers(reader, newId(), 'withdraw')).ok ? 'withdrawn' : []),
  },
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
