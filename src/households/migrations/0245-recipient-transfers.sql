-- Who receives a household's money changes by two persons: to whom, in what capacity, on what proof, from when, and until when
-- for a proxy. A recipient who died goes on standing until another is named: the household's payments wait.

create table households.recipient_transfer (
  household_id uuid not null references households.household on delete cascade,
  id uuid not null,
  person_id uuid not null,
  capacity text not null check (capacity in ('head', 'spouse', 'guardian', 'tutor', 'proxy')),
  proof text check (proof in ('family_record', 'marriage_act', 'court_decision', 'notarial_act', 'signed_proxy')),
  proof_number text check (proof_number ~ '\S' and char_length(proof_number) <= 80),
  evidence_id uuid,
  reason text not null check (reason in ('recipient_died', 'recipient_absent', 'recipient_unable', 'family_asks', 'court_decided', 'made_in_error')),
  says text not null check (says ~ '\S' and char_length(says) <= 1000),
  effective_on date not null,
  until_on date check (until_on >= effective_on),
  asked_at timestamptz not null default clock_timestamp(),
  asked_by text not null default security.actor(),
  primary key (household_id, id),
  check ((until_on is null) = (capacity <> 'proxy')),
  check ((proof is null) = (proof_number is null)),
  check (capacity in ('head', 'spouse') or proof is not null or evidence_id is not null)
);
comment on table households.recipient_transfer is 'Who is to receive for a household, as one person proposed it: what follows from it is in households.recipient once another approved. Written once.';
comment on column households.recipient_transfer.household_id is 'Household.';
comment on column households.recipient_transfer.id is 'Of the proposal (security.proposal).';
comment on column households.recipient_transfer.person_id is 'Who is to receive (population.person), a member or not.';
comment on column households.recipient_transfer.capacity is 'head, spouse, guardian, tutor or proxy.';
comment on column households.recipient_transfer.proof is 'Kind of the document that was shown; null where none was, or a paper is attached.';
comment on column households.recipient_transfer.proof_number is 'Its number or reference, as written on it.';
comment on column households.recipient_transfer.evidence_id is 'Paper of the household that proves it (households.evidence); null where none is attached.';
comment on column households.recipient_transfer.reason is 'Why it changes, as a code.';
comment on column households.recipient_transfer.says is 'Why, in the words of who proposes.';
comment on column households.recipient_transfer.effective_on is 'Day from which this person receives.';
comment on column households.recipient_transfer.until_on is 'Last day of a proxy: from the day after, whoever received before does again.';
comment on column households.recipient_transfer.asked_at is 'When it was proposed.';
comment on column households.recipient_transfer.asked_by is 'Who proposed.';
grant select, insert on households.recipient_transfer to socle_app;
grant select on households.recipient_transfer to socle_worker;
select security.protect_through('households.recipient_transfer', 'household_id', 'households.household');
create trigger written_once before update or truncate on households.recipient_transfer
  for each statement execute function security.refuse_change();

alter table households.recipient
  add column transfer_id uuid,
  add column capacity text check (capacity in ('head', 'spouse', 'guardian', 'tutor', 'proxy')),
  add column until_on date check (until_on >= effective_on),
  add constraint recipient_of_two check ((transfer_id is null) = (capacity is null) and (until_on is null or capacity = 'proxy'));
comment on column households.recipient.transfer_id is 'Transfer that two persons decided (households.recipient_transfer); null where the register named the recipient by itself.';
comment on column households.recipient.capacity is 'In what capacity the money is received: head, spouse, guardian, tutor or proxy; null where nobody said.';
comment on column households.recipient.until_on is 'Last day on which a proxy receives; null where there is no end.';

-- Nobody is made to receive by one person alone.
create function households.check_recipient() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if new.transfer_id is not null and not exists (
    select from households.recipient_transfer t
      join security.published_carried_out p on p.id = t.id and p.kind = 'recipient_transfer'
        and p.content::jsonb ->> 'household' = t.household_id::text and p.content::jsonb ->> 'person' = t.person_id::text
    where t.household_id = new.household_id and t.id = new.transfer_id and t.person_id = new.person_id
      and t.capacity = new.capacity and t.effective_on = new.effective_on and t.until_on is not distinct from new.until_on) then
    raise exception 'who receives in another''s place is who one person proposed and another approved'
      using errcode = 'check_violation', constraint = 'recipient_of_two';
  end if;
  return new;
end
$$;
comment on function households.check_recipient() is 'Trigger: a transfer of the recipient is exactly what two persons decided.';
create trigger recipient_of_two before insert on households.recipient
  for each row when (new.transfer_id is not null) execute function households.check_recipient();

-- Deaths that were recorded as events of a household are few: who waits for another recipient is found from them.
create index event_death on households.event (household_id) where kind = 'death';

create or replace view households.published_recipient with (security_invoker = true) as
select distinct on (recipient.household_id)
  recipient.household_id, recipient.person_id, recipient.effective_on,
  person.given_name, person.family_name, person.given_name_ar, person.family_name_ar
from households.recipient
  -- Somebody who lives where the actor does not see receives all the same: without a name here.
  left join population.published_person as person on person.id = recipient.person_id
where recipient.effective_on <= current_date and (recipient.until_on is null or recipient.until_on >= current_date)
order by recipient.household_id, recipient.effective_on desc, recipient.recorded_at desc, recipient.id desc;
