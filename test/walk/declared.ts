// The walk itself: every address, door and command, with what opens it. Something new in the program has no line here
// and fails the walk until it says who may pass and with which examples it is tried.
import type { HouseholdEvent } from '#households'
import { type DateText, type Id, newId } from '#kernel'
import type { RunId as PaymentRunId } from '#payments'
import type { RunId } from '#programmes'
import type { Permission, SignedIn } from '#security'
import type { ConsoleDoor } from '../../src/web/context.ts'
import { booksDoors, booksPages } from './books.ts'
import { cashDoors, cashPages } from './cash.ts'
import { declarationDoors, declarationPages } from './declared-declarations.ts'
import { duplicateDoors, duplicatePages } from './duplicates.ts'
import { partnerDoors } from './partners.ts'
import { programmeDoors, programmePages } from './programmes.ts'
import { registrationDoors, registrationPages } from './registration.ts'
import { simulationDoors, simulationPages } from './simulation.ts'
import { upkeepDoors, upkeepPages } from './upkeep.ts'

/** A household with what was decided for it and the payment run that paid it. */
export type Example = {
  readonly household: Id<'Household'>
  readonly person: Id<'Person'>
  /** Somebody else of the same household. */
  readonly relative: Id<'Person'>
  readonly run: RunId
  readonly reference: string
  readonly paymentRun: PaymentRunId
  readonly name: string
}

/** Who passes: everybody, whoever has signed in (and sees nothing of anybody else), or who holds a permission somewhere. */
export type Opens = 'everybody' | 'staff' | Permission

export type Page = {
  readonly opens: Opens
  /** Addresses that show what an example is about. */
  readonly at: (example: Example) => readonly string[]
  /** One household's: of another territory, it does not exist. */
  readonly ofOne?: true
  /** Only whoever sees the whole of it may have it. */
  readonly whole?: true
}

const plain = (opens: Opens, ...at: string[]): Page => ({ opens, at: () => at })
const q = (name: string) => encodeURIComponent(name)

export const pages: Readonly<Record<string, Page>> = {
  '/:lang?': plain('everybody', '/', '/ar', '/en'),
  '/*': plain('everybody', '/nowhere'),
  // Pre-registration writes beside the register and reads nothing of it.
  '/:lang?/preinscription': plain('everybody', '/preinscription', '/ar/preinscription'),
  '/:lang?/preinscription/code': plain('everybody', '/preinscription/code'),
  '/:lang?/preinscription/moi': plain('everybody', '/preinscription/moi'),
  '/:lang?/demonstration/messages': plain('everybody', '/demonstration/messages'),
  '/console/sign-in': plain('everybody', '/console/sign-in'),
  '/console/sign-in/code': plain('everybody', '/console/sign-in/code'),
  '/console/sign-in/oidc': plain('everybody', '/console/sign-in/oidc'),
  '/console/sign-in/oidc/callback': plain('everybody', '/console/sign-in/oidc/callback?code=x&state=x'),
  '/console/invitation': plain('everybody', '/console/invitation', '/console/invitation?token=x'),
  '/console/sign-out': plain('everybody', '/console/sign-out'),
  '/console/preferences': plain('everybody', '/console/preferences'),
  '/console': plain('staff', '/console'),
  '/console/account': plain('staff', '/console/account'),
  '/console/account/password': plain('staff', '/console/account/password'),
  '/console/account/second-step': plain('staff', '/console/account/second-step'),
  '/console/*': plain('staff', '/console/nowhere'),
  '/console/determinations.csv': plain('figures.read', '/console/determinations.csv'),
  // Figures alone, as far as the reader sees them.
  '/console/runs/:run': { opens: 'figures.read', at: ({ run }) => [`/console/runs/${run}`] },
  '/console/runs/new': plain('determination.run', '/console/runs/new'),
  '/console/runs/:run/differences.csv': {
    opens: 'determination.export',
    at: ({ run }) => [`/console/runs/${run}/differences.csv`, `/console/runs/${run}/differences.csv?kind=first`],
  },
  '/console/search': {
    opens: 'household.search',
    at: ({ name }) => ['/console/search', '/console/search?q=MA-5-', `/console/search?q=${q(name)}`],
  },
  '/console/search.csv': {
    opens: 'household.export',
    at: ({ name }) => ['/console/search.csv?q=MA-5-', `/console/search.csv?q=${q(name)}`],
  },
  '/console/households/:id': {
    opens: 'household.read',
    at: ({ household }) => [`/console/households/${household}`],
    ofOne: true,
  },
  '/console/households/:id/decisions/:run': {
    opens: 'determination.read',
    at: ({ household, run }) => [`/console/households/${household}/decisions/${run}`],
    ofOne: true,
  },
  '/console/households/:id/events/new': {
    opens: 'household.write',
    at: ({ household }) => [
      `/console/households/${household}/events/new`,
      `/console/households/${household}/events/new?kind=death`,
      `/console/households/${household}/events/new?kind=merge&from=MA-5-1`,
    ],
    ofOne: true,
  },
  ...declarationPages,
  ...programmePages,
  '/console/households/:id/corrections': {
    opens: 'household.read',
    at: ({ household }) => [`/console/households/${household}/corrections`],
    ofOne: true,
  },
  '/console/corrections': plain('personal_data.correct', '/console/corrections', '/console/corrections?page=2'),
  '/console/corrections/papers/:paper': {
    opens: 'personal_data.correct',
    at: () => ['/console/corrections/papers/0199f000-0000-7000-8000-00000000000d'],
    whole: true,
  },
  '/console/households/:id/file.html': {
    opens: 'personal_data.read',
    at: ({ household }) => [`/console/households/${household}/file.html`],
    ofOne: true,
  },
  '/console/households/:id/file.json': {
    opens: 'personal_data.read',
    at: ({ household }) => [`/console/households/${household}/file.json`],
    ofOne: true,
  },
  ...registrationPages,
  '/console/persons/:id': {
    opens: 'household.read',
    at: ({ person }) => [`/console/persons/${person}`, `/console/persons/${person}?day=2030-01-01`],
    ofOne: true,
  },
  ...duplicatePages,
  ...upkeepPages,
  '/console/privacy': plain('household.read', '/console/privacy'),
  '/console/proposals': plain('staff', '/console/proposals'),
  '/console/proposals/:id': plain('staff', '/console/proposals/0199f000-0000-7000-8000-000000000001'),
  '/console/conflicts': plain('staff', '/console/conflicts'),
  '/console/emergency': plain('emergency.open', '/console/emergency'),
  '/console/emergencies': plain('emergency.review', '/console/emergencies'),
  ...simulationPages,
  '/console/audit': {
    opens: 'audit.read',
    at: ({ household }) => ['/console/audit', `/console/audit?subject=${household}`, '/console/audit?action=household'],
  },
  '/console/audit.csv': {
    opens: 'audit.read',
    at: ({ household }) => ['/console/audit.csv', `/console/audit.csv?subject=${household}`],
  },
  '/console/audit/anomalies': plain('audit.read', '/console/audit/anomalies', '/console/audit/anomalies?all'),
  ...cashPages,
  ...booksPages,
  '/console/payments': plain('payment_run.read', '/console/payments'),
  '/console/payments.csv': plain('payment_run.export', '/console/payments.csv'),
  '/console/payments/:reference': {
    opens: 'payment_run.read',
    at: ({ reference }) => [`/console/payments/${reference}`],
  },
  '/console/payments/:reference/file': {
    opens: 'payment_file.export',
    at: ({ reference }) => [`/console/payments/${reference}/file`],
    whole: true,
  },
  '/console/payments/:reference/instructions.csv': {
    opens: 'payment_run.export',
    at: ({ reference }) => [`/console/payments/${reference}/instructions.csv`],
  },
}

/** What the server answers beside the pages; none of it knows a person. */
export const beside: Readonly<Record<string, string>> = {
  '/healthz': 'the process lives',
  '/readyz': 'the database answers',
  '/metrics': 'counts of requests, on this machine or with a token',
  'theme.path': 'a style sheet',
  'refusals.style.path': 'a style sheet',
  '/assets/*': 'files of the pages',
  '/webhooks/payments/:provider': 'answers of a provider, signed: what is not tells nothing (webhooks.db.test.ts)',
  '*': 'the pages above',
}

/** A birth that only its own terms stand against: in the distant past, so that nothing of the register changes. */
const walkedBirth = (household: Id<'Household'>): HouseholdEvent => ({
  id: newId(),
  household,
  on: '1900-01-01' as DateText,
  says: '',
  kind: 'birth',
  child: {
    id: newId(),
    givenName: 'Walk',
    familyName: null,
    givenNameAr: null,
    familyNameAr: null,
    sex: 'female',
    birthDate: '1900-01-01' as DateText,
  },
  mother: null,
  relation: null,
})

export type Walked = {
  readonly opens: Permission
  readonly at: (doors: ConsoleDoor, reader: SignedIn, of: Example) => unknown
}

type OfTheReader = 'tooClose' | 'conflicts' | 'declareConflict' | 'endConflict' | 'proposals'

/** Every door of the console, asked directly, past pages and guards. */
export const consoleDoors: Readonly<
  Record<Exclude<keyof ConsoleDoor, 'access' | 'forbidden' | 'work' | OfTheReader>, Walked>
> = {
  search: {
    opens: 'household.search',
    at: (doors, reader, { name }) => doors.search(reader, { text: name, page: 1, perPage: 1000 }),
  },
  household: { opens: 'household.read', at: (doors, reader, { household }) => doors.household(reader, household) },
  ...registrationDoors,
  person: { opens: 'household.read', at: (doors, reader, { person }) => doors.person(reader, person, undefined) },
  decision: {
    opens: 'determination.read',
    at: (doors, reader, { household, run }) => doors.decision(reader, household, run),
  },
  eventPage: {
    opens: 'household.write',
    at: (doors, reader, { household }) => doors.eventPage(reader, household, 'MA-5-1'),
  },
  previewEvent: {
    opens: 'household.write',
    at: async (doors, reader, { household }) => {
      const answer = await doors.previewEvent(reader, walkedBirth(household))
      return answer.ok ? 'decided' : []
    },
  },
  recordEvent: {
    opens: 'household.write',
    at: async (doors, reader, { household }) => {
      const answer = await doors.recordEvent(reader, walkedBirth(household))
      return answer.ok ? 'recorded' : []
    },
  },
  ...duplicateDoors,
  ...upkeepDoors,
  ...declarationDoors,
  ...programmeDoors,
  run: { opens: 'figures.read', at: (doors, reader, { run }) => doors.run(reader, run) },
  // Of no request but the run's own: a run that was found is no request.
  runRequest: { opens: 'figures.read', at: (doors, reader) => doors.runRequest(reader, newId()) },
  runSample: { opens: 'determination.read', at: (doors, reader, { run }) => doors.runSample(reader, run) },
  runDifferences: {
    opens: 'determination.export',
    at: (doors, reader, { run }) =>
      doors.runDifferences(reader, run, { difference: undefined, after: undefined, limit: 1000 }),
  },
  runForm: { opens: 'determination.run', at: (doors, reader) => doors.runForm(reader) },
  askRun: {
    opens: 'determination.run',
    // The programme had not begun: nothing is asked of anybody.
    at: async (doors, reader) => {
      const asked = { programme: 'ma/asd', month: '2020-01', snapshot: '' }
      return (await doors.askRun(reader, asked)).ok ? 'asked' : []
    },
  },
  cancelRun: {
    opens: 'determination.run',
    // It is finished: nobody gives it up.
    at: async (doors, reader, { run }) => ((await doors.cancelRun(reader, run)).ok ? 'cancelled' : []),
  },
  corrections: {
    opens: 'household.read',
    at: (doors, reader, { household }) => doors.corrections(reader, household, 'household.rooms'),
  },
  askCorrection: {
    opens: 'household.write',
    at: async (doors, reader, { household }) => {
      const asked = { field: 'household.rooms', person: null, value: '9', says: 'walk' }
      const answer = await doors.askCorrection(reader, { id: newId<'Rectification'>(), household, ...asked })
      return answer?.ok ? 'asked' : []
    },
  },
  answerCorrection: {
    opens: 'personal_data.correct',
    at: async (doors, reader, { household }) => {
      const answer = { household, id: newId<'Rectification'>(), outcome: 'accepted', motive: '', shown: '' } as const
      return (await doors.answerCorrection(reader, answer))?.ok ? 'answered' : []
    },
  },
  waitingCorrections: {
    opens: 'personal_data.correct',
    at: async (doors, reader) => (await doors.waitingCorrections(reader, 1)).rows,
  },
  correctionPaper: {
    opens: 'personal_data.correct',
    at: (doors, reader) => doors.correctionPaper(reader, newId<'Evidence'>()),
  },
  personalFile: {
    opens: 'personal_data.read',
    at: (doors, reader, { household }) => doors.personalFile(reader, household, 'json'),
  },
  ...simulationDoors,
  paymentRuns: { opens: 'payment_run.read', at: (doors, reader) => doors.paymentRuns(reader) },
  paymentRun: {
    opens: 'payment_run.read',
    at: (doors, reader, { reference }) => doors.paymentRun(reader, reference),
  },
  instructions: {
    opens: 'payment_run.read',
    at: (doors, reader, { paymentRun }) => doors.instructions(reader, paymentRun, { limit: 1000, after: 0 }),
  },
  paymentFile: {
    opens: 'payment_file.export',
    at: (doors, reader, { reference }) => doors.paymentFile(reader, reference),
  },
  ...cashDoors,
  ...booksDoors,
  audit: {
    opens: 'audit.read',
    at: (doors, reader) =>
      doors.audit(reader, { by: '', action: '', subject: '', from: undefined, to: undefined, limit: 1000 }),
  },
  anomalies: { opens: 'audit.read', at: (doors, reader) => doors.anomalies(reader, { open: false, limit: 1000 }) },
  openEmergency: {
    opens: 'emergency.open',
    // No reason, nothing opened: what an emergency opens is tried in src/households/emergency.db.test.ts.
    at: async (doors, reader, { household }) => {
      const asked = { id: newId<'Emergency'>(), number: household, reason: '' }
      return (await doors.openEmergency(reader, asked)).ok ? 'opened' : []
    },
  },
  emergencies: { opens: 'emergency.review', at: (doors, reader) => doors.emergencies(reader) },
  reviewEmergency: {
    opens: 'emergency.review',
    at: async (doors, reader) => {
      const answer = { emergency: newId<'Emergency'>(), outcome: 'justified', note: 'walk' } as const
      return (await doors.reviewEmergency(reader, answer)).ok ? 'reviewed' : []
    },
  },
  answerRun: {
    opens: 'payment_run.approve',
    at: async (doors, reader, { reference }) => {
      const answer = { step: 'approve', contentHash: '', reason: '' } as const
      return (await doors.answerRun(reader, reference, answer)).ok ? 'answered' : []
    },
  },
  answerProposal: {
    opens: 'staff.grant',
    at: async (doors, reader) => {
      const answer = { step: 'approved', contentHash: '', reason: '' } as const
      return (await doors.answerProposal(reader, newId<'Proposal'>(), answer)).ok ? 'answered' : []
    },
  },
  answerAnomaly: {
    opens: 'audit.read',
    at: async (doors, reader) => {
      const answer = { id: newId<'AnomalyState'>(), anomaly: newId<'Anomaly'>(), state: 'seen', note: '' } as const
      return (await doors.answerAnomaly(reader, answer)).ok ? 'answered' : []
    },
  },
}

/** Doors that are no reading of a register, with the reason. */
export const otherDoors: Readonly<Record<string, string>> = {
  'console.access': 'what the reader may do, without whom',
  'console.forbidden': 'names of colleagues who may give a role',
  'console.tooClose': 'whether the reader declared to be too close, and names of colleagues',
  'console.conflicts': 'what the reader declared, or colleagues whom the reader answers for',
  'console.declareConflict': 'closes a file to the reader; opens none',
  'console.endConflict': 'says that one of a colleague no longer holds',
  'console.proposals': 'what the reader proposed, or may decide: ids of staff, no one registered',
  'console.work': 'walked by the figures below: each part for its own permission',
  ...partnerDoors,
  processings: 'what is held and why, without whom',
  programmes: 'the law',
  'webhooks.payments': 'a signed message of a provider; it reads nothing (webhooks.db.test.ts)',
  print: 'makes paper of what was read before; it reads nothing',
  ready: 'whether the database answers',
  'staff.acceptInvitation': 'choosing a first password',
  'staff.account.beginSecondFactor': 'the own account',
  'staff.account.changePassword': 'the own account',
  'staff.account.confirmSecondFactor': 'the own account',
  'staff.account.endSessions': 'the own account',
  'staff.account.removeSecondFactor': 'the own account',
  'staff.account.secondFactor': 'the own account',
  'staff.account.sessions': 'the own account',
  'staff.beginOutside': 'signing in elsewhere',
  'staff.codeAwaited': 'signing in',
  'staff.demonstration': 'accounts of a demonstration',
  'staff.enterCode': 'signing in',
  'staff.finishOutside': 'signing in elsewhere',
  'staff.invitation': 'whom a link invites',
  'staff.of': 'who has signed in',
  'staff.signIn': 'signing in',
  'staff.signOut': 'signing out',
}
