-- Requests to put data right: asked by one, decided by another, with a motive when refused. What is accepted becomes another
-- declaration or another state of the person; the request stays as the reason for it.

comment on schema privacy is 'Rights of persons over what is held on them: requests to put data right.';

create table privacy.rectification (
  household_id uuid not null,
  id uuid not null,
  territory text collate "C" not null,
  person_id uuid,
  field text not null check (field ~ '^(household|member|person)\.[a-z_0-9]+$'),
  value_before text,
  value_asked text,
  says text not null check (says <> '' and char_length(says) <= 1000),
  asked_at timestamptz not null default clock_timestamp(),
  asked_by text not null default security.actor(),
  asked_name text not null default current_setting('socle.actor_name', true),
  primary key (household_id, id),
  check ((person_id is null) = (field like 'household.%'))
);
create index rectification_territory on privacy.rectification (territory);
comment on table privacy.rectification is 'What somebody asks to have put right. Append-only.';
comment on column privacy.rectification.household_id is 'Household.';
comment on column privacy.rectification.id is 'UUIDv7, made by the caller.';
comment on column privacy.rectification.territory is 'Where the household lived then: rows are seen by those who may see it.';
comment on column privacy.rectification.person_id is 'Member concerned; null for a fact of the household.';
comment on column privacy.rectification.field is 'household.FACT or member.FACT of the catalogue, or person.given_name and the like.';
comment on column privacy.rectification.value_before is 'What was held then, as it travels; null when unknown.';
comment on column privacy.rectification.value_asked is 'What it should be, as it travels; null for unknown. A telephone is not written here.';
comment on column privacy.rectification.says is 'Why, in the words of who asks.';
comment on column privacy.rectification.asked_at is 'When.';
comment on column privacy.rectification.asked_by is 'Who recorded the request.';
comment on column privacy.rectification.asked_name is 'Name of who, as it was then.';

create table privacy.rectification_decision (
  household_id uuid not null,
  id uuid not null,
  outcome text not null check (outcome in ('accepted', 'refused')),
  motive text check (motive <> '' and char_length(motive) <= 1000),
  declaration_id uuid,
  decided_at timestamptz not null default clock_timestamp(),
  decided_by text not null default security.actor(),
  decided_name text not null default current_setting('socle.actor_name', true),
  primary key (household_id, id),
  foreign key (household_id, id) references privacy.rectification,
  check (outcome = 'accepted' or motive is not null)
);
comment on table privacy.rectification_decision is 'What was answered, once. Append-only.';
comment on column privacy.rectification_decision.household_id is 'Household.';
comment on column privacy.rectification_decision.id is 'The request.';
comment on column privacy.rectification_decision.outcome is 'accepted or refused.';
comment on column privacy.rectification_decision.motive is 'Why; never missing when refused.';
comment on column privacy.rectification_decision.declaration_id is 'The declaration that puts it right; null where a state of the person alone does.';
comment on column privacy.rectification_decision.decided_at is 'When.';
comment on column privacy.rectification_decision.decided_by is 'Who: never who asked.';
comment on column privacy.rectification_decision.decided_name is 'Name of who, as it was then.';

create function privacy.check_decider() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from privacy.rectification r
      where r.household_id = new.household_id and r.id = new.id and r.asked_by = new.decided_by) then
    raise exception 'a request is decided by somebody else than who asked' using errcode = 'check_violation', constraint = 'another_decides';
  end if;
  return new;
end
$$;
comment on function privacy.check_decider() is 'Trigger: who asked does not decide.';
create trigger another_decides before insert on privacy.rectification_decision
  for each row execute function privacy.check_decider();

select security.append_only('privacy.rectification');
select security.append_only('privacy.rectification_decision');
select security.protect('privacy.rectification');
alter table privacy.rectification_decision enable row level security;
create policy territory on privacy.rectification_decision to socle_app using (
  exists (select from privacy.rectification r where r.household_id = rectification_decision.household_id and r.id = rectification_decision.id));
create policy worker on privacy.rectification_decision to socle_worker using (true);
grant select, insert (household_id, id, territory, person_id, field, value_before, value_asked, says) on privacy.rectification to socle_app, socle_worker;
grant select, insert (household_id, id, outcome, motive, declaration_id) on privacy.rectification_decision to socle_app, socle_worker;

create function privacy.erase_rectifications(households uuid[], fields text[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  leaving uuid[];
begin
  leaving := array(select r.id from privacy.rectification r
    where r.household_id = any (households) and (fields is null or r.field = any (fields)));
  perform security.open_rewriting('privacy.rectification', 'privacy.rectification_decision');
  delete from privacy.rectification_decision d where d.household_id = any (households) and d.id = any (leaving);
  delete from privacy.rectification r where r.household_id = any (households) and r.id = any (leaving);
  perform security.close_rewriting();
  return cardinality(leaving);
end
$$;
comment on function privacy.erase_rectifications(uuid[], text[]) is 'Reviewed rewriting: requests of households whose time has ended leave with them; those about some fields alone, where these are given.';
revoke execute on function privacy.erase_rectifications(uuid[], text[]) from public;
grant execute on function privacy.erase_rectifications(uuid[], text[]) to socle_worker;
