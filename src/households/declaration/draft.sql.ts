import { type RawBuilder, sql } from 'kysely'
import { jsonb, type Transaction } from '#db'
import type { Id } from '#kernel'
import { type ColumnRef, openColumn, sealColumn } from '#security'
import type { Declaration } from './answers.ts'
import type { Draft } from './draft.ts'

export const CONTENT: ColumnRef = { table: 'households.draft', column: 'content' }

type Row = Omit<Draft, 'said'> & { readonly sealed: Buffer | null }

const columns = sql`id, number, country, territory, household_id as household, channel, state, version, base_id as base,
  declaration_id as declaration, begun_by as "begunBy", saved_at as "savedAt", saved_by as "savedBy", content_sealed as sealed`

/** A draft that the actor may see. Locked, nobody else saves or sends it before this transaction ends. */
export async function loadDraft(
  tx: Transaction,
  id: Id<'Draft'>,
  lock: 'locked' | 'read' = 'read',
): Promise<Draft | undefined> {
  const { rows } = await sql<Row>`
    select ${columns} from households.draft where id = ${id} ${lock === 'locked' ? sql`for update` : sql``}`.execute(tx)
  return rows[0] && opened(tx, rows[0])
}

/** The draft under way of a household; undefined where there is none. */
export async function draftOfHousehold(tx: Transaction, household: Id<'Household'>): Promise<Draft | undefined> {
  const { rows } = await sql<Row>`
    select ${columns} from households.draft where household_id = ${household} and ended_at is null`.execute(tx)
  return rows[0] && opened(tx, rows[0])
}

async function opened(tx: Transaction, { sealed, ...row }: Row): Promise<Draft> {
  const [text] = sealed ? await openColumn(tx, CONTENT, [{ row: row.id, sealed }]) : []
  return { ...row, said: text === undefined ? { household: {}, members: [], explained: {} } : JSON.parse(text) }
}

type NewDraft = Pick<Draft, 'id' | 'country' | 'territory' | 'household' | 'channel' | 'base' | 'said'>

/** Adds a draft; one of this id, or of this household, stays as it is. Answers whether it was added. */
export async function insertDraft(tx: Transaction, draft: NewDraft): Promise<boolean> {
  const { id, country, territory, household, channel, base, said } = draft
  const { numAffectedRows } = await sql`
    insert into households.draft (id, country, territory, household_id, channel, base_id, content_sealed, begun_by, saved_by)
    values (${id}, ${country}, ${territory}, ${household}, ${channel}, ${base}, ${await sealed(tx, id, said)},
      ${ACTOR}, ${ACTOR})
    on conflict do nothing`.execute(tx)
  return numAffectedRows === 1n
}

/** Who acts, as histories name them: a citizen has no name there. */
const ACTOR: RawBuilder<string> = sql`coalesce(nullif(current_setting('socle.actor_name'), ''), current_setting('socle.actor_kind'))`

export async function actorName(tx: Transaction): Promise<string> {
  const { rows } = await sql<{ actor: string }>`select ${ACTOR} as actor`.execute(tx)
  return rows[0]!.actor
}

/** Saves what is said now. `base` and `state` where they change too. */
export async function updateDraft(
  tx: Transaction,
  id: Id<'Draft'>,
  to: Pick<Draft, 'said' | 'version' | 'territory' | 'base' | 'state'>,
): Promise<void> {
  await sql`
    update households.draft set content_sealed = ${await sealed(tx, id, to.said)}, version = ${to.version},
      territory = ${to.territory}, base_id = ${to.base}, state = ${to.state}, saved_at = now(), saved_by = ${ACTOR}
    where id = ${id}`.execute(tx)
}

async function sealed(tx: Transaction, id: Id<'Draft'>, said: Declaration): Promise<Buffer> {
  const [bytes] = await sealColumn(tx, CONTENT, [{ row: id, text: JSON.stringify(said) }])
  return bytes!
}

/** A draft as a list shows it: where it is and who has it in hand, not whom it names. */
export type DraftRow = Pick<
  Draft,
  'id' | 'number' | 'territory' | 'household' | 'channel' | 'state' | 'savedAt' | 'savedBy'
>

/** Drafts under way that the actor may see: those that wait for the desk first, then the latest saved. */
export async function openDrafts(tx: Transaction, country: string, limit: number): Promise<DraftRow[]> {
  const { rows } = await sql<DraftRow>`
    select id, number, territory, household_id as household, channel, state, saved_at as "savedAt", saved_by as "savedBy"
    from households.draft where country = ${country} and ended_at is null
    order by state = 'waiting' desc, saved_at desc limit ${limit}`.execute(tx)
  return rows
}

/** The draft of that number, as far as the actor sees it. */
export async function draftOfNumber(
  tx: Transaction,
  country: string,
  number: string,
): Promise<Id<'Draft'> | undefined> {
  const { rows } = await sql<{ id: Id<'Draft'> }>`
    select id from households.draft
    where country = ${country} and number = ${number} and ended_at is null`.execute(tx)
  return rows[0]?.id
}

/** Where the answers of a declaration came from: fact to source. */
type Sources = Readonly<Record<string, { readonly source: string; readonly on: string; readonly by: string }>>

export type DraftEnd =
  | { readonly state: 'dropped' }
  | {
      readonly state: 'sent'
      readonly household: Id<'Household'>
      readonly declaration: Id<'Declaration'>
      readonly territory: string
      readonly sources: Sources
      readonly memberSources: readonly { readonly id: string; readonly facts: Sources }[]
      readonly explained: readonly { readonly code: string; readonly person: string | null; readonly says: string }[]
    }

/** Ends a draft: its words are forgotten here, and where they came from stays. */
export async function endDraft(tx: Transaction, { id }: Draft, end: DraftEnd): Promise<void> {
  const sent =
    end.state === 'sent'
      ? sql`, household_id = ${end.household}, declaration_id = ${end.declaration}, territory = ${end.territory},
          sources = ${jsonb(end.sources)}, member_sources = ${jsonb(end.memberSources)}, explained = ${jsonb(end.explained)}`
      : sql``
  await sql`
    update households.draft set state = ${end.state}, content_sealed = null, ended_at = now(), ended_by = ${ACTOR} ${sent}
    where id = ${id}`.execute(tx)
}
