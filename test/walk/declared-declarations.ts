// The declarations' part of the walk. Pages of a draft are walked for one that does not exist, and is not found by anybody: those
// that do are tried in src/households/declaration/drafts.db.test.ts and in the journey.
import { type Id, newId } from '#kernel'
import type { DeclarationDoor } from '../../src/web/declaration-door.ts'
import type { Page, Walked } from './declared.ts'

const DRAFT = '0199f000-0000-7000-8000-00000000000d' as Id<'Draft'>
const absent = (path: string): Page => ({ opens: 'household.write', at: () => [path], whole: true })

export const declarationPages: Readonly<Record<string, Page>> = {
  // A citizen's own file, after a code to the telephone: what it shows is tried beside it (journeys of the own page).
  '/:lang?/dossier': { opens: 'everybody', at: () => ['/dossier', '/ar/dossier'] },
  '/:lang?/dossier/code': { opens: 'everybody', at: () => ['/dossier/code'] },
  '/:lang?/dossier/declaration': {
    opens: 'everybody',
    at: () => ['/dossier/declaration', '/dossier/declaration?part=summary'],
  },
  '/:lang?/dossier/corrections': {
    opens: 'everybody',
    at: () => ['/dossier/corrections', '/ar/dossier/corrections?about=household&field=household.rooms'],
  },
  '/:lang?/dossier/corrections/papier': { opens: 'everybody', at: () => ['/dossier/corrections/papier'] },
  '/console/households/new': {
    opens: 'household.write',
    at: () => ['/console/households/new', '/console/households/new?number=D-9999999'],
  },
  '/console/households/:id/declaration': {
    opens: 'household.write',
    at: ({ household }) => [`/console/households/${household}/declaration`],
    ofOne: true,
  },
  '/console/declarations/:draft': absent(`/console/declarations/${DRAFT}`),
  '/console/declarations/:draft/summary': absent(`/console/declarations/${DRAFT}/summary`),
  '/console/declarations/:draft/papers': absent(`/console/declarations/${DRAFT}/papers`),
  '/console/papers/:paper': absent(`/console/papers/${DRAFT}`),
  '/console/declarations/:draft/:step': absent(`/console/declarations/${DRAFT}/dwelling`),
}

export const declarationDoors: Readonly<Record<keyof DeclarationDoor, Walked>> = {
  drafts: { opens: 'household.write', at: async (doors, reader) => (await doors.drafts(reader, 'D-9999999')).drafts },
  beginDeclaration: {
    opens: 'household.write',
    at: async (doors, reader) => {
      const begun = await doors.beginDeclaration(reader, { id: newId<'Draft'>(), territory: '' })
      return begun.ok ? 'begun' : []
    },
  },
  beginAgain: {
    opens: 'household.write',
    at: async (doors, reader, { household }) => {
      const begun = await doors.beginAgain(reader, { id: newId<'Draft'>(), household })
      return begun.ok ? 'begun' : []
    },
  },
  declarationSection: {
    opens: 'household.write',
    at: (doors, reader) => doors.declarationSection(reader, DRAFT, 'dwelling'),
  },
  declarationSummary: { opens: 'household.write', at: (doors, reader) => doors.declarationSummary(reader, DRAFT) },
  saveDeclaration: {
    opens: 'household.write',
    at: async (doors, reader) =>
      (await doors.saveDeclaration(reader, { draft: DRAFT, version: 1, changes: [], numbers: {} })).ok ? 'saved' : [],
  },
  submitDeclaration: {
    opens: 'household.write',
    at: async (doors, reader) =>
      (await doors.submitDeclaration(reader, { draft: DRAFT, version: 1 })).ok ? 'sent' : [],
  },
  updateDeclaration: {
    opens: 'household.write',
    at: async (doors, reader) =>
      (await doors.updateDeclaration(reader, { draft: DRAFT, version: 1 })).ok ? 'new' : [],
  },
  attachPaper: {
    opens: 'household.write',
    at: async (doors, reader) => {
      const asked = {
        id: newId<'Evidence'>(),
        draft: DRAFT,
        kind: 'identity',
        name: 'walk',
        bytes: (async function* () {})(),
      }
      return (await doors.attachPaper(reader, asked)).ok ? 'attached' : []
    },
  },
  paper: { opens: 'household.write', at: (doors, reader) => doors.paper(reader, newId<'Evidence'>()) },
  papersOfHousehold: {
    opens: 'household.write',
    at: (doors, reader, { household }) => doors.papersOfHousehold(reader, household),
  },
  dropDeclaration: {
    opens: 'household.write',
    at: async (doors, reader) => ((await doors.dropDeclaration(reader, { draft: DRAFT, version: 1 })).ok ? 'gone' : []),
  },
}
