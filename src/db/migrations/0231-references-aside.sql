-- References too are checked row by row, which is a tenth of filling a register. While an empty one is filled they are aside, as
-- indexes are: what each statement writes is checked as one set, and nothing that is referred to leaves. Each comes back as it was,
-- and PostgreSQL goes through all that was written.

create table db.reference_aside (
  name text primary key,
  child text not null,
  parent text not null,
  definition text not null,
  since timestamptz not null default clock_timestamp()
);
comment on table db.reference_aside is 'References (foreign keys) that are away while empty tables are filled, to be made again. Meanwhile db.check_references and db.keep_referenced hold them.';
comment on column db.reference_aside.name is 'Schema and table, a blank, and the name of the constraint.';
comment on column db.reference_aside.child is 'Schema and name of the table that refers.';
comment on column db.reference_aside.parent is 'Schema and name of the table referred to.';
comment on column db.reference_aside.definition is 'How it is made again (pg_get_constraintdef).';
comment on column db.reference_aside.since is 'Since when it is away.';
grant select on db.reference_aside to socle_worker;

create function db.put_references_aside(variadic tables regclass[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  one record;
begin
  for one in
    select format('%s %I', c.conrelid::regclass, c.conname) as name, c.conrelid::regclass::text as child,
      c.confrelid::regclass::text as parent, quote_ident(c.conname) as said, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c
    where c.conrelid = any (tables) and c.contype = 'f' and c.convalidated
  loop
    -- Only where both ends are watched meanwhile.
    if (
      select count(*) from (
        select from pg_trigger where tgrelid = one.child::regclass and tgfoid = 'db.check_references()'::regprocedure and tgenabled <> 'D'
        union all
        select from pg_trigger where tgrelid = one.parent::regclass and tgfoid = 'db.keep_referenced()'::regprocedure and tgenabled <> 'D'
      ) as watched) < 3 then
      raise exception 'the reference % is not watched by triggers', one.name;
    end if;
    insert into db.reference_aside (name, child, parent, definition) values (one.name, one.child, one.parent, one.definition)
    on conflict (name) do update set definition = excluded.definition, since = excluded.since;
    execute format('alter table %s drop constraint %s', one.child, one.said);
  end loop;
end
$$;
comment on function db.put_references_aside(regclass[]) is 'For functions of the modules that own the tables: takes away the references of tables that have check_references, to tables that have keep_referenced, until db.bring_reference_back.';
revoke execute on function db.put_references_aside(regclass[]) from public;

create function db.bring_reference_back() returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  one db.reference_aside;
begin
  delete from db.reference_aside where name = (select name from db.reference_aside order by name limit 1 for update)
  returning * into one;
  -- In a register that was restored from a backup nothing is away.
  if one.name is not null and not exists (
    select from pg_constraint c where c.contype = 'f' and format('%s %I', c.conrelid::regclass, c.conname) = one.name
  ) then
    -- Writers come by the table referred to: whoever waits for them waits in the same order.
    execute format('lock table %s, %s in share row exclusive mode', one.parent, one.child);
    execute format('alter table %s add constraint %s %s', one.child, substr(one.name, length(one.child) + 2), one.definition);
  end if;
  return one.name;
end
$$;
comment on function db.bring_reference_back() is 'Makes one reference that is aside, going through all that refers, and names it; null where none is left.';
revoke execute on function db.bring_reference_back() from public;
grant execute on function db.bring_reference_back() to socle_worker;

-- Each row is looked up by the key it refers to: a planner without figures of a table being filled would read it whole.
create function db.check_references() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  at integer;
  orphan text;
begin
  if not exists (select from db.reference_aside where child = tg_relid::regclass::text) then
    return null;
  end if;
  for at in 0 .. tg_nargs - 1 by 3 loop
    execute format('select a.%1$I::text from added a where a.%1$I is not null
      and not exists (select from %2$s p where p.%3$I = a.%1$I) limit 1', tg_argv[at], tg_argv[at + 1], tg_argv[at + 2])
    into orphan;
    if orphan is not null then
      raise foreign_key_violation using message = format('%s: %s %s is not in %s', tg_relid::regclass, tg_argv[at], orphan, tg_argv[at + 1]);
    end if;
  end loop;
  return null;
end
$$;
comment on function db.check_references() is 'Statement trigger with the rows written as `added`, arguments by three: column, table referred to, its column. While references of the table are aside, every row refers to one that there is.';
revoke execute on function db.check_references() from public;

create function db.keep_referenced() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from db.reference_aside where parent = tg_relid::regclass::text) then
    raise object_in_use using message = format('%s is being filled: until then nothing leaves it', tg_relid::regclass);
  end if;
  return null;
end
$$;
comment on function db.keep_referenced() is 'Statement trigger before rows leave or change their key: refused while references to the table are aside.';
revoke execute on function db.keep_referenced() from public;
