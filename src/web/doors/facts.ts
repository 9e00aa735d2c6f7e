import type { Country } from '#countries'
import type { DeclaredFacts } from '#households'
import type { Fact } from '#rules'
import type { FactRow, FactValue } from '../context.ts'
import { placeOf, wordsOf } from './words.ts'

/**
 * The facts of a household in the catalogue's order, each in words; those that nobody said are unknown. Without `sensitive`,
 * what the catalogue calls so is hidden, whether it was said or not.
 */
export function factRows(country: Country, facts: DeclaredFacts, sensitive: boolean): FactRow[] {
  return [...country.catalogue.household.values()].map(fact => ({
    name: fact.name,
    label: fact.label,
    value: fact.sensitive && !sensitive ? { kind: 'hidden' } : factValue(country, fact, facts[fact.name]),
  }))
}

/** A value as it travels, in words. */
export function factValue(country: Country, fact: Fact, value: DeclaredFacts[string] | undefined): FactValue {
  if (value === undefined) {
    return fact.absentMeans ? { kind: 'words', words: fact.absentMeans } : { kind: 'unknown' }
  }
  switch (fact.type) {
    case 'boolean':
      return { kind: 'boolean', is: value === true }
    case 'integer':
    case 'decimal':
      return { kind: 'number', number: String(value) }
    case 'money':
      return { kind: 'money', amount: { value: String(value), currency: country.currency } }
    case 'date':
      return { kind: 'date', date: String(value) }
    case 'territory':
      return { kind: 'territory', path: placeOf(country, String(value)) }
    case 'code':
      return { kind: 'words', words: fact.codes.get(String(value)) ?? wordsOf(String(value)) }
  }
}
