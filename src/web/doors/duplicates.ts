import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { belongingsOf, settleDuplicate } from '#households'
import {
  countOpenPairs,
  listOpenPairs,
  listSettledPairs,
  type PairPerson,
  type SettledPair,
  settledPairsOf,
} from '#population'
import { actorFor } from '#security'
import type { DuplicateDoor, PairRow, SettledRow } from '../duplicate-door.ts'
import { readDuplicate } from './duplicate.ts'
import { nameOf } from './household.ts'
import { accessOf, listAs, readAs } from './reader.ts'
import { placeOf } from './words.ts'

const PER_PAGE = 25
const SETTLED_SHOWN = 100
const PERMISSION = 'duplicate.settle'

/** Duplicates to settle and settled, for the pages. */
export function duplicateDoor(app: Database, country: Country): DuplicateDoor {
  return {
    duplicates: (reader, { zone, later, page }) =>
      listAs(app, reader, PERMISSION, async tx => {
        const asked = { zone, postponed: later }
        const pairs = await listOpenPairs(tx, country.code, {
          ...asked,
          limit: PER_PAGE,
          offset: (page - 1) * PER_PAGE,
        })
        const rows = pairs.map(
          ({ one, other, persons, territory, probability, zone, since, changed }): PairRow => ({
            one,
            other,
            names: [nameOf(persons[0]), nameOf(persons[1])],
            territory: territory === '' ? [country.name] : placeOf(country, territory),
            permille: Math.floor(probability * 1000),
            zone,
            since: since.toISOString(),
            changed,
          }),
        )
        const total = await countOpenPairs(tx, country.code, asked)
        return { value: { rows, total, perPage: PER_PAGE }, reading: listed(pairs, 'duplicates', { page, total }) }
      }),
    settledDuplicates: (reader, page) =>
      listAs(app, reader, PERMISSION, async tx => {
        const offset = (page - 1) * SETTLED_SHOWN
        const pairs = await listSettledPairs(tx, country.code, { limit: SETTLED_SHOWN, offset })
        const value = await settledRows(tx, pairs)
        return { value, reading: listed(pairs, 'settled duplicates', { page }) }
      }),
    settledOf: (reader, person) =>
      readAs(app, reader, PERMISSION, async tx => settledRows(tx, await settledPairsOf(tx, person))),
    duplicate: async (reader, one, other) => readDuplicate(app, country, await accessOf(app, reader), one, other),
    settleDuplicate: async (reader, { one, other, kept, ...said }) => {
      const access = await accessOf(app, reader)
      return transaction(app, actorFor(access, PERMISSION), tx =>
        settleDuplicate(tx, {
          ...said,
          persons: [one, other],
          ...(said.decision === 'same' && { kept }),
          by: access.name,
          purpose: 'data_quality: duplicates',
        }),
      )
    },
  }
}

function listed(
  pairs: readonly { readonly persons: readonly [PairPerson, PairPerson] }[],
  screen: string,
  detail: Readonly<Record<string, unknown>>,
) {
  const members = new Map(pairs.flatMap(({ persons }) => persons).map(({ id, territory }) => [id, { id, territory }]))
  return {
    action: 'person.list',
    kind: 'person',
    members: [...members.values()],
    purpose: `data_quality: ${screen}`,
    detail,
  } as const
}

async function settledRows(tx: Transaction, pairs: readonly SettledPair[]): Promise<SettledRow[]> {
  const merged = pairs.filter(({ decision }) => decision === 'same').flatMap(({ one, other }) => [one, other])
  const living = new Set((await belongingsOf(tx, merged)).map(({ person }) => person))
  return pairs.map(({ one, other, persons, decision, reason, by, at, kept }): SettledRow => {
    const stands = persons.find(({ id }) => id === kept)
    return {
      ...{ one, other, decision, reason, by },
      names: [nameOf(persons[0]), nameOf(persons[1])],
      kept: stands && nameOf(stands),
      at: at.toISOString(),
      unsettledHouseholds: decision === 'same' && living.has(one) && living.has(other),
    }
  })
}
