-- Why households entered or left is counted as their rows are written, like every other figure of a run.
alter table programmes.determination_total
  drop constraint determination_total_kind_check,
  add constraint determination_total_kind_check
    check (kind in ('outcome', 'refusal', 'difference', 'left_for', 'entered_from'));
comment on column programmes.determination_total.kind is 'outcome (every household has one), refusal (those that hold), difference (what changed), left_for (why households left), entered_from (what had kept those who entered out).';
comment on column programmes.determination_total.code is 'The outcome, the code of the refusal, or the difference; in left_for and entered_from a refusal, or outcome: with gone, undetermined or none where no refusal held.';

-- Rows of a range lie together: some of a run's ranges are read without reading the run.
drop index programmes.determination_by_run;
create index determination_by_run on programmes.determination using brin (run_id, range_number)
  with (pages_per_range = 16, autosummarize = on);
comment on index programmes.determination_by_run is 'Rows come in the order of runs and ranges.';
