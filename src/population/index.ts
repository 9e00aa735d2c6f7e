export { analyzePersons } from './analyze-persons.ts'
export { nameKey } from './name-key.ts'
export { personsWithPhone, phonesOf, resealPhones } from './phones.ts'
export { openIncomingPersons, type PersonSource, savePersons } from './save-persons.ts'
