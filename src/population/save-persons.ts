import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '#db'
import { digestOfIncoming } from './duplicates/registered-person.ts'
import { learnIncomingNames } from './names/learn-names.ts'
import { sealIncomingPhones } from './phones.ts'

/** Where the states of persons come from, and who records them. */
export type PersonSource = {
  readonly country: string
  readonly source: string
  readonly modelled: boolean
  readonly recordedBy: string
  /** True where `keys` stand in `pg_temp.incoming_person`, and whoever sends them compares the persons afterwards. */
  readonly keyed?: boolean
}

/**
 * The doorstep of {@link savePersons}: a table of this connection alone, empty again when the transaction ends. Fill
 * `pg_temp.incoming_person` by COPY or INSERT … SELECT; row-level security does not allow COPY into the register itself.
 * `keys`, `place_key` (`keysButPlace`) and `place` (`placeNumber`) stand there where {@link PersonSource} says `keyed`;
 * the keys of others are made later.
 */
export async function openIncomingPersons(tx: Transaction): Promise<void> {
  await sql`create temporary table if not exists incoming_person (
    id uuid not null,
    territory text not null,
    given_name text,
    family_name text,
    given_name_ar text,
    family_name_ar text,
    name_key text not null,
    sex text,
    birth_date date,
    birth_precision text,
    phone text,
    phone_sealed bytea,
    phone_index bytea,
    keys integer[],
    place_key integer,
    place integer,
    is_known boolean not null default false
  ) on commit delete rows`.execute(tx)
}

/**
 * Brings every person of `pg_temp.incoming_person` into the register: one that is new is added, one that is known gets the
 * new state (the old one is kept), one whose state is the same is left alone. Telephones are sealed on the way.
 */
export async function savePersons(tx: Transaction, from: PersonSource): Promise<void> {
  await sealIncomingPhones(tx)
  await learnIncomingNames(tx)
  await (from.keyed ? saveWithKeys(tx, from) : keepStates(from).execute(tx))
}

const COLUMNS = sql`id, country, territory, given_name, family_name, given_name_ar, family_name_ar, name_key, sex, birth_date,
  birth_precision, phone_sealed, phone_index, source, modelled, recorded_by`
const states = (from: PersonSource): RawBuilder<unknown> => sql`
  select id, ${from.country}, territory, given_name, family_name, given_name_ar, family_name_ar, name_key, sex, birth_date,
    birth_precision, phone_sealed, phone_index, ${from.source}, ${from.modelled}, ${from.recordedBy}
  from pg_temp.incoming_person`

const keepStates = (from: PersonSource, only = sql``): RawBuilder<unknown> => sql`
  insert into population.person as known (${COLUMNS})
  ${states(from)} ${only}
  order by id
  on conflict (id) do update set
    territory = excluded.territory,
    given_name = excluded.given_name,
    family_name = excluded.family_name,
    given_name_ar = excluded.given_name_ar,
    family_name_ar = excluded.family_name_ar,
    name_key = excluded.name_key,
    sex = excluded.sex,
    birth_date = excluded.birth_date,
    birth_precision = excluded.birth_precision,
    phone = null,
    phone_sealed = excluded.phone_sealed,
    phone_index = excluded.phone_index,
    source = excluded.source,
    evidence = null,
    recorded_at = excluded.recorded_at,
    recorded_by = excluded.recorded_by
  where (known.territory, known.given_name, known.family_name, known.given_name_ar, known.family_name_ar, known.sex,
      known.birth_date, known.birth_precision, known.phone, known.phone_sealed)
    is distinct from (excluded.territory, excluded.given_name, excluded.family_name, excluded.given_name_ar,
      excluded.family_name_ar, excluded.sex, excluded.birth_date, excluded.birth_precision, null, excluded.phone_sealed)`

const keysOf = (from: PersonSource, recordedAt: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select incoming.id, ${from.country}, incoming.territory,
    array_append(keys, place_key # place), ${digestOfIncoming}, ${recordedAt}
  from pg_temp.incoming_person as incoming`
const KEYS = sql`insert into population.match_key as known (person, country, territory, keys, digest, recorded_at)`

/** The keys of the states recorded, with them. Who is new, which is nearly everybody, is added without asking row by row. As worker. */
async function saveWithKeys(tx: Transaction, from: PersonSource): Promise<void> {
  const { numAffectedRows: known } = await sql`
    update pg_temp.incoming_person as incoming set is_known = true
    where exists (select from population.person where person.id = incoming.id offset 0)`.execute(tx)
  if (known) {
    await sql`
      with saved as (${keepStates(from, sql`where is_known`)} returning id, recorded_at)
      ${KEYS}
      ${keysOf(from, sql`saved.recorded_at`)} join saved using (id)
      order by incoming.id
      on conflict (person) do update set country = excluded.country, territory = excluded.territory, keys = excluded.keys,
        digest = excluded.digest, recorded_at = excluded.recorded_at`.execute(tx)
  }
  await sql`insert into population.person (${COLUMNS}) ${states(from)} where not is_known order by id`.execute(tx)
  // A state bears the moment at which the transaction began.
  await sql`${KEYS} ${keysOf(from, sql`now()`)} where not is_known order by id`.execute(tx)
}
