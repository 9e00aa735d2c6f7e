import type { Country } from '#countries'
import type { Transaction } from '#db'
import { searchHouseholds } from '#households'
import type { AuditedReading } from '#security'
import type { SearchAnswer, SearchRequest } from '../context.ts'
import { nameOf } from './household.ts'
import { placeOf } from './words.ts'

const NOBODY = { latin: undefined, arabic: undefined }

/** Households by a name in either script, an identifier or a place, page by page. */
export async function readSearch(
  tx: Transaction,
  country: Country,
  request: SearchRequest,
): Promise<{ readonly value: SearchAnswer; readonly reading: AuditedReading }> {
  const { total, more, hits, closed } = await searchHouseholds(tx, {
    country: country.code,
    text: request.text,
    head: country.catalogue.head?.code ?? null,
    limit: request.perPage,
    skip: (request.page - 1) * request.perPage,
  })
  const value: SearchAnswer = {
    total,
    more,
    closed,
    hits: hits.map(hit => ({
      household: hit.household,
      sourceId: hit.sourceId,
      head: hit.head ? nameOf(hit.head) : NOBODY,
      matched: hit.matched ? nameOf(hit.matched) : undefined,
      territory: placeOf(country, hit.territory),
      members: hit.members,
    })),
  }
  return {
    value,
    reading: {
      action: request.exported ? 'household.export' : 'household.list',
      kind: 'household',
      members: hits.map(hit => ({ id: hit.household, territory: hit.territory })),
      purpose: 'examination: search',
      detail: { page: request.page, total },
    },
  }
}
