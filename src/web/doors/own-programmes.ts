import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { findHouseholdFile, type HouseholdFile, householdsOfPersons } from '#households'
import { ok } from '#kernel'
import { homesOf } from '#population'
import { applyFor } from '#programmes'
import { appendAudit, type Citizen, citizenActor } from '#security'
import type { OwnProgrammesDoor } from '../own-programmes-door.ts'
import { readProgrammes } from './household-programmes.ts'
import { todayIn } from './today.ts'

type Parts = {
  readonly app: Database
  readonly country: Country
  /** Who holds the session. */
  readonly holder: (headers: Headers) => Promise<Citizen | undefined>
}

/** A citizen sees where the own household stands in programmes and asks for one; the law answers on the spot. */
export function ownProgrammesDoor({ app, country, holder }: Parts): OwnProgrammesDoor {
  const asOwner = async <Value>(headers: Headers, work: (tx: Transaction, file: HouseholdFile) => Promise<Value>) => {
    const citizen = await holder(headers)
    if (!citizen) return undefined
    return transaction(app, citizenActor(citizen, await homesOf(app, citizen.persons)), async tx => {
      const [household] = await householdsOfPersons(tx, citizen.persons)
      const file = household && (await findHouseholdFile(tx, household))
      return file?.country === country.code ? work(tx, file) : undefined
    })
  }
  return {
    ownProgrammes: headers =>
      asOwner(headers, async (tx, { id, territory }) => {
        await appendAudit(tx, {
          action: 'household.read',
          subject: { kind: 'household', id },
          territory,
          purpose: 'data_rights: own page',
        })
        return readProgrammes(tx, country, { id, territory, on: await todayIn(tx, country), channel: 'web' })
      }),
    applyForOwn: (headers, asked) =>
      asOwner(headers, async (tx, { id: household }) => {
        const on = await todayIn(tx, country)
        const done = await applyFor(tx, country, { ...asked, household, channel: 'web', on })
        return done.ok ? ok({ state: done.value.state }) : done
      }),
  }
}
