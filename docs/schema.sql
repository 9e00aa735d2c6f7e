-- The schema, module by module. Written by npm run schema from the migrations: not edited by hand.

-- db ------------------------------------------------------------------------------------------------------------------

create table db.migration (
  module text not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint migration_pkey PRIMARY KEY (module, name)
);
comment on table db.migration is 'Migrations applied to this database, by module.';
comment on column db.migration.module is 'Module whose folder holds the file.';
comment on column db.migration.name is 'File name without .sql.';
comment on column db.migration.checksum is 'SHA-256 of the text as applied; another text under the same name is refused.';
comment on column db.migration.applied_at is 'When it was applied.';

-- security ------------------------------------------------------------------------------------------------------------

comment on schema security is 'Staff territories, row-level security policies and the audit.';

CREATE OR REPLACE FUNCTION security.is_granted(code text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select case coalesce(current_setting('socle.territory_pattern', true), '')
    when '' then true
    else code ~ current_setting('socle.territory_pattern', true)
  end
$function$;
comment on function security.is_granted(text) is 'For a row inside the range of an actor with several grants: is it under one of them? With a single grant the range is exact and nothing is compared.';
-- execute: public

CREATE OR REPLACE FUNCTION security.protect(protected regclass, territory_column name DEFAULT 'territory'::name)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  code text := format('%I collate "C"', territory_column);
begin
  execute format('alter table %s enable row level security', protected);
  execute format(
    'create policy territory on %s to socle_app using (%2$s >= security.territory_low() and %2$s < security.territory_high() and security.is_granted(%3$I))',
    protected, code, territory_column);
  execute format('create policy worker on %s to socle_worker using (true)', protected);
end
$function$;
comment on function security.protect(regclass,name) is 'Turns on row-level security: the application sees and writes only rows of the actor''s territories, the worker all. One line in a migration: select security.protect(''households.household'').';

CREATE OR REPLACE FUNCTION security.protect_through(protected regclass, key_column name, parent regclass, parent_key name DEFAULT 'id'::name)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', protected);
  execute format(
    'create policy territory on %s to socle_app using (exists (select from %s as parent where parent.%I = %I))',
    protected, parent, parent_key, key_column);
  execute format('create policy worker on %s to socle_worker using (true)', protected);
end
$function$;
comment on function security.protect_through(regclass,name,regclass,name) is 'The same for a table without territory: a row is seen by whoever sees its parent, itself protected.';

CREATE OR REPLACE FUNCTION security.territory_high()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select current_setting('socle.territory_high', true) $function$;
comment on function security.territory_high() is 'Upper end, excluded, of that range. An actor with no grant has an empty range.';
-- execute: public

CREATE OR REPLACE FUNCTION security.territory_low()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select current_setting('socle.territory_low', true) $function$;
comment on function security.territory_low() is 'Lower end of the range that holds every territory granted to the actor; null outside a transaction with an actor.';
-- execute: public
