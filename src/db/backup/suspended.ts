// Guards and indexes, put aside while tables are filled with rows that passed them once already, and put back as they
// were. The owner of the tables may do all of this; the setting that replication uses for it is a superuser's.
import type pg from 'pg'
import { SCHEMAS } from './catalogue.ts'

type Put = { readonly aside: string; readonly back: string }

/** Foreign keys and plain indexes are dropped and made again from their own definition; triggers are switched off and on. */
export async function suspendGuards(client: pg.ClientBase): Promise<() => Promise<void>> {
  const puts = [...(await all(client, FOREIGN_KEYS)), ...(await all(client, INDEXES)), ...(await all(client, TRIGGERS))]
  for (const { aside } of puts) await client.query(aside)
  return async () => {
    // Keys need the unique indexes, which stayed; triggers come back last, when nothing is written any more.
    for (const { back } of [...puts].sort((one, other) => rank(one) - rank(other))) await client.query(back)
  }
}

/** Empties every table but the journal of migrations. */
export async function emptyTables(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any ($1) and c.relkind in ('r', 'p') and c.oid <> 'db.migration'::regclass`,
    [SCHEMAS],
  )
  await client.query(`truncate ${rows.map(row => row.name).join(', ')}`)
}

async function all(client: pg.ClientBase, query: string): Promise<Put[]> {
  return (await client.query<Put>(query, [SCHEMAS])).rows
}

function rank({ aside }: Put): number {
  return aside.startsWith('drop index') ? 0 : aside.includes('drop constraint') ? 1 : 2
}

const FOREIGN_KEYS = `
select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as aside,
  format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as back
from pg_constraint c join pg_namespace n on n.oid = c.connamespace
where n.nspname = any ($1) and c.contype = 'f' and c.conparentid = 0
order by 1`

// An index of a constraint, or of a partitioned table, stays; so does one whose comment would be lost.
const INDEXES = `
select format('drop index %s', i.indexrelid::regclass) as aside, pg_get_indexdef(i.indexrelid) as back
from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = t.relnamespace
where n.nspname = any ($1) and t.relkind = 'r' and not x.relispartition and not i.indisunique
  and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
  and obj_description(i.indexrelid, 'pg_class') is null
order by 1`

const TRIGGERS = `
select format('alter table %s disable trigger %I', g.tgrelid::regclass, g.tgname) as aside,
  format('alter table %s %s trigger %I', g.tgrelid::regclass,
    case g.tgenabled when 'A' then 'enable always' when 'R' then 'enable replica' when 'D' then 'disable' else 'enable' end,
    g.tgname) as back
from pg_trigger g join pg_class t on t.oid = g.tgrelid join pg_namespace n on n.oid = t.relnamespace
where n.nspname = any ($1) and not g.tgisinternal and g.tgparentid = 0
order by 1`
