-- Who sees which rows. The application tells each transaction for whom it acts (settings socle.*, see #db transaction);
-- the policies below compare a row's territory with them. Range comparisons in byte order, on expressions that PostgreSQL
-- can evaluate while planning: an index on the territory serves them, and its statistics are believed.

comment on schema security is 'Staff territories, row-level security policies and the audit.';

create function security.territory_low() returns text
language sql stable parallel safe
as $$ select current_setting('socle.territory_low', true) $$;
comment on function security.territory_low() is 'Lower end of the range that holds every territory granted to the actor; null outside a transaction with an actor.';

create function security.territory_high() returns text
language sql stable parallel safe
as $$ select current_setting('socle.territory_high', true) $$;
comment on function security.territory_high() is 'Upper end, excluded, of that range. An actor with no grant has an empty range.';

create function security.is_granted(code text) returns boolean
language sql stable parallel safe
as $$
  select case coalesce(current_setting('socle.territory_pattern', true), '')
    when '' then true
    else code ~ current_setting('socle.territory_pattern', true)
  end
$$;
comment on function security.is_granted(text) is 'For a row inside the range of an actor with several grants: is it under one of them? With a single grant the range is exact and nothing is compared.';

create function security.protect(protected regclass, territory_column name default 'territory') returns void
language plpgsql
as $$
declare
  code text := format('%I collate "C"', territory_column);
begin
  execute format('alter table %s enable row level security', protected);
  execute format(
    'create policy territory on %s to socle_app using (%2$s >= security.territory_low() and %2$s < security.territory_high() and security.is_granted(%3$I))',
    protected, code, territory_column);
  execute format('create policy worker on %s to socle_worker using (true)', protected);
end
$$;
comment on function security.protect(regclass, name) is 'Turns on row-level security: the application sees and writes only rows of the actor''s territories, the worker all. One line in a migration: select security.protect(''households.household'').';

create function security.protect_through(protected regclass, key_column name, parent regclass, parent_key name default 'id') returns void
language plpgsql
as $$
begin
  execute format('alter table %s enable row level security', protected);
  execute format(
    'create policy territory on %s to socle_app using (exists (select from %s as parent where parent.%I = %I))',
    protected, parent, parent_key, key_column);
  execute format('create policy worker on %s to socle_worker using (true)', protected);
end
$$;
comment on function security.protect_through(regclass, name, regclass, name) is 'The same for a table without territory: a row is seen by whoever sees its parent, itself protected.';

revoke execute on function security.protect(regclass, name), security.protect_through(regclass, name, regclass, name) from public;
