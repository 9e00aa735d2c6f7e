-- What was decided and what is owed belong to a programme: an actor whose grants are limited to some sees those alone.
-- The run names the pack of a determination; the question is asked only for an actor who is limited.

select security.protect_programme('programmes.determination',
  '(select run.pack from programmes.determination_run as run where run.id = run_id)');
select security.protect_programme('programmes.entitlement', 'pack');
