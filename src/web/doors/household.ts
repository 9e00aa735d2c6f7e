import type { Country } from '#countries'
import type { Database, Transaction } from '#db'
import {
  countProposedEvents,
  type DeclarationEvent,
  declarationsOf,
  eventsOf,
  type FiledMember,
  findHouseholdFile,
  type HouseholdHappening,
  type HouseholdFile as RegisterFile,
} from '#households'
import type { Id } from '#kernel'
import {
  type InstructionView,
  instructionsOfPayees,
  type PaymentAttempt,
  paymentsOfEntitlements,
  type WaitingView,
  waitingOfPayees,
} from '#payments'
import { numbersOf } from '#population'
import {
  determinationsOf,
  entitlementsOf,
  type HouseholdDetermination,
  type OwedChange,
  owedChangesOf,
} from '#programmes'
import {
  type AuditedAct,
  covers,
  decideAccess,
  type Permission,
  type Reading,
  type StaffAccess,
  scopeOf,
} from '#security'
import type { ClosedPart, DecisionRow, HouseholdFile, JourneyEvent, MemberRow, PersonName } from '../context.ts'
import { amountOf, maybeAmount } from './amount.ts'
import { correctionEvents } from './corrections-page.ts'
import { enrolmentEvents } from './enrolment-events.ts'
import { factRows } from './facts.ts'
import { readLookAgain, readUpkeep } from './household-upkeep.ts'
import { openWith, readWith } from './reader.ts'
import { readingsOfHousehold, toldReadings } from './readings.ts'
import { recipientEvents, waitsSince } from './receiving.ts'
import { placeOf, wordsOf } from './words.ts'

const ACCESSES_SHOWN = 50

/**
 * A household's file: members, facts in words, decisions, and all that happened in order of time. Each part is read for its
 * own permission, in a transaction of its own: what the reader's roles do not show where the household lives is `closed`.
 */
export async function readHousehold(
  app: Database,
  country: Country,
  access: StaffAccess,
  id: Id<'Household'>,
): Promise<HouseholdFile | undefined> {
  const file = await readWith(app, access, 'household.read', async tx => {
    const found = await findHouseholdFile(tx, id)
    return found?.country === country.code
      ? { ...found, declarations: await declarationsOf(tx, id), events: await eventsOf(tx, id) }
      : undefined
  })
  if (!file) return undefined
  const people = file.members.map(member => member.person)
  const part = partsOf(app, access, file.territory)
  const decided = await part('decisions', 'determination.read', tx => determinationsOf(tx, id))
  const lookAgain = await part('decisions', 'determination.read', tx => readLookAgain(tx, country, id))
  const owedChanges = await part('decisions', 'determination.read', tx => owedChangesOf(tx, id))
  const enrolments = await part('decisions', 'determination.read', tx => enrolmentEvents(tx, country, id))
  const instructions = await part('payments', 'payment.read', tx => instructionsOfPayees(tx, people))
  const waiting = await part('payments', 'payment.read', async tx =>
    waitingOfPayees(tx, people, await entitlementsOf(tx, id)),
  )
  const attempts = await part('payments', 'payment.read', async tx =>
    paymentsOfEntitlements(tx, await entitlementsOf(tx, id)),
  )
  const answered = new Map(attempts.map(attempt => [attempt.payment, attempt]))
  const to = { territory: file.territory, programme: null, sensitivity: 'sensitive' } as const
  const sensitive = decideAccess(access.grants, 'household.read', to, access.at).ok
  // Last, so that the record of this reading is committed before the page leaves, and is not yet on it.
  return openWith(app, access, 'household.read', async tx => {
    const numbers = new Map((await numbersOf(tx, people)).map(({ person, number }) => [person, number]))
    const readings = await readingsOfHousehold(tx, file, instructions, ACCESSES_SHOWN)
    const named = part.open('readings', 'audit.read') ? readings : []
    const value: HouseholdFile = {
      id,
      source: file.source,
      sourceId: file.sourceId,
      modelled: file.modelled,
      territory: placeOf(country, file.territory),
      members: file.members.map(member => memberRow(country, member, numbers.get(member.person))),
      facts: factRows(country, file.facts, sensitive),
      decisions: latestOfEach(decided).map(each =>
        decisionRow(country, { ...each, runId: each.lastRun, month: each.until }),
      ),
      upkeep: {
        ...(await readUpkeep(tx, country, id, new Map(file.members.map(each => [each.person, nameOf(each)])))),
        lookAgain: lookAgain.filter(each => !each.done),
      },
      journey: inOrder([
        ...file.declarations.map(declarationEvent),
        ...file.events.map(happening),
        ...(await correctionEvents(tx, country, id, sensitive)),
        ...decided.map(
          (each): JourneyEvent => ({
            kind: 'decision',
            at: each.decidedAt,
            decision: decisionRow(country, each),
          }),
        ),
        ...owedChanges.map(change => owedEvent(country, change)),
        ...lookAgain.map((item): JourneyEvent => ({ kind: 'look_again', at: item.at, item })),
        ...enrolments,
        ...(await recipientEvents(tx, id)),
        ...instructions.map(row => paymentEvent(row, answered.get(row.endToEndId))),
        ...waiting.map(waitingEvent),
        ...named.map(accessEvent),
      ]),
      closed: part.closed(),
      recipientDied: await waitsSince(tx, id),
      proposedEvents: await countProposedEvents(tx, country.code, id),
      told: await toldReadings(tx, country, readings),
    }
    const act = opened(file, 'household page')
    return { value, act: access.inEmergency ? { ...act, purpose: 'emergency: household page' } : act }
  })
}

/** Reads parts of a file of one territory, each for its permission; those that are not granted there are empty and noted. */
function partsOf(app: Database, access: StaffAccess, territory: string) {
  const closed = new Set<ClosedPart>()
  const open = (name: ClosedPart, permission: Permission): boolean => {
    const opens = mayIn(access, permission, territory)
    if (!opens) closed.add(name)
    return opens
  }
  async function part<Row>(
    name: ClosedPart,
    permission: Permission,
    read: (tx: Transaction) => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> {
    return open(name, permission) ? readWith(app, access, permission, read) : []
  }
  return Object.assign(part, { open, closed: () => [...closed] })
}

/** Whether a permission is granted in a territory, be it for one programme alone: row-level security holds which. */
export function mayIn({ grants, at }: StaffAccess, permission: Permission, territory: string): boolean {
  return scopeOf(grants, permission, at).some(place => covers(place.territory, territory))
}

/** What the audit keeps of an opened file, seen by whoever answers for its territory. */
export function opened(file: Pick<RegisterFile, 'id' | 'territory'>, screen: string): AuditedAct {
  return {
    action: 'household.read',
    subject: { kind: 'household', id: file.id },
    territory: file.territory,
    purpose: `examination: ${screen}`,
  }
}

function inOrder(events: readonly JourneyEvent[]): JourneyEvent[] {
  return events.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

function declarationEvent(declaration: DeclarationEvent): JourneyEvent {
  const { declaredAt, effectiveOn, channel, actor, facts, members } = declaration
  return { kind: 'declaration', at: declaredAt.toISOString(), effectiveOn, channel, by: actor, facts, members }
}

function happening({ kind, on, says, at, by, persons }: HouseholdHappening): JourneyEvent {
  return { kind: 'event', at: at.toISOString(), happened: kind, on, says, persons: persons.map(nameOf), by }
}

function paymentEvent(row: InstructionView, attempt: PaymentAttempt | undefined): JourneyEvent {
  const state = attempt?.state
  return {
    kind: 'payment',
    at: row.stateAt.toISOString(),
    reference: row.reference,
    state: row.state,
    payee: row.payeeName,
    provider: row.providerName,
    accountEnd: row.accountEnd ?? undefined,
    periods: row.lines.map(line => line.period),
    amount: amountOf(row.amount, row.currency),
    became: attempt && (state === 'paid' || state === 'returned') ? { state, day: attempt.day } : undefined,
  }
}

function owedEvent(
  country: Country,
  { kind, pack, month, from, amountMinor, currency, reason, receivedOn, receipt, at }: OwedChange,
): JourneyEvent {
  const change = {
    what: kind,
    name: country.book.packs.get(pack)?.names ?? wordsOf(pack),
    month,
    from: from ?? undefined,
    amount: amountOf(amountMinor, currency),
    reason: reason ?? undefined,
    receipt: receivedOn && receipt ? { day: receivedOn, number: receipt } : undefined,
  }
  return { kind: 'owed', at: at.toISOString(), change }
}

function waitingEvent(row: WaitingView): JourneyEvent {
  return {
    kind: 'waiting',
    at: row.since.toISOString(),
    reference: row.reference,
    reason: row.reason,
    code: row.code ?? undefined,
    amount: amountOf(row.amount, row.currency),
  }
}

function accessEvent({ at, by, action, purpose, listed }: Reading): JourneyEvent {
  return { kind: 'access', at: at.toISOString(), by, action, purpose, listed }
}

function memberRow(country: Country, member: FiledMember, number: string | undefined): MemberRow {
  const relations = country.catalogue.member.get(country.catalogue.head?.fact ?? '')?.codes
  return {
    id: member.person,
    number,
    name: nameOf(member),
    relation: member.relation === null ? undefined : (relations?.get(member.relation) ?? wordsOf(member.relation)),
    sex: member.sex ?? undefined,
    birthDate: member.birthDate ?? undefined,
    receives: member.receives,
    standing: member.standing
      ? {
          id: member.standing.person,
          name: nameOf(member.standing),
          household: member.standing.household ?? undefined,
        }
      : undefined,
  }
}

export function nameOf(
  person: Pick<FiledMember, 'givenName' | 'familyName' | 'givenNameAr' | 'familyNameAr'>,
): PersonName {
  const joined = (...parts: (string | null)[]) => parts.filter(part => part !== null).join(' ') || undefined
  return {
    latin: joined(person.givenName, person.familyName),
    arabic: joined(person.givenNameAr, person.familyNameAr),
  }
}

export function decisionRow(country: Country, each: HouseholdDetermination): DecisionRow {
  const pack = country.book.packs.get(each.pack)
  return {
    run: each.runId,
    pack: each.pack,
    name: pack?.names ?? wordsOf(each.pack),
    month: each.month,
    at: each.decidedAt,
    outcome: each.outcome,
    amount: maybeAmount(each.amountMinor, each.currency),
    score: (pack?.score && each.scores[each.pack]) || undefined,
  }
}

/** The rows come latest first: the first of each programme stands. */
export function latestOfEach<Row extends { readonly pack: string }>(rows: readonly Row[]): Row[] {
  return rows.filter((row, index) => rows.findIndex(other => other.pack === row.pack) === index)
}
