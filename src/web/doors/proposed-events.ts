import type { Country } from '#countries'
import { type Database, type Transaction, transaction } from '#db'
import {
  answerProposedEvent,
  countProposedEvents,
  type FiledPerson,
  openProposedEvents,
  type ProposedEvent,
} from '#households'
import { actorFor, namesOfActors } from '#security'
import type {
  FiledMember,
  ProposedAsked,
  ProposedEventDoor,
  ProposedPage,
  ProposedRow,
} from '../proposed-event-door.ts'
import { nameOf } from './conditions.ts'
import { accessOf, listAs } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf, wordsOf } from './words.ts'

const RECORD = 'household.write'
const SHOWN = 10

/** What the civil register proposes, within the territories of the reader: whoever records events answers it. */
export function proposedEventDoor(app: Database, country: Country): ProposedEventDoor {
  return {
    proposedEvents: (reader, asked) =>
      listAs(app, reader, RECORD, async tx => {
        const value = await readPage(tx, country, asked)
        const members = new Map(value.rows.map(({ household, territory }) => [household, { id: household, territory }]))
        const reading = {
          action: 'household.list',
          kind: 'household',
          members: [...members.values()],
          purpose: 'registration: civil register',
          detail: { page: asked.page },
        } as const
        return { value: { ...value, rows: value.rows.map(({ territory: _, ...row }) => row) }, reading }
      }),
    answerProposedEvent: async (reader, answer) => {
      const access = await accessOf(app, reader)
      return transaction(app, actorFor(access, RECORD), async tx =>
        answerProposedEvent(tx, country, { ...answer, today: await todayIn(tx, country) }),
      )
    },
  }
}

async function readPage(tx: Transaction, country: Country, { page, household, answered }: ProposedAsked) {
  const found = await openProposedEvents(tx, country.code, {
    limit: SHOWN + 1,
    skip: (page - 1) * SHOWN,
    answered,
    ...(household && { household }),
  })
  const shown = found.slice(0, SHOWN)
  const names = await namesOfActors(
    tx,
    shown.flatMap(each => each.answeredBy ?? []),
  )
  return {
    rows: shown.map(each => ({ ...rowOf(country, each, names), territory: each.territory })),
    more: found.length > SHOWN,
    total: await countProposedEvents(tx, country.code, household),
  } satisfies ProposedPage
}

function rowOf(country: Country, told: ProposedEvent, names: ReadonlyMap<string, string>): ProposedRow {
  const { feed, row, household, sourceId, person, kind, on, child, source, label, matched } = told
  const { head } = country.catalogue
  const relations = country.catalogue.member.get(head?.fact ?? '')?.codes
  const isHead = told.relation !== null && told.relation === head?.code
  return {
    feed,
    row,
    household,
    sourceId,
    place: placeOf(country, told.territory),
    person,
    name: nameOf(told.personName),
    kind,
    on,
    child: child && {
      name: nameOf([child.givenName, child.familyName, child.givenNameAr, child.familyNameAr]),
      sex: child.sex,
    },
    source,
    label,
    matched,
    at: told.at.toISOString(),
    file: {
      birthDate: told.birthDate,
      diedOn: told.diedOn,
      relation: told.relation === null ? null : (relations?.get(told.relation) ?? wordsOf(told.relation)),
      movedTo: told.livesIn === null || told.livesIn === household ? null : told.livesIn,
      isElsewhere: told.livesIn === null && told.diedOn === null,
      closedOn: told.closedOn,
      bornThen: told.bornThen.map(memberOf),
    },
    successors: kind === 'death' && isHead ? told.others.map(memberOf) : [],
    answered: answeredOf(told, names),
  }
}

function answeredOf({ answer, answeredAt, answeredBy, says }: ProposedEvent, names: ReadonlyMap<string, string>) {
  if (answer === null || answeredAt === null || answeredBy === null) return null
  return { answer, at: answeredAt.toISOString(), by: names.get(answeredBy) ?? answeredBy, says }
}

function memberOf({ person, name, birthDate }: FiledPerson): FiledMember {
  return { person, name: nameOf(name), birthDate }
}
