// Forms about a person, and what an honest one says: none of them may succeed.
import { DOCUMENT_FIELDS, PERSON_FIELDS } from '../../src/web/person-answers.ts'

export const personForms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/console/persons/new': {
    ...Object.fromEntries(PERSON_FIELDS.map(field => [field, 'none'])),
    ...Object.fromEntries(
      [0, 1].flatMap(at => ['id', ...DOCUMENT_FIELDS].map(field => [`doc_${field}_${at}`, 'none'])),
    ),
    person: '0199f000-0000-7000-8000-000000000008',
    from: 'none',
    same: 'none',
    refused: 'none',
    language: 'fr',
    evidence: 'none',
    others: 'none',
    step: 'check',
  },
}
