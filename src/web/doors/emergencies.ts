import type { Country } from '#countries'
import { type Database, transaction } from '#db'
import { filesOfHousehold } from '#households'
import { err, ok } from '#kernel'
import { actorFor, listEmergencies, openEmergency, reviewEmergency } from '#security'
import type { EmergencyRow, TwoPersonDoor } from '../two-persons.ts'
import { accessOf, readWith } from './reader.ts'
import { placeOf } from './words.ts'

const SHOWN = 100

/** Files opened in an emergency, and what somebody else says of them. */
export function emergencyDoor(
  app: Database,
  country: Country,
): Pick<TwoPersonDoor, 'openEmergency' | 'emergencies' | 'reviewEmergency'> {
  return {
    openEmergency: async (reader, { id, number, reason }) => {
      const access = await accessOf(app, reader)
      return transaction(app, actorFor(access, 'emergency.open'), async tx => {
        const found = await filesOfHousehold(tx, country.code, number)
        const opened = await openEmergency(tx, access, { id, found, reason })
        if (!opened.ok) return opened
        return found ? ok(found.household) : err({ code: 'household_unknown' })
      })
    },
    emergencies: async reader => {
      const rows = await readWith(app, await accessOf(app, reader), 'emergency.review', tx =>
        listEmergencies(tx, SHOWN),
      )
      return rows.map(
        ({ staff, files: _files, at, until, territory, review, ...row }): EmergencyRow => ({
          ...row,
          own: staff === reader.id,
          territory: placeOf(country, territory),
          at: at.toISOString(),
          until: until.toISOString(),
          review: review ?? undefined,
        }),
      )
    },
    reviewEmergency: async (reader, answer) => {
      const access = await accessOf(app, reader)
      return transaction(app, actorFor(access, 'emergency.review'), tx => reviewEmergency(tx, access, answer))
    },
  }
}
