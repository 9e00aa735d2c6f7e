import { type RawBuilder, sql } from 'kysely'
import { appendEvent, type Transaction } from '#db'
import type { DateText, Id } from '#kernel'
import { openIncomingPersons, savePersons } from '#population'
import { appendAuditOfRows } from '#security'
import { changedMeanwhile } from './changed-meanwhile.ts'
import {
  copyLines,
  HOUSEHOLD_COLUMNS,
  householdLine,
  type IncomingHousehold,
  MEMBER_COLUMNS,
  memberLine,
  openIncoming,
} from './incoming.ts'
import { declarationLine, type RegisteredSet } from './registered-sets.ts'

/** What is common to the households that one source says at once. */
export type Provenance = {
  readonly country: string
  /** The register, survey or generator; with the household's own source_id it tells a household from another. */
  readonly source: string
  readonly channel: 'web' | 'desk' | 'field' | 'import' | 'partner' | 'generated'
  /** Who records: staff name or system process. */
  readonly actor: string
  readonly importId?: Id<'ImportJob'>
  /** Day from which what is said is true, where a household does not say its own. */
  readonly effectiveOn: DateText
  /** When it was said, an instant in ISO 8601; the time of the transaction unless given. */
  readonly declaredAt?: string
  readonly modelled: boolean
  /** The member fact and code that mark the head; null where the catalogue has no members. */
  readonly head: { readonly fact: string; readonly code: string } | null
}

/** How many households were new, said something else than last time, or said the same again. */
export type Registered = { readonly registered: number; readonly changed: number; readonly unchanged: number }

/**
 * Registers a batch of households with their members (a few thousands at once is best): persons, memberships,
 * declarations, recipients, in a dozen statements whatever the size. A household is known by country, source and
 * source_id: the same content again changes nothing; other content is another declaration, never an edit.
 * In the worker's role, for row-level security hides nothing from it; one source_id stands at most once in a batch.
 */
export async function registerHouseholds(
  tx: Transaction,
  from: Provenance,
  households: readonly IncomingHousehold[],
): Promise<Registered> {
  await openIncoming(tx)
  await copyLines(tx, 'pg_temp.incoming_household', HOUSEHOLD_COLUMNS, households.map(householdLine))
  await copyLines(tx, 'pg_temp.incoming_member', MEMBER_COLUMNS, memberLines(households, from.head?.fact))
  return registerIncoming(tx, from)
}

function* memberLines(households: readonly IncomingHousehold[], relationFact: string | undefined): Iterable<string> {
  for (const { sourceId, members } of households) {
    for (let i = 0; i < members.length; i++) yield memberLine(sourceId, i, members[i]!, relationFact)
  }
}

/** The same for households that stand already in `pg_temp.incoming_household` and `pg_temp.incoming_member`. */
export async function registerIncoming(tx: Transaction, from: Provenance): Promise<Registered> {
  // The planner knows nothing of a table just filled. The columns that join are enough; counting JSON would be slow.
  await sql`analyze pg_temp.incoming_household (source_id)`.execute(tx)
  await sql`analyze pg_temp.incoming_member (household)`.execute(tx)
  await sumUp(tx)
  await addHouseholds(tx, from)
  const said = await tellOutcomes(tx, from)
  if (said.changed > 0) {
    await refuseStale(tx)
    await recognisePersons(tx)
  }
  const held = said.changed > 0 ? await keepEvents(tx, from) : 0
  const told = { ...said, changed: said.changed - held, unchanged: said.unchanged + held }
  if (told.changed > 0) await findLater(tx, from)
  await sendPersons(tx, from)
  if (told.changed > 0) await endMemberships(tx, from)
  await addMemberships(tx, from)
  await addDeclarations(tx, from)
  await nameRecipients(tx, from)
  if (told.changed > 0) await updateHouseholds(tx)
  await tellOthers(tx, from, told)
  return told
}

/** One digest for the household and its members in their order. */
async function sumUp(tx: Transaction): Promise<void> {
  await sql`
    insert into pg_temp.incoming_outcome (source_id, digest)
    select household.source_id, sha256(household.digest || coalesce(member.digests, ''))
    from pg_temp.incoming_household as household
      left join (
        select household, string_agg(digest, '' order by position) as digests
        from pg_temp.incoming_member group by household
      ) as member on member.household = household.source_id`.execute(tx)
  await sql`analyze pg_temp.incoming_outcome (source_id)`.execute(tx)
}

async function addHouseholds(tx: Transaction, from: Provenance): Promise<void> {
  // In order of source_id, so that two batches that share households wait for one another instead of locking up.
  await sql`
    insert into households.household (id, country, source, source_id, territory, weight, modelled, source_digest)
    select incoming.id, ${from.country}, ${from.source}, source_id, incoming.territory, incoming.weight,
      ${from.modelled}, outcome.digest
    from pg_temp.incoming_household as incoming join pg_temp.incoming_outcome as outcome using (source_id)
    order by source_id
    on conflict (country, source, source_id) do nothing`.execute(tx)
}

/** Tells new from changed from unchanged. A household that changes is locked first: nobody else changes it meanwhile. */
async function tellOutcomes(tx: Transaction, from: Provenance): Promise<Registered> {
  // Each household is looked up by its whole key, in a subquery that is not merged: a planner without figures of a
  // register that is being filled would go through the whole source instead, for each batch.
  const known = sql`select id, source_digest from households.household
    where (country, source) = (${from.country}, ${from.source}) and household.source_id = said.source_id`
  await sql`
    select from (select source_id, digest from pg_temp.incoming_outcome order by source_id) as said
      cross join lateral (${known} and source_digest <> said.digest for no key update) as known`.execute(tx)
  await sql`
    update pg_temp.incoming_outcome as outcome
    set household_id = known.id,
      outcome = case
        when known.id = incoming.id then 'registered'
        when known.source_digest = known.digest then 'unchanged'
        else 'changed'
      end
    from (
        select said.source_id, said.digest, known.id, known.source_digest
        from pg_temp.incoming_outcome as said cross join lateral (${known} offset 0) as known
      ) as known join pg_temp.incoming_household as incoming using (source_id)
    where outcome.source_id = known.source_id`.execute(tx)
  const { rows } = await sql<{ outcome: keyof Registered | null; count: number }>`
    select outcome, count(*)::int as count from pg_temp.incoming_outcome group by outcome`.execute(tx)
  const told = { registered: 0, changed: 0, unchanged: 0 }
  for (const { outcome, count } of rows) {
    if (outcome === null)
      throw new Error(`${count} households exist where this role may not see them: register as worker`)
    told[outcome] = count
  }
  return told
}

/** What is registered bears the moment at which this transaction began: see {@link lockHouseholds}. */
async function refuseStale(tx: Transaction): Promise<void> {
  const { rows } = await sql`
    select from pg_temp.incoming_outcome as outcome cross join lateral (
        select from households.declaration where household_id = outcome.household_id and recorded_at >= now()
          and declaration.xmin <> pg_current_xact_id()::xid offset 0
      ) as later
    where outcome.outcome = 'changed' limit 1`.execute(tx)
  if (rows.length > 0) throw changedMeanwhile()
}

/**
 * A source does not undo an event that it has not heard of: who has died, or belongs to another household by now, is left
 * out of what it says. A household that has ended, or whose head is one of these, stays as it is until the source
 * follows; answers how many. The digest stays too, so that it is looked at again each time.
 */
async function keepEvents(tx: Transaction, from: Provenance): Promise<number> {
  await sql`
    delete from pg_temp.incoming_gone;
    insert into pg_temp.incoming_gone (household, source_id)
    select member.household, member.source_id from pg_temp.incoming_member as member
      join pg_temp.incoming_outcome as outcome on outcome.source_id = member.household and outcome.outcome = 'changed'
    where member.is_known
      and (exists (select from population.published_death as death where death.person_id = member.person_id)
        or exists (select from households.membership where membership.person_id = member.person_id
          and membership.valid_to is null and membership.household_id <> outcome.household_id))`.execute(tx)
  const { numAffectedRows } = await sql`
    update pg_temp.incoming_outcome as outcome set outcome = 'unchanged'
    from households.household
    where outcome.outcome = 'changed' and household.id = outcome.household_id
      and (household.closed_on is not null or exists (
        select from pg_temp.incoming_gone as gone join pg_temp.incoming_member as member using (household, source_id)
        where gone.household = outcome.source_id and member.relation = ${from.head?.code ?? null}))`.execute(tx)
  await sql`
    delete from pg_temp.incoming_member as member using pg_temp.incoming_gone as gone
    where gone.household = member.household and gone.source_id = member.source_id`.execute(tx)
  return Number(numAffectedRows ?? 0n)
}

/** A member known before is the same person, also one who had left. */
async function recognisePersons(tx: Transaction): Promise<void> {
  await sql`
    update pg_temp.incoming_member as member set person_id = known.person_id, is_known = true
    from (
      select distinct on (outcome.source_id, membership.source_id)
        outcome.source_id as household, membership.source_id, membership.person_id
      from pg_temp.incoming_outcome as outcome cross join lateral (
          select source_id, person_id, recorded_at from households.membership
          where membership.household_id = outcome.household_id offset 0
        ) as membership
      where outcome.outcome = 'changed'
      order by outcome.source_id, membership.source_id, membership.recorded_at desc
    ) as known
    where known.household = member.household and known.source_id = member.source_id`.execute(tx)
}

/**
 * A declaration that takes effect before one already recorded is history: it is added, and what stands now stays. Whom
 * only it names belonged until the later one.
 */
async function findLater(tx: Transaction, from: Provenance): Promise<void> {
  await sql`
    update pg_temp.incoming_outcome as outcome set later_on = later.effective_on
    from pg_temp.incoming_household as household cross join lateral (
        select min(declaration.effective_on) as effective_on
        from pg_temp.incoming_outcome as said join households.declaration on declaration.household_id = said.household_id
        where said.source_id = household.source_id and said.outcome = 'changed'
          and declaration.effective_on > ${effectiveOn(from)}
      ) as later
    where outcome.source_id = household.source_id and outcome.outcome = 'changed'`.execute(tx)
}

/** Whom a file names by number or alias is in the register already, and stands there as an office recorded them. */
async function sendPersons(tx: Transaction, from: Provenance): Promise<void> {
  await openIncomingPersons(tx)
  await sql`
    insert into pg_temp.incoming_person (id, territory, given_name, family_name, given_name_ar, family_name_ar, name_key,
      sex, birth_date, birth_precision, phone, keys, place_key, place)
    select person_id, household.territory, given_name, family_name, given_name_ar, family_name_ar, name_key,
      sex, birth_date, birth_precision, phone, keys, place_key, place
    from pg_temp.incoming_member as member
      join pg_temp.incoming_outcome as outcome on outcome.source_id = member.household and outcome.outcome <> 'unchanged'
      join pg_temp.incoming_household as household on household.source_id = member.household
    where (outcome.later_on is null or not member.is_known) and num_nonnulls(member.unique_number, member.alias) = 0`.execute(
    tx,
  )
  // An import makes the keys of its persons, and compares them.
  await savePersons(tx, { ...from, recordedBy: from.actor, keyed: from.importId !== undefined })
}

const effectiveOn = (from: Provenance): RawBuilder<DateText> =>
  sql`coalesce(household.effective_on, ${from.effectiveOn}::date)`

// Whether a membership holds is asked of ended_at, not of valid_to: the index on valid_to finds a person, and a planner
// without figures of a register just filled would go through all of it for each household.

/** Ends the membership of who is no longer said to belong, or belongs by another relation. */
async function endMemberships(tx: Transaction, from: Provenance): Promise<void> {
  await sql`
    update households.membership
    set valid_to = greatest(membership.valid_from, ${effectiveOn(from)}), ended_at = now()
    from pg_temp.incoming_outcome as outcome join pg_temp.incoming_household as household using (source_id)
    where outcome.outcome = 'changed' and outcome.later_on is null
      and membership.household_id = outcome.household_id and membership.ended_at is null
      and not exists (
        select from pg_temp.incoming_member as member
        where member.household = outcome.source_id and member.person_id = membership.person_id
          and member.relation is not distinct from membership.relation
      )`.execute(tx)
}

async function addMemberships(tx: Transaction, from: Provenance): Promise<void> {
  await sql`
    insert into households.membership (household_id, person_id, valid_from, valid_to, relation, source_id, ended_at)
    select outcome.household_id, member.person_id, ${effectiveOn(from)}, outcome.later_on, member.relation,
      member.source_id, case when outcome.later_on is not null then now() end
    from pg_temp.incoming_member as member
      join pg_temp.incoming_outcome as outcome on outcome.source_id = member.household and outcome.outcome <> 'unchanged'
      join pg_temp.incoming_household as household on household.source_id = member.household
      left join lateral (
        select true as holds from households.membership
        where outcome.outcome = 'changed' and membership.household_id = outcome.household_id
          and membership.person_id = member.person_id and membership.ended_at is null
        limit 1
      ) as known on true
    where known.holds is null and (outcome.later_on is null or not member.is_known)
    order by outcome.household_id, member.person_id`.execute(tx)
}

/** With the lines of the audit, while what was said is at hand. */
async function addDeclarations(tx: Transaction, from: Provenance): Promise<void> {
  await sql`
    with said as (
      insert into households.declaration (household_id, id, effective_on, declared_at, channel, actor, import_id, facts, members)
      select outcome.household_id, household.declaration_id, ${effectiveOn(from)},
        coalesce(${from.declaredAt ?? null}::timestamptz, now()), ${from.channel}, ${from.actor},
        ${from.importId ?? null}::uuid, household.facts::jsonb, coalesce(member.members, '[]')::jsonb
      from pg_temp.incoming_outcome as outcome
        join pg_temp.incoming_household as household using (source_id)
        left join (
          select household, '[' || string_agg('{"id":"' || person_id || '","source_id":' || to_json(source_id) || ',"facts":' || facts || '}',
            ',' order by position) || ']' as members
          from pg_temp.incoming_member group by household
        ) as member on member.household = household.source_id
      where outcome.outcome <> 'unchanged'
      order by outcome.household_id
      returning household_id, id, effective_on, declared_at, channel, actor, import_id, facts, members
    )
    insert into pg_temp.incoming_line (line) select ${declarationLine} from said`.execute(tx)
}

/**
 * Who receives: the member that the source names; otherwise the head, or the first member where nobody is the head,
 * and only while nobody of the household does. In the place of whom two persons named, or who has died, a file names nobody.
 */
async function nameRecipients(tx: Transaction, from: Provenance): Promise<void> {
  await sql`
    insert into households.recipient (household_id, id, person_id, effective_on, actor)
    select distinct on (outcome.household_id)
      outcome.household_id, household.declaration_id, member.person_id, ${effectiveOn(from)}, ${from.actor}
    from pg_temp.incoming_outcome as outcome
      join pg_temp.incoming_household as household using (source_id)
      join pg_temp.incoming_member as member on member.household = outcome.source_id
      left join lateral (
        select recipient.person_id, recipient.transfer_id is not null or exists (
            select from population.published_death as death where death.person_id = recipient.person_id
          ) as stays,
          exists (
            select from households.membership
            where membership.household_id = outcome.household_id and membership.person_id = recipient.person_id
              and membership.ended_at is null
          ) as is_member
        from households.recipient
        where outcome.outcome = 'changed' and recipient.household_id = outcome.household_id
          and (recipient.until_on is null or recipient.until_on >= current_date)
        order by recipient.effective_on desc, recipient.recorded_at desc, recipient.id desc limit 1
      ) as current on true
    where outcome.outcome <> 'unchanged' and outcome.later_on is null and current.stays is not true
      and case
        when household.recipient is null then current.is_member is not true
        else member.source_id = household.recipient and member.person_id is distinct from current.person_id
      end
    order by outcome.household_id, member.relation is not distinct from ${from.head?.code ?? null} desc,
      member.position`.execute(tx)
}

async function updateHouseholds(tx: Transaction): Promise<void> {
  await sql`
    update households.household
    set source_digest = outcome.digest,
      territory = case when outcome.later_on is null then incoming.territory else household.territory end,
      weight = case when outcome.later_on is null then incoming.weight else household.weight end
    from pg_temp.incoming_outcome as outcome join pg_temp.incoming_household as incoming using (source_id)
    where outcome.outcome = 'changed' and household.id = outcome.household_id`.execute(tx)
}

/** The audit holds what was registered; the event names the households whose facts changed, so that decisions follow. */
async function tellOthers(tx: Transaction, from: Provenance, told: Registered): Promise<void> {
  if (told.registered + told.changed === 0) return
  const { country, source, channel, importId } = from
  const set = sql`pg_temp.incoming_outcome as outcome join pg_temp.incoming_household as household using (source_id)
    where outcome.outcome <> 'unchanged'`
  const { rows: sets } = await sql<RegisteredSet>`
    select now()::text as "recordedAt", min(household.declaration_id::text) as first,
      max(household.declaration_id::text) as last
    from ${set}`.execute(tx)
  await appendAuditOfRows(tx, {
    action: 'household.register',
    subject: { kind: 'household' },
    purpose: `registration: ${channel}`,
    detail: { country, source, import: importId ?? null, ...told, ...sets[0] },
    rows: sql`select line from pg_temp.incoming_line`,
  })
  const { rows } = await sql<{ id: string }>`
    select household_id as id from pg_temp.incoming_outcome where outcome = 'changed' order by 1`.execute(tx)
  const changed = rows.map(({ id }) => id)
  await appendEvent(tx, {
    type: 'households_declared',
    key: country,
    payload: { country, source, import: importId ?? null, registered: told.registered, changed },
  })
}
