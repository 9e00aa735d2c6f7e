-- Territory codes are those of one country: 07 is a region of Morocco and a state of Mexico. An installation says once
-- which country its staff serve. Registers of others may stand beside it, for whoever runs commands; staff do not see them.

create table security.installation (
  single boolean primary key default true check (single),
  country text not null check (country ~ '^[a-z]{2}$'),
  said_at timestamptz not null default clock_timestamp()
);
comment on table security.installation is 'What the installation is: one row, written once.';
comment on column security.installation.single is 'There is one row.';
comment on column security.installation.country is 'The country whose territories the grants of staff name: a folder of packs/.';
comment on column security.installation.said_at is 'When it was said.';
grant select, insert on security.installation to socle_app, socle_worker;
select security.append_only('security.installation');

create function security.home_country() returns text
language sql stable parallel safe
as $$ select country from security.installation $$;
comment on function security.home_country() is 'The country whose staff work here; null until it was said, which every command does.';

create function security.serves(country text) returns boolean
language sql stable parallel safe
as $$ select session_user = 'socle_worker' or coalesce(security.home_country() = country, true) $$;
comment on function security.serves(text) is 'May the actor see rows of this country at all?';

create function security.protect_country(protected regclass, country text default 'country') returns void
language plpgsql
as $$
begin
  execute format(
    'create policy country on %s as restrictive to socle_app using ((select security.home_country()) is null or %s = (select security.home_country()))',
    protected, country);
end
$$;
comment on function security.protect_country(regclass, text) is 'For a protected table whose rows belong to a country: staff see those of the installation''s alone. The second argument is an expression over its columns.';
revoke execute on function security.protect_country(regclass, text) from public;
