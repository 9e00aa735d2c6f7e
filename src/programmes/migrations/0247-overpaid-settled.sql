-- What a family gave back of what it was paid without a right, and what is given up of it: said by one person with its day and
-- receipt, or its motive, and approved by another. The ledger follows at once, by the workers.

alter table programmes.recovery
  add column received_on date,
  add column receipt text check (receipt ~ '\S' and char_length(receipt) <= 80),
  add column proposal_id uuid unique references security.proposal,
  add constraint recovery_of_two check ((proposal_id is not null) = (kind in ('refunded', 'written_off'))),
  add constraint recovery_given_back check (
    (received_on is not null) = (kind = 'refunded') and (receipt is not null) = (kind = 'refunded'));
comment on column programmes.recovery.received_on is 'Day on which the family gave it back; null for what was not given back.';
comment on column programmes.recovery.receipt is 'Number of the receipt that the family was given for it.';
comment on column programmes.recovery.proposal_id is 'The proposal and its approval (security.proposal), for what takes two persons.';
grant insert on programmes.recovery to socle_app;
create policy settled_by_two on programmes.recovery as restrictive for insert to socle_app
  with check (kind in ('refunded', 'written_off'));

-- Nobody settles it alone, and nobody more than stands open.
create function programmes.check_settled() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from security.published_carried_out p
    where p.id = new.proposal_id and p.kind = 'overpaid_settled' and p.content::jsonb ->> 'household' = new.household_id::text
      and p.content::jsonb ->> 'pack' = new.pack and p.content::jsonb ->> 'month' = new.month
      and p.content::jsonb ->> 'settled' = new.kind and p.content::jsonb ->> 'amount' = new.amount_minor::text
      and p.content::jsonb ->> 'receipt' is not distinct from new.receipt
      and p.content::jsonb ->> 'receivedOn' is not distinct from new.received_on::text) then
    raise exception 'what is given back or given up is what one person said and another approved'
      using errcode = 'check_violation', constraint = 'recovery_of_two';
  end if;
  if not exists (
    select from programmes.overpayment o
    where o.household_id = new.household_id and o.pack = new.pack and o.month = new.month
      and o.outstanding_minor >= new.amount_minor and o.currency = new.currency) then
    raise exception 'no more is given back or given up than stands open'
      using errcode = 'check_violation', constraint = 'recovery_outstanding';
  end if;
  return new;
end
$$;
comment on function programmes.check_settled() is 'Trigger: what is settled besides payments is exactly what two persons decided, and no more than stands open.';
create trigger recovery_of_two before insert on programmes.recovery
  for each row when (new.kind in ('refunded', 'written_off')) execute function programmes.check_settled();

-- By which transfers of the ledger it was followed: from a posting to the family.
create table programmes.recovery_posting (
  household_id uuid not null,
  recovery_id uuid not null,
  budget_line text not null,
  transfer_id uuid,
  pack text not null,
  territory text collate "C" not null,
  amount_minor bigint not null check (amount_minor >= 0),
  recorded_at timestamptz not null default now(),
  primary key (household_id, recovery_id, budget_line),
  foreign key (household_id, recovery_id) references programmes.recovery,
  check ((transfer_id is null) = (amount_minor = 0) and (transfer_id is null) = (budget_line = ''))
);
comment on table programmes.recovery_posting is 'How the ledger followed what was given back or written off: one row for each book that had paid it. Append-only.';
comment on column programmes.recovery_posting.household_id is 'Household.';
comment on column programmes.recovery_posting.recovery_id is 'What was given back or written off.';
comment on column programmes.recovery_posting.budget_line is 'Book; the empty text where the ledger held nothing of it any more.';
comment on column programmes.recovery_posting.transfer_id is 'Transfer of the ledger (payments.transfer).';
comment on column programmes.recovery_posting.pack is 'Pack.';
comment on column programmes.recovery_posting.territory is 'Territory of the household; rows are seen by those who may see it.';
comment on column programmes.recovery_posting.amount_minor is 'Amount of that transfer, minor units.';
comment on column programmes.recovery_posting.recorded_at is 'When.';
select security.append_only('programmes.recovery_posting');
grant select on programmes.recovery_posting to socle_app;
grant select, insert on programmes.recovery_posting to socle_worker;
select security.protect('programmes.recovery_posting');
select security.protect_programme('programmes.recovery_posting', 'pack');
select security.protect_country('programmes.recovery_posting', 'split_part(pack, ''/'', 1)');
select security.protect_file('programmes.recovery_posting', 'household_id');
