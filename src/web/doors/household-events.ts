import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import {
  EVENT_KINDS,
  type EventKind,
  findHouseholdFile,
  type HouseholdEvent,
  householdOfNumber,
  previewEvent,
  recordEvent,
} from '#households'
import { type Id, ok } from '#kernel'
import { appendAudit } from '#security'
import type { EventMember, EventPage, EventPreview, EventsDoor } from '../household-events.ts'
import { nameOf, opened } from './household.ts'
import { openAs, readAs } from './reader.ts'
import { todayIn } from './today.ts'
import { placeOf, wordsOf } from './words.ts'

type File = NonNullable<Awaited<ReturnType<typeof findHouseholdFile>>>
type Preview = Extract<Awaited<ReturnType<typeof previewEvent>>, { ok: true }>['value']

export function eventsDoor(app: Database, country: Country): EventsDoor {
  return {
    eventPage: (reader, household, from) =>
      openAs(app, reader, 'household.write', async tx => {
        const file = await fileOf(tx, country, household)
        if (!file) return undefined
        const other = from === undefined ? undefined : await otherFile(tx, country, file, from)
        if (other) await appendAudit(tx, openedFor(other))
        return { value: pageOf(country, file, other), act: openedFor(file) }
      }),
    previewEvent: (reader, event) =>
      readAs(app, reader, 'household.write', async tx => {
        const decided = await previewEvent(tx, country, event, { today: await todayIn(tx, country) })
        return decided.ok ? ok(shown(country, event, decided.value)) : decided
      }),
    recordEvent: (reader, event) =>
      readAs(app, reader, 'household.write', async tx => {
        const today = await todayIn(tx, country)
        const answer = await recordEvent(tx, country, event, { today, channel: 'desk' })
        return answer.ok ? ok(undefined) : answer
      }),
  }
}

const openedFor = (file: File) => ({ ...opened(file, ''), purpose: 'registration: event page' as const })

async function fileOf(tx: Transaction, country: Country, id: Id<'Household'>): Promise<File | undefined> {
  const file = await findHouseholdFile(tx, id)
  return file?.country === country.code ? file : undefined
}

async function otherFile(tx: Transaction, country: Country, own: File, number: string): Promise<File | undefined> {
  const id = await householdOfNumber(tx, country.code, number)
  return id === undefined || id === own.id ? undefined : fileOf(tx, country, id)
}

function pageOf(country: Country, file: File, other: File | undefined): EventPage {
  const { catalogue, territories } = country
  const relations = catalogue.member.get(catalogue.head?.fact ?? '')?.codes
  const members = membersOf(country, file)
  return {
    household: file.id,
    sourceId: file.sourceId,
    head: members.find(each => each.isHead)?.name ?? { latin: undefined, arabic: undefined },
    kinds: kindsIn(country),
    members,
    from: other ? { household: other.id, sourceId: other.sourceId, members: membersOf(country, other) } : null,
    relations: [...(relations ?? [])]
      .filter(([code]) => code !== catalogue.head?.code)
      .map(([code, words]) => ({ code, words })),
    territory: file.territory,
    territories: territories.all.map(({ code }) => ({ code, path: placeOf(country, code) })),
    dwelling: [...catalogue.household.values()].flatMap(({ section, type, name, label, codes }) => {
      if (section !== 'dwelling') return []
      const input = type === 'boolean' ? 'yes_no' : type === 'integer' ? 'number' : type === 'code' ? 'code' : undefined
      return input ? [{ name, label, input, codes: [...codes].map(([code, words]) => ({ code, words })) }] : []
    }),
  }
}

function kindsIn({ catalogue }: Country): EventKind[] {
  if (!catalogue.head) return []
  const lacking: EventKind[] = []
  if (!catalogue.member.has('father_deceased')) lacking.push('orphanhood')
  if (!catalogue.member.get(catalogue.head.fact)?.codes.has('kafala_child')) lacking.push('kafala')
  return EVENT_KINDS.filter(kind => !lacking.includes(kind))
}

function membersOf({ catalogue }: Country, file: File): EventMember[] {
  const relations = catalogue.member.get(catalogue.head?.fact ?? '')?.codes
  return file.members.map(member => ({
    id: member.person,
    name: nameOf(member),
    relation: member.relation === null ? undefined : (relations?.get(member.relation) ?? wordsOf(member.relation)),
    isHead: member.relation === catalogue.head?.code,
  }))
}

/** What would be appended, as the page tells it. An event that is recorded already changes nothing. */
function shown({ catalogue }: Country, event: HouseholdEvent, decided: Preview): EventPreview {
  if (decided.kind === 'exists') return []
  return decided.facts.households.map(each => {
    const begins = each.begins.map(({ person, relation }) => ({ person, relation }))
    const stays = (person: string) => (each.ends as readonly string[]).includes(person)
    return {
      household: each.household,
      is: each.madeFrom ? 'new' : each.household === event.household ? 'own' : 'other',
      closes: each.closes,
      leaves: each.ends.filter(person => !begins.some(begin => begin.person === person)),
      joins: begins.filter(begin => !stays(begin.person)),
      relations: begins.filter(begin => stays(begin.person)),
      facts: each.changed.flatMap(name => {
        const [of, fact = ''] = name.split('.')
        const label = (of === 'household' ? catalogue.household : catalogue.member).get(fact)?.label
        return label && fact !== catalogue.head?.fact ? [label] : []
      }),
      recipient: each.recipient,
      waits: each.waits,
    }
  })
}
