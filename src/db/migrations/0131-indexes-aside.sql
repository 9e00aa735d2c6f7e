-- A table that is filled from nothing is filled faster without its indexes: each is built once, at the end. What is aside is
-- written down in the transaction that takes it away, so that nothing is lost where the filling is killed.

create table db.index_aside (
  name text primary key,
  definition text not null,
  since timestamptz not null default clock_timestamp()
);
comment on table db.index_aside is 'Indexes that are away while empty tables are filled, to be built again.';
comment on column db.index_aside.name is 'Schema and name of the index.';
comment on column db.index_aside.definition is 'How it is built again (pg_get_indexdef).';
comment on column db.index_aside.since is 'Since when it is away.';
grant select on db.index_aside to socle_worker;

create function db.put_indexes_aside(variadic tables regclass[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  one record;
begin
  -- What holds a rule stays (unique, constraints), and what costs nothing to keep (BRIN).
  for one in
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am a on a.oid = x.relam
    where i.indrelid = any (tables) and not i.indisunique and a.amname <> 'brin'
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
      and obj_description(i.indexrelid, 'pg_class') is null
  loop
    insert into db.index_aside (name, definition) values (one.name, one.definition)
    on conflict (name) do update set definition = excluded.definition, since = excluded.since;
    execute 'drop index ' || one.name;
  end loop;
end
$$;
comment on function db.put_indexes_aside(regclass[]) is 'For functions of the modules that own the tables: takes away what only makes reading fast, until db.bring_index_back.';
revoke execute on function db.put_indexes_aside(regclass[]) from public;

create function db.bring_index_back() returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set max_parallel_maintenance_workers = 0
as $$
declare
  one db.index_aside;
begin
  -- The longest to build first; another call builds another meanwhile, which is why each is built by one process.
  delete from db.index_aside where name = (
    select name from db.index_aside order by definition like '%USING gin%' desc, name limit 1 for update skip locked)
  returning * into one;
  if one.name is not null and to_regclass(one.name) is null then
    execute one.definition;
  end if;
  return one.name;
end
$$;
comment on function db.bring_index_back() is 'Builds one index that is aside, and names it; null where none is left to build.';
revoke execute on function db.bring_index_back() from public;
grant execute on function db.bring_index_back() to socle_worker;
