-- Not members of staff alone: whoever is no worker of ours is held to two persons.
drop trigger merge_of_two on population.person_merge;
create trigger merge_of_two before insert on population.person_merge
  for each row when (security.actor() not like 'worker:%') execute function population.check_merge();
comment on function population.check_merge() is 'Trigger: whoever is no worker merges two who are paid, or who live in two households, by an approved proposal alone.';
