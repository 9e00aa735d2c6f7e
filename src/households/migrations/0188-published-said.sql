create view households.published_said with (security_invoker) as
  select household.id as household_id, household.country, household.territory, household.closed_on, last.facts
  from households.household
    cross join lateral (
      select facts from households.declaration
      where household_id = household.id and effective_on <= current_date
      order by effective_on desc, recorded_at desc, id desc limit 1
    ) as last;
comment on view households.published_said is 'Facts of each household as it said them last, for the modules above.';
comment on column households.published_said.household_id is 'Household.';
comment on column households.published_said.country is 'Country folder.';
comment on column households.published_said.territory is 'Where it lives now.';
comment on column households.published_said.closed_on is 'Day from which it is no more; null while it is.';
comment on column households.published_said.facts is 'Facts of the household by the names of the catalogue.';
grant select on households.published_said to socle_app, socle_worker;
