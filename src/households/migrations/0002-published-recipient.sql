-- Who receives for each household today, for the modules above: programmes name the payee of what is owed.

create view households.published_recipient with (security_invoker = true) as
select distinct on (recipient.household_id)
  recipient.household_id, recipient.person_id, recipient.effective_on,
  person.given_name, person.family_name, person.given_name_ar, person.family_name_ar
from households.recipient
  join population.published_person as person on person.id = recipient.person_id
where recipient.effective_on <= current_date
order by recipient.household_id, recipient.effective_on desc, recipient.recorded_at desc, recipient.id desc;
comment on view households.published_recipient is 'Who receives for each household today: the latest fact in effect.';
comment on column households.published_recipient.household_id is 'Household.';
comment on column households.published_recipient.person_id is 'Member who receives what the household is paid.';
comment on column households.published_recipient.effective_on is 'Since when.';
comment on column households.published_recipient.given_name is 'Given names, Latin script.';
comment on column households.published_recipient.family_name is 'Family name, Latin script.';
comment on column households.published_recipient.given_name_ar is 'Given names, Arabic script.';
comment on column households.published_recipient.family_name_ar is 'Family name, Arabic script.';
grant select on households.published_recipient to socle_app, socle_worker;
