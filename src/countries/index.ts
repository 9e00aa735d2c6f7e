export type { Country } from './country.ts'
export type { CountryProblem } from './problem.ts'
export { readCases } from './read-cases.ts'
export { listCountries, openCountry, policyFiles, readCountry } from './read-country.ts'
