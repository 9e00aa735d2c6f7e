import type { Country } from '#countries'
import type { Transaction } from '#db'
import { declarationsOf, type FiledMember, findHouseholdFile, type HouseholdFile as RegisterFile } from '#households'
import type { Id } from '#kernel'
import { type InstructionView, instructionsOfPayees, type WaitingView, waitingOfPayees } from '#payments'
import { determinationsOf, type HouseholdDetermination } from '#programmes'
import type { AuditedAct, Reading } from '#security'
import type { DecisionRow, HouseholdFile, JourneyEvent, MemberRow, PersonName } from '../context.ts'
import { amountOf, maybeAmount } from './amount.ts'
import { factRows } from './facts.ts'
import { readingsOfHousehold, toldReadings } from './readings.ts'
import { placeOf, wordsOf } from './words.ts'

const ACCESSES_SHOWN = 50

/** A household's whole file: members, facts in words, decisions, and all that happened in order of time. */
export async function readHousehold(
  tx: Transaction,
  country: Country,
  id: Id<'Household'>,
): Promise<{ readonly value: HouseholdFile; readonly act: AuditedAct } | undefined> {
  const file = await findHouseholdFile(tx, id)
  if (file?.country !== country.code) return undefined
  const determinations = await determinationsOf(tx, id)
  const rows = determinations.map(each => decisionRow(country, each))
  const people = file.members.map(member => member.person)
  const instructions = await instructionsOfPayees(tx, people)
  const readings = await readingsOfHousehold(tx, file, instructions, ACCESSES_SHOWN)
  const value: HouseholdFile = {
    id,
    source: file.source,
    sourceId: file.sourceId,
    modelled: file.modelled,
    territory: placeOf(country, file.territory),
    members: file.members.map(member => memberRow(country, member)),
    facts: factRows(country, file.facts),
    decisions: latestOfEach(rows),
    journey: await journeyOf(tx, file, rows, instructions, readings),
    told: await toldReadings(tx, country, readings),
  }
  return { value, act: opened(file, 'household page') }
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

async function journeyOf(
  tx: Transaction,
  file: RegisterFile,
  decisions: readonly DecisionRow[],
  instructions: readonly InstructionView[],
  readings: readonly Reading[],
): Promise<JourneyEvent[]> {
  const people = file.members.map(member => member.person)
  const declarations = await declarationsOf(tx, file.id)
  const events: JourneyEvent[] = [
    ...declarations.map(
      ({ declaredAt, effectiveOn, channel, actor, facts, members }): JourneyEvent => ({
        kind: 'declaration',
        at: declaredAt.toISOString(),
        effectiveOn,
        channel,
        by: actor,
        facts,
        members,
      }),
    ),
    ...decisions.map((decision): JourneyEvent => ({ kind: 'decision', at: decision.at, decision })),
    ...instructions.map(paymentEvent),
    ...(await waitingOfPayees(tx, people)).map(waitingEvent),
    ...readings.map(accessEvent),
  ]
  return events.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

function paymentEvent(row: InstructionView): JourneyEvent {
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
  }
}

function waitingEvent(row: WaitingView): JourneyEvent {
  return {
    kind: 'waiting',
    at: row.since.toISOString(),
    reference: row.reference,
    reason: row.reason,
    amount: amountOf(row.amount, row.currency),
  }
}

function accessEvent({ at, by, action, purpose, listed }: Reading): JourneyEvent {
  return { kind: 'access', at: at.toISOString(), by, action, purpose, listed }
}

function memberRow(country: Country, member: FiledMember): MemberRow {
  const relations = country.catalogue.member.get(country.catalogue.head?.fact ?? '')?.codes
  return {
    id: member.person,
    name: nameOf(member),
    relation: member.relation === null ? undefined : (relations?.get(member.relation) ?? wordsOf(member.relation)),
    sex: member.sex ?? undefined,
    birthDate: member.birthDate ?? undefined,
    receives: member.receives,
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

function decisionRow(country: Country, each: HouseholdDetermination): DecisionRow {
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
function latestOfEach(rows: readonly DecisionRow[]): DecisionRow[] {
  return rows.filter((row, index) => rows.findIndex(other => other.pack === row.pack) === index)
}
