-- What another country's programmes decided and owe is not for the staff of this one.
select security.protect_country('programmes.determination',
  '(select run.country from programmes.determination_run as run where run.id = run_id)');
select security.protect_country('programmes.entitlement', 'split_part(pack, ''/'', 1)');
