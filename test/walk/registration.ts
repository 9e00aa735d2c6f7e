// The walk's part of registration at a desk: each door with what opens it, tried with somebody who can never be recorded.
import { newId } from '#kernel'
import { personAnswers } from '../../src/web/person-answers.ts'
import type { PersonChangeDoor } from '../../src/web/person-change.ts'
import type { RegistrationAsked, RegistrationDoor } from '../../src/web/registration-door.ts'
import type { Page, Walked } from './declared.ts'

/** Somebody without a birth date: nothing of it may be recorded. */
const walkedRegistration = (): RegistrationAsked => ({
  person: newId<'Person'>(),
  from: undefined,
  answers: personAnswers(() => ''),
  documents: [],
  evidence: '',
  language: 'fr',
})

export const registrationDoors: Readonly<Record<keyof RegistrationDoor | keyof PersonChangeDoor, Walked>> = {
  personForm: { opens: 'person.correct', at: (doors, reader, { person }) => doors.personForm(reader, person) },
  changePerson: {
    opens: 'person.correct',
    // Nothing was shown for it: nothing changes.
    at: async (doors, reader, { person }) => {
      const change = { change: 'alias', until: '', evidence: '', channel: 'desk' } as const
      return (await doors.changePerson(reader, person, change)) ? 'seen' : []
    },
  },
  registrations: {
    opens: 'person.register',
    at: async (doors, reader) => (await doors.registrations(reader, '')).rows,
  },
  registrationForm: {
    opens: 'person.register',
    // The empty form is places of the country; a pre-registration of elsewhere is tried beside it (registration.db.test.ts).
    at: async (doors, reader) => doors.registrationForm(reader, newId<'PreRegistration'>()),
  },
  checkRegistration: {
    opens: 'person.register',
    at: async (doors, reader) => {
      const answer = await doors.checkRegistration(reader, walkedRegistration())
      return answer.ok ? answer.value.candidates : []
    },
  },
  recordRegistration: {
    opens: 'person.register',
    // Without a birth date nothing is recorded.
    at: async (doors, reader) => {
      const answer = await doors.recordRegistration(reader, { ...walkedRegistration(), others: [] })
      return answer.ok ? 'recorded' : []
    },
  },
  closeRegistration: {
    opens: 'person.register',
    at: async (doors, reader) =>
      (await doors.closeRegistration(reader, newId<'PreRegistration'>(), { refused: 'walk' })) ? 'closed' : [],
  },
}

export const registrationPages: Readonly<Record<string, Page>> = {
  '/console/registrations': {
    opens: 'person.register',
    at: () => ['/console/registrations', '/console/registrations?reference=AB2C-9XYZ'],
  },
  '/console/persons/new': { opens: 'person.register', at: () => ['/console/persons/new'] },
  '/console/persons/:id/edit': {
    opens: 'person.correct',
    at: ({ person }) => [`/console/persons/${person}/edit`],
    ofOne: true,
  },
}
