/** What is wrong with a country's folder: which file, where in it when that is known, and what is accepted. */
export type CountryProblem = { readonly file: string; readonly message: string }
