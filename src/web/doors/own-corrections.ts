import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import { type EvidenceStore, findHouseholdFile, householdsOfPersons } from '#households'
import { err, type Id } from '#kernel'
import { homesOf } from '#population'
import { askRectification, attachToRequest, heldCase, mayAttachToRequest } from '#privacy'
import { appendAudit, type Citizen, citizenActor } from '#security'
import type { OwnCorrectionsDoor } from '../own-corrections-door.ts'
import { correctionsPage } from './corrections-page.ts'

type Parts = {
  readonly app: Database
  readonly country: Country
  /** Who holds the session. */
  readonly holder: (headers: Headers) => Promise<Citizen | undefined>
  readonly store: EvidenceStore | undefined
}

/**
 * A citizen asks that something recorded of the own household, the first of whoever holds the session, be put right. Nothing
 * changes by it: an officer answers.
 */
export function ownCorrectionsDoor({ app, country, holder, store }: Parts): OwnCorrectionsDoor {
  const asOwner = async <Value>(
    headers: Headers,
    work: (tx: Transaction, household: Id<'Household'>, citizen: Citizen) => Promise<Value>,
  ) => {
    const citizen = await holder(headers)
    if (!citizen) return undefined
    return transaction(app, citizenActor(citizen, await homesOf(app, citizen.persons)), async tx => {
      const [household] = await householdsOfPersons(tx, citizen.persons)
      return household === undefined ? undefined : work(tx, household, citizen)
    })
  }
  return {
    ownCorrections: (headers, chosen) =>
      asOwner(headers, async (tx, household, { persons }) => {
        const file = await findHouseholdFile(tx, household)
        const held = await heldCase(tx, household)
        if (!held || file?.country !== country.code) return undefined
        await appendAudit(tx, {
          action: 'household.read',
          subject: { kind: 'household', id: household },
          territory: file.territory,
          purpose: 'data_rights: own page',
        })
        const actor = `citizen:${persons[0]}`
        const page = await correctionsPage(tx, { country, sensitive: true, actor, file, held, chosen })
        return { ...page, takesPapers: store !== undefined }
      }),
    askOwnCorrection: (headers, { language, ...asked }) =>
      asOwner(headers, (tx, household, { persons }) =>
        askRectification(tx, country, {
          ...asked,
          household,
          citizen: { person: persons[0], language },
        }),
      ),
    async attachOwnPaper(headers, { request, id, name, bytes }) {
      if (!store) return err({ code: 'no_folder' })
      const may = await asOwner(headers, (tx, household) => mayAttachToRequest(tx, { household, request }))
      if (!may?.ok) return may
      const kept = await store.keep(bytes)
      if (!kept.ok) return kept
      const attached = await asOwner(headers, (tx, household) =>
        attachToRequest(tx, { household, request, id, name }, kept.value),
      )
      if (!attached?.ok) await store.forget(kept.value.stored)
      return attached
    },
  }
}
