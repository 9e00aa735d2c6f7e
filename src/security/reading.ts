// Who read the data of a person: a file opened, a list on which the person stood, a file that left with the person in it.
import { sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import { type Purpose, type PurposeText, purposeOf } from './purpose.ts'

export type Listed = { readonly id: string; readonly territory: string }

/** A list that somebody was shown, or took away. */
export type AuditedReading = {
  /** 'household.list', 'household.export'. */
  readonly action: `${string}.${'list' | 'export'}`
  /** What the members are. */
  readonly kind: 'household' | 'person'
  readonly members: readonly Listed[]
  readonly purpose: PurposeText
  /** As plain JSON, without personal data: the page of the list, never the words searched. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/** One record for all on the list, with whom it listed, in the transaction that read them. */
export async function appendReading(tx: Transaction, { action, kind, members, ...reading }: AuditedReading) {
  const territory = commonTerritory(members.map(one => one.territory))
  await sql`select security.append_set_reading(${action}, ${kind}, ${members.map(one => one.id)}::uuid[],
    ${territory}, ${reading.purpose}, ${jsonb(reading.detail ?? {})})`.execute(tx)
}

/** The smallest territory that holds all: whoever sees it may read of the list. '' for none, and where they share none. */
export function commonTerritory(codes: readonly string[]): string {
  const [first, ...rest] = codes.map(code => code.split('.').filter(part => part !== ''))
  if (!first) return ''
  const shared = rest.reduce((common, code) => {
    const differs = common.findIndex((part, index) => code[index] !== part)
    return differs === -1 ? common : common.slice(0, differs)
  }, first)
  return shared.join('.')
}

export type ReadSubject = { readonly kind: 'household' | 'person' | 'payment_run'; readonly id: string }

export type Reading = {
  readonly at: Date
  /** As the audit names actors: 'staff:…', 'worker:…'. */
  readonly actor: string
  /** The name as it was then. */
  readonly by: string
  readonly action: string
  readonly purpose: Purpose | undefined
  readonly screen: string
  /** How many stood on the list; undefined where the subject was opened alone. */
  readonly listed: number | undefined
}

/**
 * Readings of any of the subjects, the latest first. `territory` is where they live: the answer is empty for an actor who
 * may not see it. A household's subjects are itself, its members, and the payment runs whose files named them.
 */
export async function readingsOf(
  tx: Transaction,
  subjects: readonly ReadSubject[],
  { territory, limit }: { readonly territory: string; readonly limit: number },
): Promise<Reading[]> {
  const { rows } = await sql<Omit<Reading, 'purpose' | 'screen' | 'listed'> & { why: string; listed: bigint | null }>`
    select read_at as at, by_actor as actor, by_name as by, done as action, why, listed
    from security.readings_of(${subjects.map(one => one.kind)}::text[], ${subjects.map(one => one.id)}::uuid[],
      ${territory}, ${limit}::int)`.execute(tx)
  return rows.map(({ why, listed, ...row }) => ({
    ...row,
    ...purposeOf(why),
    listed: listed === null ? undefined : Number(listed),
  }))
}

/** A day's readings by one person, as the person read of is told them: by role and place of work, without the name. */
export type DayOfReadings = {
  /** In the country's zone. */
  readonly day: string
  /** What the reader is; a partner is an organisation, and is named. */
  readonly reader: 'agent' | 'partner' | 'citizen' | 'system'
  readonly partner: string | undefined
  /** Where an agent works: a code, '' for the whole country; undefined where no role is left, and for anybody else. */
  readonly office: string | undefined
  readonly role: string | undefined
  /** Files opened alone. */
  readonly opened: number
  /** Lists on which the person stood. */
  readonly listed: number
  /** Lists and files that left with the person in them. */
  readonly exported: number
  readonly purposes: readonly Purpose[]
}

/** What a citizen is told of a reader. */
export type Office = { readonly territory: string; readonly role: string | undefined }

/**
 * Readings by day and reader, the latest day first. The reader stays without a name (ADR 0032): two readers of one office
 * on one day are two lines.
 */
export function readingsByDay(
  readings: readonly Reading[],
  timeZone: string,
  offices: ReadonlyMap<string, Office>,
): DayOfReadings[] {
  const groups = Map.groupBy(readings, ({ at, actor }) => `${dayIn(at, timeZone)} ${actor}`)
  return [...groups.entries()]
    .sort(([one], [other]) =>
      one.slice(0, 10) < other.slice(0, 10) ? 1 : one.slice(0, 10) > other.slice(0, 10) ? -1 : 0,
    )
    .map(([key, group]) => {
      const office = offices.get(group[0]!.actor)
      const reader = READERS[actorKind(group[0]!.actor)] ?? 'system'
      const count = (verb: string) => group.filter(({ action }) => action.endsWith(`.${verb}`)).length
      return {
        day: key.slice(0, 10),
        reader,
        partner: reader === 'partner' ? group[0]!.by : undefined,
        office: office?.territory,
        role: office?.role,
        opened: count('read'),
        listed: count('list'),
        exported: count('export'),
        purposes: [...new Set(group.flatMap(({ purpose }) => purpose ?? []))],
      }
    })
}

const READERS: Readonly<Record<string, DayOfReadings['reader']>> = {
  staff: 'agent',
  service: 'partner',
  citizen: 'citizen',
}
const actorKind = (actor: string) => actor.slice(0, actor.indexOf(':'))

function dayIn(at: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString()
}

/** Where the readers work, by the territories granted to them now; a reader with several has what these share. */
export async function officesOf(tx: Transaction, actors: readonly string[]): Promise<Map<string, Office>> {
  const { rows } = await sql<{ actor: string; territories: string[]; roles: string[] }>`
    select 'staff:' || staff_id as actor, array_agg(distinct territory) as territories, array_agg(distinct role) as roles
    from security.role_grant
    where revoked_at is null and valid_from <= statement_timestamp() and (valid_to is null or valid_to > statement_timestamp())
      and 'staff:' || staff_id = any (${actors}::text[])
    group by staff_id`.execute(tx)
  return new Map(
    rows.map(({ actor, territories, roles }) => [
      actor,
      { territory: commonTerritory(territories), role: roles.length === 1 ? roles[0] : undefined },
    ]),
  )
}
