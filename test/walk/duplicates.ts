// The part of the walk that settles duplicates.
import { newId } from '#kernel'
import type { DuplicateDoor } from '../../src/web/duplicate-door.ts'
import type { Page, Walked } from './declared.ts'

export const duplicatePages: Readonly<Record<string, Page>> = {
  '/console/duplicates': {
    opens: 'duplicate.settle',
    at: () => ['/console/duplicates', '/console/duplicates?zone=same&later=yes'],
  },
  '/console/duplicates/settled': { opens: 'duplicate.settle', at: () => ['/console/duplicates/settled'] },
  '/console/duplicates/:one/:other': {
    opens: 'duplicate.settle',
    at: ({ person, relative }) => [`/console/duplicates/${person}/${relative}`],
    ofOne: true,
  },
}

export const duplicateDoors: Readonly<Record<keyof DuplicateDoor, Walked>> = {
  duplicates: {
    opens: 'duplicate.settle',
    at: (doors, reader) => doors.duplicates(reader, { zone: undefined, later: false, page: 1 }),
  },
  settledDuplicates: { opens: 'duplicate.settle', at: (doors, reader) => doors.settledDuplicates(reader, 1) },
  settledOf: { opens: 'duplicate.settle', at: (doors, reader, { person }) => doors.settledOf(reader, person) },
  duplicate: {
    opens: 'duplicate.settle',
    at: (doors, reader, { person, relative }) => doors.duplicate(reader, person, relative),
  },
  settleDuplicate: {
    opens: 'duplicate.settle',
    // Of a page that nobody was shown: what an answer does is tried in src/households/merging.
    at: async (doors, reader, { person, relative }) => {
      const asked = { id: newId<'MatchDecision'>(), one: person, other: relative, kept: '', reason: 'walk', seen: '' }
      return (await doors.settleDuplicate(reader, { ...asked, decision: 'later' })).ok ? 'settled' : []
    },
  },
}
