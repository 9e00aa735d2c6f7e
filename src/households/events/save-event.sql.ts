import { sql } from 'kysely'
import { appendEvents, jsonb, type Transaction } from '#db'
import { type Id, newId } from '#kernel'
import { recordDeath, settlePersons } from '#population'
import { appendAudit } from '#security'
import type { HouseholdEvent } from './event.ts'
import type { LoadedState } from './load-state.sql.ts'
import type { EventFacts, HouseholdFacts } from './state.ts'

export type EventChannel = 'web' | 'desk' | 'field' | 'partner'
export type EventOrigin = { readonly actor: string; readonly channel: EventChannel; readonly digest: string }

/** Appends what was decided: all of it bears the moment of the transaction. */
export async function saveEvent(
  tx: Transaction,
  state: LoadedState,
  event: HouseholdEvent,
  facts: EventFacts,
  origin: EventOrigin,
): Promise<void> {
  const { actor } = origin
  await settlePersons(tx, settled(facts), {
    country: state.household.country,
    source: 'event',
    modelled: state.modelled,
    recordedBy: actor,
  })
  if (facts.deceased) await recordDeath(tx, { person: facts.deceased, on: event.on, by: actor })
  for (const each of facts.households) if (each.madeFrom) await makeHousehold(tx, each)
  // Everybody leaves before anybody joins: one household at a time.
  for (const each of facts.households) await endMemberships(tx, each, event)
  for (const each of facts.households) await saveHousehold(tx, state, event, each, origin)
  await appendEvents(
    tx,
    facts.households.map(({ household, changed }) => ({
      type: 'household.changed',
      key: household,
      payload: {
        household,
        country: state.household.country,
        event: event.id,
        kind: event.kind,
        on: event.on,
        changed,
      },
    })),
  )
}

function settled({ newcomers, homes }: EventFacts) {
  const isNew = (id: string) => newcomers.some(each => each.id === id)
  return {
    newcomers: newcomers.map(each => ({ ...each, territory: homes.get(each.id)! })),
    homes: new Map([...homes].filter(([id]) => !isNew(id))),
  }
}

async function makeHousehold(tx: Transaction, { household, madeFrom, territory }: HouseholdFacts): Promise<void> {
  await sql`
    insert into households.household (id, country, source, source_id, territory, weight, modelled, source_digest)
    select ${household}, country, 'event', ${household}::text, ${territory}, weight, modelled, sha256('')
    from households.household where id = ${madeFrom}`.execute(tx)
}

async function endMemberships(tx: Transaction, { household, ends }: HouseholdFacts, event: HouseholdEvent) {
  await sql`
    update households.membership set valid_to = ${event.on}, ended_at = now()
    where household_id = ${household} and person_id = any (${ends}::uuid[]) and ended_at is null`.execute(tx)
}

async function saveHousehold(
  tx: Transaction,
  state: LoadedState,
  event: HouseholdEvent,
  facts: HouseholdFacts,
  { actor, channel, digest }: EventOrigin,
): Promise<void> {
  const { household, territory, closes, recipient, persons, changed } = facts
  const declarations = facts.declarations.map(each => ({ id: newId<'Declaration'>(), ...each }))
  const declaration = declarations[0]?.id ?? null
  await sql`
    insert into households.membership (household_id, person_id, valid_from, relation, source_id)
    select ${household}, (e ->> 'person')::uuid, ${event.on}, e ->> 'relation', e ->> 'sourceId'
    from jsonb_array_elements(${jsonb(facts.begins)}) as given (e)`.execute(tx)
  await sql`
    insert into households.declaration (household_id, id, effective_on, declared_at, channel, actor, facts, members)
    select ${household}, (e ->> 'id')::uuid, (e ->> 'effectiveOn')::date, now(), ${channel}, ${actor},
      e -> 'said' -> 'facts', e -> 'said' -> 'members'
    from jsonb_array_elements(${jsonb(declarations)}) as given (e)`.execute(tx)
  await sql`
    insert into households.recipient (household_id, id, person_id, effective_on, actor)
    select ${household}, ${newId()}, ${recipient}::uuid, ${event.on}, ${actor} where ${recipient}::uuid is not null`.execute(
    tx,
  )
  if (closes)
    await sql`update households.household set closed_on = ${event.on}, closed_at = now() where id = ${household}`.execute(
      tx,
    )
  await sql`
    insert into households.event (household_id, id, kind, effective_on, entered, persons, changed, declaration_id,
      asked_digest, says, channel, actor)
    values (${household}, ${event.id}, ${event.kind}, ${event.on}, ${household === event.household},
      ${persons}::uuid[], ${changed}::text[], ${declaration}, decode(${digest}, 'hex'), ${event.says}, ${channel},
      ${actor})`.execute(tx)
  await audited(tx, state, event, facts, declaration)
  if (territory !== null && facts.madeFrom === null)
    await sql`update households.household set territory = ${territory} where id = ${household}`.execute(tx)
}

function audited(
  tx: Transaction,
  state: LoadedState,
  event: HouseholdEvent,
  { household, territory, changed }: HouseholdFacts,
  declaration: Id<'Declaration'> | null,
) {
  const known = household === state.household.id ? state.household : state.others.get(household)
  return appendAudit(tx, {
    action: 'household.event',
    subject: { kind: 'household', id: household },
    territory: known?.territory ?? territory ?? '',
    purpose: 'registration: household event',
    detail: { event: event.id, kind: event.kind, on: event.on, declaration, changed },
  })
}
