-- A trial decides a snapshot that is not of this register: modelled households, or another's. Trials form a chain of their
-- own, far from that of the register, and nobody is owed anything by them.
alter table programmes.determination_run
  add column trial boolean not null default false,
  add check (trial = (sequence >= 1000000000));
comment on column programmes.determination_run.trial is 'It decides households that are not of this register: nobody is owed anything.';
comment on column programmes.determination_run.sequence is 'Place in the chain of the pack''s runs, from 1; trials, in a chain of their own, from 1000000000.';
drop index programmes.determination_run_open;
create unique index determination_run_open on programmes.determination_run (pack, trial)
  where finished_at is null and cancelled_at is null;
comment on index programmes.determination_run_open is 'Runs of a pack follow one another: one is open at a time, and one trial.';
