-- What a run orders of one provider leaves by one way: in the run's own file, in a file of the provider's own, or over the wire. The
-- way is settled when the file is made and never changes, so that what leaves by one way cannot leave by another: a second payment
-- would otherwise depend on the provider's refusal of duplicates.

alter table payments.run_group add unique (run_id, provider, instructions, amount);

create table payments.run_part (
  run_id uuid not null,
  provider text not null,
  leaves_by text not null check (leaves_by in ('run_file', 'own_file', 'wire')),
  instructions integer not null,
  amount bigint not null,
  primary key (run_id, provider),
  unique (run_id, provider, leaves_by),
  unique (run_id, provider, leaves_by, instructions, amount),
  foreign key (run_id, provider, instructions, amount) references payments.run_group (run_id, provider, instructions, amount)
);
comment on table payments.run_part is 'The one way by which what a run orders of a provider leaves, settled when the file is made.';
comment on column payments.run_part.run_id is 'The run.';
comment on column payments.run_part.provider is 'The provider.';
comment on column payments.run_part.leaves_by is 'run_file: in the run''s pain.001. own_file: in a file of the provider''s own form. wire: in batches, to its interface.';
comment on column payments.run_part.instructions is 'Number of its instructions: that of its group.';
comment on column payments.run_part.amount is 'Their sum, minor units: that of its group.';

create table payments.provider_file (
  run_id uuid not null,
  provider text not null,
  leaves_by text not null default 'own_file' check (leaves_by = 'own_file'),
  instructions integer not null,
  amount bigint not null,
  format text not null check (format ~ '\S'),
  bytes bigint not null check (bytes > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor(),
  primary key (run_id, provider, sha256),
  foreign key (run_id, provider, leaves_by, instructions, amount)
    references payments.run_part (run_id, provider, leaves_by, instructions, amount)
);
comment on table payments.provider_file is 'Files of providers'' own that were written, each text once: the whole of what a run orders of the provider.';
comment on column payments.provider_file.run_id is 'The run.';
comment on column payments.provider_file.provider is 'The provider.';
comment on column payments.provider_file.leaves_by is 'own_file: no other part is written so.';
comment on column payments.provider_file.instructions is 'Number of payments in it: that of the part.';
comment on column payments.provider_file.amount is 'Their sum, minor units: that of the part.';
comment on column payments.provider_file.format is 'The form of the provider.';
comment on column payments.provider_file.bytes is 'Length of the file.';
comment on column payments.provider_file.sha256 is 'SHA-256 of the file, hexadecimal.';
comment on column payments.provider_file.recorded_at is 'When it was first written.';
comment on column payments.provider_file.recorded_by is 'Who wrote it.';

-- Files made before now held every provider.
insert into payments.run_part (run_id, provider, leaves_by, instructions, amount)
select g.run_id, g.provider, 'run_file', g.instructions, g.amount
from payments.run_group g join payments.run_file f using (run_id);

-- A run of which nothing is left for its own file has none; the day and the hour of the step stand all the same.
alter table payments.run_file drop constraint run_file_format_check, drop constraint run_file_bytes_check;
alter table payments.run_file
  add constraint run_file_format_check check (format in ('pain.001.001.03', 'pain.001.001.12', 'none')),
  add constraint run_file_bytes_check check ((bytes > 0) = (format <> 'none') and bytes >= 0);
comment on column payments.run_file.format is 'ISO 20022 message and version; none where every part leaves by another way.';
comment on column payments.run_file.bytes is 'Length of the file; 0 where there is none.';

-- Batches of before now stay as they are; each new one is of a part that leaves over the wire.
alter table payments.provider_batch
  add column leaves_by text not null default 'wire' check (leaves_by = 'wire');
alter table payments.provider_batch
  add constraint provider_batch_of_the_wire foreign key (run_id, provider, leaves_by)
    references payments.run_part (run_id, provider, leaves_by) not valid;
comment on column payments.provider_batch.leaves_by is 'wire: no other part is handed over so.';

create function payments.refuse_after_file() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from (select distinct run_id from added) a join payments.run_file f using (run_id)) then
    raise exception 'payments.run_part: the file of the run is made, nothing is added to it'
      using errcode = 'integrity_constraint_violation', constraint = 'settled_with_the_file';
  end if;
  return null;
end
$$;
comment on function payments.refuse_after_file() is 'Trigger: how the parts of a run leave is settled with its file.';
revoke execute on function payments.refuse_after_file() from public;
create trigger settled_with_the_file after insert on payments.run_part referencing new table as added
  for each statement execute function payments.refuse_after_file();

create function payments.check_part_has_file() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from payments.run_file where run_id = new.run_id) then
    raise exception 'run %: how a part leaves is settled when the file is made, and not before', new.run_id
      using errcode = 'check_violation', constraint = 'part_with_file';
  end if;
  return null;
end
$$;
comment on function payments.check_part_has_file() is 'Constraint trigger, at commit: parts are settled together with the file or not at all.';
revoke execute on function payments.check_part_has_file() from public;
create constraint trigger part_with_file after insert on payments.run_part
  deferrable initially deferred for each row execute function payments.check_part_has_file();

create function payments.check_envelope() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
      select from payments.run_event e
        cross join lateral (
          select sum(p.instructions) as instructions, sum(p.amount) as amount from payments.run_part p where p.run_id = e.run_id) s
      where e.run_id = new.run_id and e.state = 'approved'
        and (s.instructions, s.amount) is distinct from (e.instructions::bigint, e.amount::numeric))
    or (new.format = 'none') = exists (select from payments.run_part p where p.run_id = new.run_id and p.leaves_by = 'run_file') then
    raise exception 'run %: the file and the parts that leave by other ways are not what was approved', new.run_id
      using errcode = 'check_violation', constraint = 'whole_envelope';
  end if;
  return null;
end
$$;
comment on function payments.check_envelope() is 'Trigger: the file and the parts elsewhere are together what was approved, to the last unit; a file holds something.';
revoke execute on function payments.check_envelope() from public;
create trigger whole_envelope after insert on payments.run_file
  for each row execute function payments.check_envelope();

create function payments.check_parts_written() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from payments.run_part p
    where p.run_id = new.run_id and p.leaves_by = 'own_file'
      and not exists (
        select from payments.provider_file f where f.run_id = p.run_id and f.provider = p.provider)) then
    raise exception 'run %: a part leaves by a file of its own, which was not written', new.run_id
      using errcode = 'check_violation', constraint = 'parts_written';
  end if;
  return null;
end
$$;
comment on function payments.check_parts_written() is 'Trigger: a run has left once every file of it was written.';
revoke execute on function payments.check_parts_written() from public;
create trigger parts_written after insert on payments.run_event
  for each row when (new.state = 'sent') execute function payments.check_parts_written();

select security.append_only('payments.run_part');
select security.append_only('payments.provider_file');
grant select on payments.run_part, payments.provider_file to socle_app, socle_worker;
grant insert (run_id, provider, leaves_by, instructions, amount) on payments.run_part to socle_app, socle_worker;
grant insert (run_id, provider, instructions, amount, format, bytes, sha256) on payments.provider_file to socle_app, socle_worker;
call payments.staff_only('run_part', 'provider_file');
