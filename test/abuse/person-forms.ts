// Forms about a person, and what an honest one says: none of them may succeed.
import { DOCUMENT_FIELDS, PERSON_FIELDS } from '../../src/web/person-answers.ts'

export const personForms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/:lang?/preinscription': { phone: '0900000000' },
  '/:lang?/preinscription/code': { code: '000000' },
  '/:lang?/preinscription/moi': {
    step: 'check',
    given_name: 'none',
    family_name: 'none',
    given_name_ar: 'none',
    family_name_ar: 'none',
    sex: 'none',
    birth_day: 'none',
    birth_month: 'none',
    birth_year: 'none',
    birth_estimated: 'none',
    territory: 'none',
    region: 'none',
  },
  '/console/persons/:id/edit': {
    ...Object.fromEntries(PERSON_FIELDS.map(field => [field, 'none'])),
    ...Object.fromEntries(
      [0, 1].flatMap(at => ['id', ...DOCUMENT_FIELDS].map(field => [`doc_${field}_${at}`, 'none'])),
    ),
    change: 'details',
    version: 'none',
    evidence: 'none',
    channel: 'desk',
    since: 'none',
    on: 'none',
    document: 'none',
    until: 'none',
    alias: 'none',
  },
  '/console/persons/:id/accounts': {
    do: 'record',
    account: '0199f000-0000-7000-8000-00000000001e',
    provider: 'none',
    number: 'none',
    from: 'none',
    means: 'none',
  },
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
