-- Who belongs or belonged to which household, for the modules above: whose file a household's file is.

create view households.published_belonging with (security_invoker = true) as
select household_id, person_id, valid_from, valid_to, relation, ended_at is null as holds from households.membership;
comment on view households.published_belonging is 'Who belongs or belonged to which household.';
comment on column households.published_belonging.household_id is 'Household.';
comment on column households.published_belonging.person_id is 'Person.';
comment on column households.published_belonging.valid_from is 'First day.';
comment on column households.published_belonging.valid_to is 'Day from which it no longer holds.';
comment on column households.published_belonging.relation is 'Relation to the head.';
comment on column households.published_belonging.holds is 'True while it holds.';
grant select on households.published_belonging to socle_app, socle_worker;
