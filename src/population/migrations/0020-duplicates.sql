-- Duplicates: which persons of the register may be one, what was decided of them, and which stand for which. No state of a
-- person is ever changed by it: a merge is a row beside the two, so both keep their histories and undoing it is exact.

create table population.match_key (
  person uuid primary key references population.person on delete cascade,
  country text not null,
  territory text collate "C" not null,
  keys integer[] not null,
  digest bytea not null check (octet_length(digest) = 16),
  recorded_at timestamptz not null
);
comment on table population.match_key is 'What persons are found by when somebody like them is registered. Made again from population.person when that has changed.';
comment on column population.match_key.person is 'Person.';
comment on column population.match_key.country is 'Country of the person.';
comment on column population.match_key.territory is 'Where the person lives, as in population.person.';
comment on column population.match_key.keys is 'Numbers of the keys: two persons who share one are compared (src/population/duplicates/match-keys.ts).';
comment on column population.match_key.digest is 'First 16 bytes of the SHA-256 of all that is compared: it changes when any of it does.';
comment on column population.match_key.recorded_at is 'The state of the person that this was made from.';
create index match_key_keys on population.match_key using gin (keys);
create index match_key_territory on population.match_key (territory);
select security.protect('population.match_key');
select security.protect_country('population.match_key');
grant select on population.match_key to socle_app;
grant select, insert, update on population.match_key to socle_worker;

create function population.match_candidates(of_country text, wanted integer[], most integer) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not security.serves(of_country) then
    return;
  end if;
  return query execute format(
    'select k.person from population.match_key k where k.keys && $1 and k.country = $2 and %s limit $3',
    security.territory_condition('k.territory')) using wanted, of_country, most;
end
$$;
comment on function population.match_candidates(text, integer[], integer) is 'Reviewed: persons of the actor''s territories who share a key, for comparing. The index of keys serves it, which under the policies it could not.';
revoke execute on function population.match_candidates(text, integer[], integer) from public;
grant execute on function population.match_candidates(text, integer[], integer) to socle_app, socle_worker;

create table population.match_model (
  version text primary key check (version ~ '^[0-9a-f]{16}$'),
  country text not null check (country ~ '^[a-z]{2}$'),
  model jsonb not null,
  persons integer not null,
  learnt_at timestamptz not null default now()
);
comment on table population.match_model is 'Models learnt from the register, with their weights: no person can be told from them. Append-only.';
comment on column population.match_model.version is 'First signs of the SHA-256 of all that weighs.';
comment on column population.match_model.country is 'Country whose register it was learnt from.';
comment on column population.match_model.model is 'Levels, m, u and bits by column, as socle match writes them.';
comment on column population.match_model.persons is 'How many persons it was learnt from.';
comment on column population.match_model.learnt_at is 'When it was learnt.';
select security.append_only('population.match_model');
grant select on population.match_model to socle_app;
grant select, insert on population.match_model to socle_worker;

create table population.match_pair (
  one uuid not null references population.person on delete cascade,
  other uuid not null references population.person on delete cascade,
  country text not null,
  territory text collate "C" not null,
  score_ppm integer not null check (score_ppm between 0 and 1000000),
  centibits integer not null,
  zone text not null check (zone in ('same', 'to_settle')),
  digest bytea not null check (octet_length(digest) = 16),
  model text not null references population.match_model,
  found_at timestamptz not null default now(),
  primary key (one, other),
  check (one < other)
);
comment on table population.match_pair is 'Pairs that the last search of the whole register found alike, decided or not.';
comment on column population.match_pair.one is 'Person with the lower id.';
comment on column population.match_pair.other is 'Person with the higher id.';
comment on column population.match_pair.country is 'Country of both.';
comment on column population.match_pair.territory is 'The smallest territory in which both live: who may see it may see both.';
comment on column population.match_pair.score_ppm is 'Probability that the two are one person, in parts of a million.';
comment on column population.match_pair.centibits is 'Evidence, in hundredths of a bit.';
comment on column population.match_pair.zone is 'same: proposed as one person; to_settle: for a person to look at. Nothing is merged without a person.';
comment on column population.match_pair.digest is 'First 16 bytes of the SHA-256 of all that was compared of both.';
comment on column population.match_pair.model is 'Model that weighed it.';
comment on column population.match_pair.found_at is 'When the pair was last found.';
create index match_pair_other on population.match_pair (other);
create index match_pair_order on population.match_pair (country, score_ppm desc, one, other);
create index match_pair_territory on population.match_pair (territory);
select security.protect('population.match_pair');
select security.protect_country('population.match_pair');
grant select on population.match_pair to socle_app;
grant select, insert, update, delete on population.match_pair to socle_worker;

create table population.match_decision (
  id uuid primary key,
  one uuid not null,
  other uuid not null,
  country text not null,
  territory text collate "C" not null,
  decision text not null check (decision in ('same', 'different', 'later', 'undo')),
  kept uuid,
  digest bytea not null check (octet_length(digest) = 16),
  reason text not null default '' check (length(reason) <= 1000),
  decided_by text not null,
  decided_at timestamptz not null default clock_timestamp(),
  check (one < other),
  check ((decision = 'same') = (kept is not null)),
  check (kept is null or kept in (one, other))
);
comment on table population.match_decision is 'What was decided of two persons, each decision a fact. The last one counts. Append-only; persons erased later leave their ids here alone.';
comment on column population.match_decision.id is 'Made by whoever asks: said twice, it is one decision.';
comment on column population.match_decision.one is 'Person with the lower id.';
comment on column population.match_decision.other is 'Person with the higher id.';
comment on column population.match_decision.country is 'Country of both.';
comment on column population.match_decision.territory is 'The smallest territory in which both lived.';
comment on column population.match_decision.decision is 'same, different, later, or undo of the one before.';
comment on column population.match_decision.kept is 'Who stands for both where they are the same.';
comment on column population.match_decision.digest is 'What was compared of both when it was decided: where it has changed, they may be proposed again.';
comment on column population.match_decision.reason is 'In the words of who decided.';
comment on column population.match_decision.decided_by is 'Staff name or system process.';
comment on column population.match_decision.decided_at is 'When it was decided.';
create index match_decision_pair on population.match_decision (one, other, decided_at desc);
create index match_decision_territory on population.match_decision (territory);
select security.append_only('population.match_decision');
select security.protect('population.match_decision');
select security.protect_country('population.match_decision');
grant select, insert on population.match_decision to socle_app, socle_worker;

create table population.person_merge (
  merged uuid primary key references population.person on delete cascade,
  kept uuid not null references population.person on delete cascade,
  country text not null,
  territory text collate "C" not null,
  decision uuid not null references population.match_decision,
  check (merged <> kept)
);
comment on table population.person_merge is 'Who stands for whom now: the fold of the decisions. Undoing a merge removes the row and nothing else.';
comment on column population.person_merge.merged is 'Person for whom another stands.';
comment on column population.person_merge.kept is 'Person who stands for both; nobody stands for them.';
comment on column population.person_merge.country is 'Country of both.';
comment on column population.person_merge.territory is 'The smallest territory in which both lived.';
comment on column population.person_merge.decision is 'Decision that says so.';
create index person_merge_kept on population.person_merge (kept);
create index person_merge_territory on population.person_merge (territory);
select security.protect('population.person_merge');
select security.protect_country('population.person_merge');
grant select, insert, delete on population.person_merge to socle_app, socle_worker;

-- One step, never two: whoever stands for somebody has nobody standing for them. The persons are locked by whoever merges.
create function population.guard_merge() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from population.person_merge where merged = new.kept)
    or exists (select from population.person_merge where kept = new.merged) then
    raise exception 'A person who is merged stands for nobody.' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
comment on function population.guard_merge() is 'Refuses chains of merges.';
create trigger guard_merge before insert on population.person_merge
  for each row execute function population.guard_merge();

create view population.published_merge with (security_invoker) as
  select merged, kept, country, territory from population.person_merge;
comment on view population.published_merge is 'Who stands for whom, for the modules above.';
comment on column population.published_merge.merged is 'Person for whom another stands.';
comment on column population.published_merge.kept is 'Person who stands for both.';
comment on column population.published_merge.country is 'Country of both.';
comment on column population.published_merge.territory is 'The smallest territory in which both lived.';
grant select on population.published_merge to socle_app, socle_worker;
