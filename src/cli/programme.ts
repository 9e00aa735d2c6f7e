import { type Country, listCountries, openCountry } from '#countries'
import type { Currency } from '#kernel'
import type { Pack } from '#rules'
import { UsageError } from './command.ts'

/** The country of a programme named in a call: `ma/asd` is of `ma`. */
export function countryOfProgramme(pack: string): Country {
  const code = pack.split('/')[0] ?? ''
  if (!listCountries().includes(code)) {
    throw new UsageError(
      `there is no programme ${pack}; a programme begins with its country: ${listCountries().join(', ')}`,
    )
  }
  return openCountry(code)
}

/** A programme that pays: its name for payees and the currency it pays in. */
export type Programme = {
  readonly id: string
  readonly label: string
  readonly currency: Currency
  readonly pack: Pack
}

export function payingProgramme(pack: string): Programme {
  const country = countryOfProgramme(pack)
  const found = country.book.packs.get(pack)
  const paying = [...country.book.packs.values()].filter(one => one.amount?.direction === 'receives')
  if (found?.amount?.direction !== 'receives') {
    throw new UsageError(`${pack} pays nobody; of ${country.code}, these do: ${paying.map(one => one.id).join(', ')}`)
  }
  return { id: pack, label: found.names.fr, currency: country.currency, pack: found }
}
