-- A pair that is found again is the same pair: since when it waits, and who settles it, does not begin anew each week.
alter table population.match_pair add column since timestamptz not null default now();
update population.match_pair set since = found_at;
comment on column population.match_pair.since is 'When the pair was first found with what is compared of both as it stands: since when it waits.';

-- The list of what was settled, the latest first.
create index match_decision_order on population.match_decision (country, decided_at desc, id desc);

-- Where a merge touches two households or two who are paid, one person proposes it and another approves (ADR 0053). What it
-- touches is known two floors above, which is asked by name.
create function population.check_merge() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  takes_two boolean;
begin
  execute 'select households.merge_takes_two($1, $2)' into takes_two using new.merged, new.kept;
  if takes_two and not security.is_carried_out('person_merge',
    jsonb_build_object('decision', new.decision, 'kept', new.kept, 'merged', new.merged)) then
    raise exception 'two households, or two who are paid: one person proposes the merge, another approves'
      using errcode = 'check_violation', constraint = 'merge_of_two';
  end if;
  return new;
end
$$;
comment on function population.check_merge() is 'Trigger: a member of staff merges two who are paid, or who live in two households, by an approved proposal alone.';
create trigger merge_of_two before insert on population.person_merge
  for each row when (security.actor() like 'staff:%') execute function population.check_merge();
