-- What one person proposes and another approves, outside of payments (which have steps of their own): carried out once, and
-- exactly as it was approved.

create table security.proposal (
  id uuid primary key,
  kind text not null check (kind ~ '^[a-z]+(_[a-z]+)*$'),
  content text not null check (content is json object),
  content_hash text not null check (content_hash = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
  territory text collate "C" not null,
  programme text,
  households bigint check (households >= 0),
  amount bigint check (amount >= 0),
  currency text check (currency ~ '^[A-Z]{3}$'),
  files uuid[] not null default '{}',
  says text not null check (says <> '' and length(says) <= 1000),
  proposed_at timestamptz not null default clock_timestamp(),
  proposed_by text not null default security.actor(),
  proposed_name text not null default coalesce(current_setting('socle.actor_name', true), ''),
  expires_at timestamptz not null default clock_timestamp() + interval '7 days',
  check ((amount is null) = (currency is null))
);
create index proposal_territory on security.proposal (territory, proposed_at);
comment on table security.proposal is 'What somebody proposes and somebody else approves or refuses. Append-only.';
comment on column security.proposal.id is 'Made by the caller and kept for retries.';
comment on column security.proposal.kind is 'Of the list in the program (src/security/proposals), which says who approves it.';
comment on column security.proposal.content is 'What is proposed, as canonical JSON.';
comment on column security.proposal.content_hash is 'SHA-256 of it: what is approved and carried out is what was proposed.';
comment on column security.proposal.territory is 'Where; the empty text is the whole country.';
comment on column security.proposal.programme is 'For which programme; null for all, or for what belongs to none.';
comment on column security.proposal.households is 'How many households or persons it touches, where that is known.';
comment on column security.proposal.amount is 'How much money it moves, in minor units; null where none.';
comment on column security.proposal.currency is 'In which currency.';
comment on column security.proposal.files is 'Households and persons that it is about, where they are few: who is close to one of them does not decide.';
comment on column security.proposal.says is 'Why, in the words of who proposes.';
comment on column security.proposal.proposed_at is 'When.';
comment on column security.proposal.proposed_by is 'Who proposes.';
comment on column security.proposal.proposed_name is 'Name of who, as it was then.';
comment on column security.proposal.expires_at is 'From when it is neither approved nor carried out any more.';

create table security.proposal_step (
  proposal_id uuid not null references security.proposal,
  step text not null check (step in ('approved', 'refused', 'withdrawn', 'carried_out')),
  content_hash text not null,
  reason text not null default '' check (length(reason) <= 1000),
  second_factor_at timestamptz,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default security.actor(),
  recorded_name text not null default coalesce(current_setting('socle.actor_name', true), ''),
  primary key (proposal_id, step),
  check (step <> 'refused' or reason <> '')
);
comment on table security.proposal_step is 'What became of a proposal. Append-only.';
comment on column security.proposal_step.proposal_id is 'Which.';
comment on column security.proposal_step.step is 'approved or refused by somebody else; withdrawn by who proposed; carried_out, once.';
comment on column security.proposal_step.content_hash is 'Of what was seen and decided.';
comment on column security.proposal_step.reason is 'Why; never missing when refused.';
comment on column security.proposal_step.second_factor_at is 'When the session of who decided showed a second factor.';
comment on column security.proposal_step.recorded_at is 'When.';
comment on column security.proposal_step.recorded_by is 'Who.';
comment on column security.proposal_step.recorded_name is 'Name of who, as it was then.';

create function security.proposal_step() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  proposed security.proposal;
  before text[];
  fault text;
begin
  perform pg_advisory_xact_lock(hashtextextended('security.proposal ' || new.proposal_id, 0));
  select * into proposed from security.proposal where id = new.proposal_id;
  select coalesce(array_agg(step), '{}') into before from security.proposal_step where proposal_id = new.proposal_id;
  if new.step in ('approved', 'refused') then
    if before <> '{}' then fault := 'it was decided before';
    elsif new.recorded_by = proposed.proposed_by then fault := 'nobody decides on what they propose';
    elsif new.recorded_by !~ '^staff:[0-9a-f-]{36}$' then fault := 'a member of staff decides';
    elsif proposed.files && security.files_closed_to(substr(new.recorded_by, length('staff:') + 1)::uuid) then
      fault := 'who decides is too close to a household that it is about';
    end if;
  elsif new.step = 'withdrawn' then
    if before <> '{}' then fault := 'it was decided before';
    elsif new.recorded_by <> proposed.proposed_by then fault := 'who proposed withdraws';
    end if;
  elsif before <> '{approved}' then fault := 'what is carried out is what was approved, once';
  end if;
  if new.content_hash <> proposed.content_hash then fault := 'the content is not what was proposed'; end if;
  if clock_timestamp() >= proposed.expires_at and new.step in ('approved', 'carried_out') then fault := 'its time is over'; end if;
  if fault is not null then
    raise exception 'proposal %: %', new.proposal_id, fault using errcode = 'check_violation', constraint = 'proposal_step';
  end if;
  return new;
end
$$;
comment on function security.proposal_step() is 'Trigger: the only steps of a proposal, and by whom.';
create trigger proposal_step before insert on security.proposal_step for each row execute function security.proposal_step();

select security.append_only('security.proposal');
select security.append_only('security.proposal_step');
select security.protect('security.proposal');
select security.protect_programme('security.proposal', 'coalesce(programme, ''-'')');
select security.protect_in_emergency('security.proposal');
create policy own on security.proposal to socle_app using (proposed_by = (select security.actor()));
select security.protect_through('security.proposal_step', 'proposal_id', 'security.proposal');
grant select, insert (id, kind, content, content_hash, territory, programme, households, amount, currency, files, says)
  on security.proposal to socle_app, socle_worker;
grant select, insert (proposal_id, step, content_hash, reason, second_factor_at) on security.proposal_step to socle_app, socle_worker;

-- Whoever approves money, or gives every role, holds that from two persons.
create function security.check_role_of_two() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from security.proposal p join security.proposal_step s on s.proposal_id = p.id and s.step = 'carried_out'
    where p.kind = 'role_grant' and p.content::jsonb ->> 'grant' = new.id::text
      and p.content::jsonb ->> 'staff' = new.staff_id::text and p.content::jsonb ->> 'role' = new.role) then
    raise exception 'role % is given by two persons: one proposes, another approves', new.role
      using errcode = 'check_violation', constraint = 'role_of_two';
  end if;
  return new;
end
$$;
comment on function security.check_role_of_two() is 'Trigger: a member of staff gives certain roles by an approved proposal alone.';
create trigger role_of_two before insert on security.role_grant
  for each row when (new.granted_by like 'staff:%' and new.role in ('payment_approver', 'administrator'))
  execute function security.check_role_of_two();
