-- Tables with a row per payee carry no foreign keys: a change is noted by the trigger alone, from rows that are there.
alter table payments.account_change
  drop constraint account_change_account_id_fkey,
  drop constraint account_change_previous_id_fkey;
