/**
 * Thrown where a value met on the way lies outside the language (a time of day in a sum, a loop without end). Only the full
 * language of `rules eval` can meet one: what a pack may hold is settled when it is read. Its message is the refusal.
 */
export class OutsideLanguage extends Error {}
