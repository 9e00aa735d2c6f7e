// The whole schema as one readable text, so that a migration shows its effect in a diff. From the catalogue: the
// PostgreSQL that comes with npm has no pg_dump.
import type { Database } from './database.ts'
import { poolOf } from './database.ts'
import { MODULES } from './migration-files.ts'

type Line = { schema: string; name: string; text: string }

/** Everything in the modules' schemas, the same text whatever the order in which it was made. */
export async function describeSchema(owner: Database): Promise<string> {
  const client = await poolOf(owner).connect()
  try {
    await client.query('begin read only')
    // With nothing on the path every name is printed with its schema.
    await client.query(`set local search_path = ''`)
    const lists: Line[][] = []
    for (const sql of STATEMENTS) lists.push((await client.query<Line>(sql, [MODULES])).rows.sort(byName))
    await client.query('commit')
    return render(lists.flat())
  } finally {
    client.release()
  }
}

function render(lines: readonly Line[]): string {
  const parts = ['-- The schema, module by module. Written by npm run schema from the migrations: not edited by hand.']
  for (const module of MODULES) {
    const own = lines.filter(line => line.schema === module)
    if (own.length === 0) continue
    parts.push(`-- ${module} ${'-'.repeat(116 - module.length)}`, ...own.map(line => line.text))
  }
  return `${parts.join('\n\n')}\n`
}

// In JavaScript's own order, which does not depend on the server's collation.
function byName(one: Line, other: Line): number {
  const [a, b] = [`${one.name} ${one.text}`, `${other.name} ${other.text}`]
  return a < b ? -1 : a > b ? 1 : 0
}

const SCHEMAS = `
select nspname as schema, '' as name,
  format('comment on schema %I is %L;', nspname, obj_description(oid, 'pg_namespace')) as text
from pg_catalog.pg_namespace where nspname = any ($1) and obj_description(oid, 'pg_namespace') is not null`

const TYPES = `
select n.nspname as schema, t.typname as name,
  case t.typtype
    when 'e' then format('create type %I.%I as enum (%s);', n.nspname, t.typname,
      (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_catalog.pg_enum where enumtypid = t.oid))
    when 'd' then concat(format('create domain %I.%I as %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod)),
      (select string_agg(' ' || pg_get_constraintdef(c.oid), '' order by c.conname) from pg_catalog.pg_constraint c where c.contypid = t.oid), ';')
    else format('create type %I.%I as range (subtype = %s);', n.nspname, t.typname,
      (select format_type(rngsubtype, null) from pg_catalog.pg_range where rngtypid = t.oid))
  end || coalesce(format(E'\\ncomment on type %I.%I is %L;', n.nspname, t.typname, obj_description(t.oid, 'pg_type')), '') as text
from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where n.nspname = any ($1) and t.typtype in ('e', 'd', 'r')`

const FUNCTIONS = `
select n.nspname as schema, p.proname as name,
  concat(rtrim(pg_get_functiondef(p.oid), E'\\n'), ';',
    format(E'\\ncomment on function %s is %L;', p.oid::regprocedure, obj_description(p.oid, 'pg_proc')),
    (select string_agg(format(E'\\n-- execute: %s', coalesce(nullif(a.grantee, 0)::regrole::text, 'public')), ''
       order by coalesce(nullif(a.grantee, 0)::regrole::text, 'public') collate "C")
     from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee <> p.proowner)) as text
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname = any ($1) and p.prokind in ('f', 'p')
  and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')`

// A table in one piece: columns, constraints, indexes, triggers, policies, rights, comments.
const RELATIONS = `
with relation as (
  select c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relowner, c.relacl, c.relpartbound, c.relispartition,
    n.nspname, format('%I.%I', n.nspname, c.relname) as full_name
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm')
)
select r.nspname as schema, r.relname as name, concat(
  case
    when r.relkind = 'v' then format(E'create view %s%s as\\n%s', r.full_name,
      (select format(' with (%s)', array_to_string(reloptions, ', ')) from pg_catalog.pg_class where oid = r.oid and reloptions is not null),
      pg_get_viewdef(r.oid))
    when r.relkind = 'm' then format(E'create materialized view %s as\\n%s', r.full_name, pg_get_viewdef(r.oid))
    when r.relispartition then format('create table %s partition of %s %s;', r.full_name,
      (select inhparent::regclass from pg_catalog.pg_inherits where inhrelid = r.oid), pg_get_expr(r.relpartbound, r.oid))
    else format(E'create table %s (\\n%s\\n)%s;', r.full_name, concat_ws(E',\\n',
      (select string_agg(concat('  ', quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
          (select format(' collate %I', l.collname) from pg_catalog.pg_collation l join pg_catalog.pg_type t on t.oid = a.atttypid
           where l.oid = a.attcollation and a.attcollation <> t.typcollation),
          case a.attidentity when 'a' then ' generated always as identity' when 'd' then ' generated by default as identity' end,
          case a.attgenerated when 's' then format(' generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid))
            when 'v' then format(' generated always as (%s)', pg_get_expr(d.adbin, d.adrelid))
            else ' default ' || pg_get_expr(d.adbin, d.adrelid) end,
          case when a.attnotnull then ' not null' end), E',\\n' order by a.attnum)
       from pg_catalog.pg_attribute a left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
       where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped),
      (select string_agg(format('  constraint %I %s', conname, pg_get_constraintdef(oid)), E',\\n' order by contype, conname collate "C")
       from pg_catalog.pg_constraint where conrelid = r.oid and contype in ('p', 'u', 'f', 'c', 'x'))),
      case when r.relkind = 'p' then ' partition by ' || pg_get_partkeydef(r.oid) end)
  end,
  (select string_agg(E'\\n' || pg_get_indexdef(i.indexrelid) || ';', '' order by i.indexrelid::regclass::text collate "C")
   from pg_catalog.pg_index i
   where i.indrelid = r.oid and not exists (select from pg_catalog.pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))),
  (select string_agg(E'\\n' || pg_get_triggerdef(t.oid) || ';', '' order by t.tgname collate "C")
   from pg_catalog.pg_trigger t where t.tgrelid = r.oid and not t.tgisinternal),
  case when r.relrowsecurity then format(E'\\nalter table %s enable row level security;', r.full_name) end,
  case when r.relforcerowsecurity then format(E'\\nalter table %s force row level security;', r.full_name) end,
  (select string_agg(concat(format(E'\\ncreate policy %I on %s as %s for %s to %s', p.policyname, r.full_name,
      lower(p.permissive), lower(p.cmd), array_to_string(p.roles, ', ')),
      ' using (' || p.qual || ')', ' with check (' || p.with_check || ')', ';'), '' order by p.policyname collate "C")
   from pg_catalog.pg_policies p where p.schemaname = r.nspname and p.tablename = r.relname),
  (select string_agg(format(E'\\ngrant %s on %s to %s;', rights, r.full_name, grantee), '' order by grantee collate "C")
   from (select coalesce(nullif(a.grantee, 0)::regrole::text, 'public') as grantee,
           string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) as rights
         from aclexplode(r.relacl) a where a.grantee <> r.relowner group by 1) as granted),
  (select string_agg(format(E'\\ngrant %s (%s) on %s to %s;', rights, columns, r.full_name, grantee), '' order by grantee collate "C", rights)
   from (select grantee, rights, string_agg(attname, ', ' order by attnum) as columns
         from (select coalesce(nullif(a.grantee, 0)::regrole::text, 'public') as grantee, t.attname::text, t.attnum,
                 string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) as rights
               from pg_catalog.pg_attribute t, aclexplode(t.attacl) a where t.attrelid = r.oid group by 1, 2, 3) as by_column
         group by 1, 2) as granted),
  format(E'\\ncomment on %s %s is %L;', case r.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
    r.full_name, obj_description(r.oid, 'pg_class')),
  (select string_agg(format(E'\\ncomment on column %s.%I is %L;', r.full_name, a.attname, col_description(r.oid, a.attnum)), '' order by a.attnum)
   from pg_catalog.pg_attribute a
   where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and col_description(r.oid, a.attnum) is not null)
) as text
from relation r`

const STATEMENTS = [SCHEMAS, TYPES, FUNCTIONS, RELATIONS]

/** Tables, their columns, and views that carry no comment: 'households.member.born'. A view's columns are its tables'. */
export async function uncommented(owner: Database): Promise<string[]> {
  const { rows } = await poolOf(owner).query<{ name: string }>(
    `select concat_ws('.', n.nspname, c.relname, a.attname) as name
     from pg_catalog.pg_class c
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p')
     where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
       and (obj_description(c.oid, 'pg_class') is null or (a.attname is not null and col_description(c.oid, a.attnum) is null))
     order by 1`,
    [MODULES],
  )
  return rows.map(row => row.name)
}
