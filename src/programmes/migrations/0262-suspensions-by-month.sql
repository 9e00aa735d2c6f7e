-- Suspensions and returns are listed by the month from which they count.

create index enrolment_event_suspensions on programmes.enrolment_event (pack, effective_month, household_id)
  where change in ('suspend', 'restore');
