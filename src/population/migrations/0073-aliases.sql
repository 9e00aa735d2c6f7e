-- What a person may give in place of the unique number: an alias, for a time or until it is revoked; and what a partner or a
-- programme knows the person by, its own token, which says nothing to another.

create table population.person_alias (
  country text not null check (country ~ '^[a-z]{2}$'),
  alias text not null check (alias ~ '^[0-9]{16}$'),
  person_id uuid references population.person,
  issued_at timestamptz default now(),
  issued_by text default security.actor(),
  expires_at timestamptz check (expires_at > issued_at),
  revoked_at timestamptz,
  revoked_by text,
  reason text,
  spent boolean not null default false,
  primary key (country, alias),
  check (spent = (num_nonnulls(person_id, issued_at, issued_by) = 0)),
  check (spent or num_nonnulls(person_id, issued_at, issued_by) = 3),
  check (num_nonnulls(revoked_at, revoked_by, reason) in (0, 3))
);
comment on table population.person_alias is 'Aliases of unique numbers: those that hold, those that ended. A row is never deleted and never given to another person.';
comment on column population.person_alias.country is 'Country whose aliases these are, such as ma.';
comment on column population.person_alias.alias is 'Sixteen digits that say nothing of the person; the last one checks the others.';
comment on column population.person_alias.person_id is 'For whom it stands (population.person); null once the person was erased.';
comment on column population.person_alias.issued_at is 'When it was given.';
comment on column population.person_alias.issued_by is 'By whom, as the audit names actors.';
comment on column population.person_alias.expires_at is 'From when it holds no more; null until it is revoked.';
comment on column population.person_alias.revoked_at is 'When it was revoked.';
comment on column population.person_alias.revoked_by is 'By whom.';
comment on column population.person_alias.reason is 'Why.';
comment on column population.person_alias.spent is 'True where the person has left the register for good: it is nobody''s, and never drawn again.';
create index person_alias_person on population.person_alias (person_id);
select security.protect_through('population.person_alias', 'person_id', 'population.person');
grant select, insert (country, alias, person_id, expires_at) on population.person_alias to socle_app, socle_worker;
grant update (revoked_at, revoked_by, reason) on population.person_alias to socle_app, socle_worker;

create function population.keep_alias() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'An alias is never deleted: it would be drawn again.' using errcode = 'restrict_violation';
  end if;
  if security.is_rewriting(tg_relid) then
    return new;
  end if;
  if old.revoked_at is not null
    or to_jsonb(old) - '{revoked_at,revoked_by,reason}'::text[] is distinct from to_jsonb(new) - '{revoked_at,revoked_by,reason}'::text[] then
    raise exception 'An alias that was given is only ever revoked.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
comment on function population.keep_alias() is 'Trigger: an alias is given, then perhaps revoked, and nothing else.';
create trigger keep_alias before update or delete on population.person_alias
  for each row execute function population.keep_alias();

create table population.person_token (
  audience text not null check (audience ~ '^(partner|programme):[^\s]+$'),
  token_hash bytea not null check (octet_length(token_hash) = 32),
  person_id uuid not null references population.person on delete cascade,
  told_at timestamptz not null default now(),
  primary key (audience, token_hash)
);
comment on table population.person_token is 'Which tokens were told to whom, to find the person when one comes back. The tokens themselves are not here: without the key outside the database nobody makes one.';
comment on column population.person_token.audience is 'Who knows the person by it: partner:name or programme:id.';
comment on column population.person_token.token_hash is 'SHA-256 of the token.';
comment on column population.person_token.person_id is 'Whom it names (population.person).';
comment on column population.person_token.told_at is 'When it was first told.';
create index person_token_person on population.person_token (person_id);
select security.protect_through('population.person_token', 'person_id', 'population.person');
grant select, insert on population.person_token to socle_app, socle_worker;

create or replace function population.erase_persons(ids uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform security.open_rewriting('population.person', 'population.person_past', 'population.unique_number',
    'population.person_document', 'population.person_alias');
  update population.unique_number
    set person_id = null, issued_at = null, issued_by = null, withdrawn_at = null, withdrawn_by = null, reason = null, spent = true
    where person_id = any (ids);
  update population.person_alias
    set person_id = null, issued_at = null, issued_by = null, expires_at = null, revoked_at = null, revoked_by = null, reason = null,
      spent = true
    where person_id = any (ids);
  delete from population.person_document where person_id = any (ids);
  update population.person set father_id = null where father_id = any (ids);
  update population.person set mother_id = null where mother_id = any (ids);
  update population.person_past set father_id = null where father_id = any (ids);
  update population.person_past set mother_id = null where mother_id = any (ids);
  delete from population.person_past where id = any (ids);
  delete from population.person where id = any (ids);
  perform security.close_rewriting();
end
$$;
