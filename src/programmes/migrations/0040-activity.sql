-- Since when nothing is owed to a household, for the modules above: the time to keep it runs from its last activity.

create view programmes.published_activity with (security_invoker = true) as
select household_id, entitled_at as at from programmes.entitlement;
comment on view programmes.published_activity is 'When something was owed to a household.';
comment on column programmes.published_activity.household_id is 'Household.';
comment on column programmes.published_activity.at is 'When the right was recorded.';
grant select on programmes.published_activity to socle_worker;
