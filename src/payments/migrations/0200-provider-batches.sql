-- Providers with an interface of their own: what a run orders of them goes over the wire in batches. A batch is planned once, from
-- what was approved; each attempt to hand it over is a fact. Its key never changes, so that the provider takes it once however
-- often it arrives. Batch work: the worker's role alone.

alter table payments.answer_line add column reference text not null default '' check (char_length(reference) <= 100);
comment on column payments.answer_line.reference is 'The provider''s own name for what it did, where it gives one: the same word under the same reference is no second payment.';

create table payments.provider_batch (
  run_id uuid not null,
  provider text not null,
  number integer not null check (number > 0),
  first integer not null check (first > 0),
  last integer not null check (last >= first),
  amount bigint not null check (amount > 0),
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (run_id, provider, number),
  unique (run_id, first),
  foreign key (run_id, provider) references payments.run_group
);
comment on table payments.provider_batch is 'Instructions of a run that go to a provider''s interface together, under one key.';
comment on column payments.provider_batch.run_id is 'The run.';
comment on column payments.provider_batch.provider is 'The provider.';
comment on column payments.provider_batch.number is 'From 1; with the run''s reference and the provider it is the key under which the provider takes it once.';
comment on column payments.provider_batch.first is 'Position of its first instruction.';
comment on column payments.provider_batch.last is 'Position of its last.';
comment on column payments.provider_batch.amount is 'Sum of its instructions, minor units.';
comment on column payments.provider_batch.recorded_at is 'When it was planned.';

create table payments.provider_batch_try (
  run_id uuid not null,
  provider text not null,
  number integer not null,
  attempt integer not null check (attempt > 0),
  outcome text not null check (outcome in ('accepted', 'failed')),
  why text not null check (char_length(why) <= 300),
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (run_id, provider, number, attempt),
  foreign key (run_id, provider, number) references payments.provider_batch
);
create unique index provider_batch_accepted on payments.provider_batch_try (run_id, provider, number) where outcome = 'accepted';
comment on table payments.provider_batch_try is 'Attempts to hand a batch over. One that failed says nothing of whether the provider has it: it goes again under the same key.';
comment on column payments.provider_batch_try.run_id is 'The run.';
comment on column payments.provider_batch_try.provider is 'The provider.';
comment on column payments.provider_batch_try.number is 'The batch.';
comment on column payments.provider_batch_try.attempt is 'From 1.';
comment on column payments.provider_batch_try.outcome is 'accepted: the provider has it, said once. failed: nobody knows.';
comment on column payments.provider_batch_try.why is 'What went wrong; empty where it was accepted.';
comment on column payments.provider_batch_try.recorded_at is 'When.';

create function payments.check_batches() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from (select distinct run_id, provider from added) a join payments.run_group g using (run_id, provider)
    where not exists (select from payments.run_event e where e.run_id = a.run_id and e.state = 'sent')
      or exists (
        select from payments.provider_batch b where b.run_id = a.run_id and b.provider = a.provider
        having sum(b.last - b.first + 1) is distinct from g.instructions or sum(b.amount) is distinct from g.amount)
      or exists (
        select from payments.provider_batch b
        where b.run_id = a.run_id and b.provider = a.provider and b.amount is distinct from (
          select sum(i.amount)::bigint from payments.instruction i
          where i.run_id = b.run_id and i.provider = b.provider and i.position between b.first and b.last))
      or exists (
        select from payments.provider_batch b join payments.provider_batch o using (run_id, provider)
        where b.run_id = a.run_id and b.provider = a.provider and b.number < o.number and b.last >= o.first)) then
    raise exception 'the batches of a run are all that was approved for a provider, each payment once, and leave when it is sent'
      using errcode = 'check_violation', constraint = 'batches_of_the_run';
  end if;
  return null;
end
$$;
comment on function payments.check_batches() is 'Trigger: batches of a run that has left, which hold each of its instructions at this provider once and add up to what was approved.';
revoke execute on function payments.check_batches() from public;
create trigger batches_of_the_run after insert on payments.provider_batch referencing new table as added
  for each statement execute function payments.check_batches();

select security.append_only('payments.provider_batch');
select security.append_only('payments.provider_batch_try');
grant select, insert on payments.provider_batch, payments.provider_batch_try to socle_worker;
alter table payments.provider_batch enable row level security;
create policy worker on payments.provider_batch to socle_worker using (true);
alter table payments.provider_batch_try enable row level security;
create policy worker on payments.provider_batch_try to socle_worker using (true);
