// What of a database a backup holds, asked of its catalogue: every table and sequence of the modules and of the queues.
import type pg from 'pg'
import { JOBS_SCHEMA } from '../jobs-schema.ts'
import { MODULES } from '../migration-files.ts'
import type { BackupTable } from './format.ts'

export const SCHEMAS: readonly string[] = [...MODULES, JOBS_SCHEMA]

/** Migrations are applied by the restore, not copied: the journal is theirs. */
const JOURNAL = 'db.migration'

/**
 * Tables with their columns that hold something of their own; those below a partitioned table one by one. The queues'
 * statistics are left out: pg-boss keeps a table a day of them, and another database has other days.
 */
export async function listTables(client: pg.ClientBase): Promise<BackupTable[]> {
  const { rows } = await client.query<BackupTable>(
    `select n.nspname as schema, c.relname as name,
       (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any ($1) and c.relkind = 'r' and n.nspname || '.' || c.relname <> $2
       and not exists (select from pg_inherits i where i.inhrelid = c.oid and i.inhparent = to_regclass('jobs.queue_stats'))
     order by n.nspname collate "C", c.relname collate "C"`,
    [SCHEMAS, JOURNAL],
  )
  return rows
}

export type SequenceState = { name: string; value: string; called: boolean }

/** Sequences do not follow snapshots: read after the tables, each is past every number that those hold. */
export async function readSequences(client: pg.ClientBase): Promise<SequenceState[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any ($1) and c.relkind = 'S' order by 1`,
    [SCHEMAS],
  )
  const states: SequenceState[] = []
  for (const { name } of rows) {
    const state = await client.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from ${name}`,
    )
    states.push({ name, ...state.rows[0]! })
  }
  return states
}

/** `"payments"."transfer" ("id", "kind")`, for COPY in both directions. */
export function copyTarget(quote: (name: string) => string, table: BackupTable): string {
  const columns = table.columns.map(column => quote(column.name)).join(', ')
  return `${quote(table.schema)}.${quote(table.name)} (${columns})`
}

/** One way of writing every value, whatever the server's own settings; and policies that would hide rows are an error. */
export const SESSION = `
  set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
  set local extra_float_digits = 3; set local bytea_output = 'hex'; set local row_security = off;
  set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0;
  set local synchronize_seqscans = off; set local search_path = ''; set local client_encoding = 'UTF8'`
