import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import {
  currentRecipient,
  type EvidenceStore,
  evidenceOfHousehold,
  findHouseholdFile,
  householdsWithoutRecipient,
  mayProposeTransfer,
  onlyAdult,
  proposeTransfer,
  RECEIVING_AGE,
  type Transfer,
  type TransferAsked,
  transfersOf,
} from '#households'
import { ageOn, type DateText, err, type Id, ok } from '#kernel'
import { personWithNumber } from '#population'
import { namesOfActors } from '#security'
import type { FiledEvent } from '../household-events.ts'
import type { CurrentRecipient, ReceivingDoor, RecipientPage, TransferRow, WaitingRow } from '../receiving-door.ts'
import { nameOf, opened } from './household.ts'
import { listAs, openAs, readAs } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf, wordsOf } from './words.ts'

/** Households on the list of those that wait for a recipient: who works it off sees the longest first. */
const WAITING_SHOWN = 200

/** Who receives for a household, and who is to. */
export function receivingDoor(app: Database, country: Country, store: EvidenceStore | undefined): ReceivingDoor {
  return {
    recipientPage: (reader, household) =>
      openAs(app, reader, 'enrolment.write', async tx => {
        const file = await findHouseholdFile(tx, household)
        if (file?.country !== country.code) return undefined
        return {
          value: { ...(await pageOf(tx, country, file)), takesPapers: store !== undefined },
          act: opened(file, 'recipient'),
        }
      }),
    proposeTransfer: async (reader, said, file) => {
      const proposing = <Value>(work: (tx: Transaction, asked: TransferAsked, today: DateText) => Promise<Value>) =>
        readAs(app, reader, 'enrolment.write', async tx => {
          const { person } = said
          const found = typeof person === 'string' ? person : await personWithNumber(tx, country.code, person.number)
          if (!found) return err({ code: 'number_unknown' })
          return work(tx, { ...said, person: found }, await todayIn(tx, country))
        })
      const { paper: id } = said
      if (!file || !id) {
        const done = await proposing((tx, asked, today) => proposeTransfer(tx, country, asked, today))
        return done.ok ? ok(undefined) : done
      }
      if (!store) return err({ code: 'no_folder' })
      const may = await proposing((tx, asked, today) => mayProposeTransfer(tx, country, asked, today))
      if (!may.ok) return may
      const kept = await store.keep(file.bytes)
      if (!kept.ok) return kept
      const given = { id, name: file.name, file: kept.value }
      const done = await proposing((tx, asked, today) => proposeTransfer(tx, country, asked, today, given))
      if (!done.ok || done.value === 'proposed_before') await store.forget(kept.value.stored)
      return done.ok ? ok(undefined) : done
    },
    waitingForRecipient: reader =>
      listAs(app, reader, 'enrolment.write', async tx => {
        const rows = await householdsWithoutRecipient(tx, { country: country.code, limit: WAITING_SHOWN })
        const value = rows.map(
          ({ household, sourceId, territory, name, diedOn, proposed }): WaitingRow => ({
            household,
            sourceId,
            place: placeOf(country, territory),
            name: nameOf(name),
            diedOn,
            proposed,
          }),
        )
        const members = rows.map(({ household, territory }) => ({ id: household, territory }))
        const purpose = 'payment: households without a recipient' as const
        return { value, reading: { action: 'household.list', kind: 'household', members, purpose, detail: {} } }
      }),
  }
}

async function pageOf(
  tx: Transaction,
  country: Country,
  file: NonNullable<Awaited<ReturnType<typeof findHouseholdFile>>>,
): Promise<Omit<RecipientPage, 'takesPapers'>> {
  const today = await todayIn(tx, country)
  const current = await readCurrent(tx, file.id)
  const { head } = country.catalogue
  const relations = country.catalogue.member.get(head?.fact ?? '')?.codes
  const living = file.members.filter(each => current?.diedOn == null || each.person !== current.person)
  const adults = living.filter(each => each.birthDate === null || ageOn(each.birthDate, today) >= RECEIVING_AGE)
  return {
    household: file.id,
    sourceId: file.sourceId,
    today,
    current,
    members: adults.map(each => ({
      id: each.person,
      name: nameOf(each),
      relation: each.relation === null ? undefined : (relations?.get(each.relation) ?? wordsOf(each.relation)),
    })),
    papers: (await evidenceOfHousehold(tx, file.id)).map(({ id, name }) => ({ id, name })),
    suggested: current?.diedOn ? onlyAdult(living, today, head?.code ?? null) : null,
    transfers: await transferRows(tx, { household: file.id }),
  }
}

/** Who receives, with the name as far as the actor sees it. */
export async function readCurrent(tx: Transaction, household: Id<'Household'>): Promise<CurrentRecipient | null> {
  const current = await currentRecipient(tx, household)
  if (!current) return null
  const { name, ...rest } = current
  return { ...rest, name: nameOf(name) }
}

export async function transferRows(
  tx: Transaction,
  of: Parameters<typeof transfersOf>[1],
): Promise<readonly TransferRow[]> {
  const transfers = await transfersOf(tx, of)
  const names = await namesOfActors(
    tx,
    transfers.flatMap(({ askedBy, decidedBy }) => (decidedBy ? [askedBy, decidedBy] : [askedBy])),
  )
  return transfers.map(each => transferRow(each, names))
}

function transferRow(
  { household: _, person: __, name, askedAt, askedBy, decidedAt, decidedBy, ...rest }: Transfer,
  names: ReadonlyMap<string, string>,
): TransferRow {
  return {
    ...rest,
    name: nameOf(name),
    askedAt: askedAt.toISOString(),
    askedBy: names.get(askedBy) ?? askedBy,
    decidedAt: decidedAt?.toISOString() ?? null,
    decidedBy: decidedBy && (names.get(decidedBy) ?? decidedBy),
  }
}

/** Transfers that two persons decided, for the journey. */
export async function recipientEvents(tx: Transaction, household: Id<'Household'>): Promise<readonly FiledEvent[]> {
  return (await transferRows(tx, { household })).flatMap((transfer): FiledEvent[] =>
    transfer.decidedAt === null ? [] : [{ kind: 'recipient', at: transfer.decidedAt, transfer }],
  )
}

/** The day on which who receives for a household died; undefined where somebody living does. */
export async function waitsSince(tx: Transaction, household: Id<'Household'>): Promise<DateText | undefined> {
  return (await currentRecipient(tx, household))?.diedOn ?? undefined
}
