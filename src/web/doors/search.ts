import type { Country } from '#countries'
import type { Transaction } from '#db'
import { searchHouseholds } from '#households'
import type { AuditedReading } from '#security'
import type { SearchAnswer, SearchPlaces, SearchRequest } from '../context.ts'
import { nameOf } from './household.ts'
import { placeOf } from './words.ts'

const NOBODY = { latin: undefined, arabic: undefined }

/** Households by a name in either script or a number of any kind, in a place if asked, page by page. */
export async function readSearch(
  tx: Transaction,
  country: Country,
  request: SearchRequest,
): Promise<{ readonly value: SearchAnswer; readonly reading: AuditedReading }> {
  const chosen = country.territories.find(request.territory ?? '')?.code
  const { total, more, hits, closed } = await searchHouseholds(tx, {
    country: country.code,
    text: request.text,
    territory: chosen ?? '',
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
      standing: hit.standing ? nameOf(hit.standing) : undefined,
      territory: placeOf(country, hit.territory),
      members: hit.members,
    })),
    ...(request.territory === undefined ? {} : { places: placesTo(country, chosen) }),
  }
  return {
    value,
    reading: {
      action: request.exported ? 'household.export' : 'household.list',
      kind: 'household',
      members: hits.map(hit => ({ id: hit.household, territory: hit.territory })),
      purpose: 'examination: search',
      detail: { page: request.page, total, ...(chosen === undefined ? {} : { territory: chosen }) },
    },
  }
}

function placesTo({ territories }: Country, chosen: string | undefined): SearchPlaces {
  const place = ({ code, name }: (typeof territories.all)[number]) => ({ code, name })
  return {
    chosen: chosen === undefined ? [] : territories.pathTo(chosen).map(place),
    below: territories.childrenOf(chosen).map(place),
  }
}
