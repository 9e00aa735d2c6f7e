-- A run decides a snapshot, and runs of one pack form a chain: what is written is what differs from the state before. The
-- state of a household in a run is its latest row up to that run, runs that were cancelled left out.

alter table programmes.determination_run
  add column sequence integer,
  add column snapshot text,
  add column snapshot_hash text check (snapshot_hash ~ '^[0-9a-f]{64}$'),
  add column as_of timestamptz,
  add column effective_on date,
  add column households integer check (households >= 0),
  add column cancelled_at timestamptz,
  add column cancelled_by text,
  add check ((cancelled_at is null) = (cancelled_by is null)),
  add check (cancelled_at is null or finished_at is null),
  add check ((snapshot is null) = (snapshot_hash is null) and (snapshot is null) = (as_of is null)
    and (snapshot is null) = (effective_on is null));
-- A run interrupted before snapshots has none to go on with.
update programmes.determination_run set cancelled_at = now(), cancelled_by = 'migration' where finished_at is null;
update programmes.determination_run as run set sequence = numbered.sequence, households = numbered.households
from (
  select id, row_number() over (partition by pack order by asked_at, id) as sequence,
    (select coalesce(sum(households), 0) from programmes.determination_range where run_id = r.id) as households
  from programmes.determination_run as r
) as numbered where numbered.id = run.id;
alter table programmes.determination_run
  alter column sequence set not null,
  alter column households set not null,
  add unique (pack, sequence);
create unique index determination_run_open on programmes.determination_run (pack)
  where finished_at is null and cancelled_at is null;
comment on index programmes.determination_run_open is 'Runs of a pack follow one another: one is open at a time.';
comment on table programmes.determination_run is 'One decision of one pack for one month over every household of a snapshot. Runs of a pack form a chain.';
comment on column programmes.determination_run.sequence is 'Place in the chain of the pack''s runs, from 1.';
comment on column programmes.determination_run.snapshot is 'Name of the snapshot decided on, in the folder of snapshots; null for runs that read the register itself.';
comment on column programmes.determination_run.snapshot_hash is 'Hash of its manifest: the very facts.';
comment on column programmes.determination_run.as_of is 'What the register knew at this instant is what is decided.';
comment on column programmes.determination_run.effective_on is 'Facts in effect on this day.';
comment on column programmes.determination_run.households is 'Households of the snapshot: all that the run decides.';
comment on column programmes.determination_run.cancelled_at is 'When it was given up; its rows then count for nothing.';
comment on column programmes.determination_run.cancelled_by is 'Who gave it up.';
comment on column programmes.determination_run.result_hash is 'SHA-256 over the hashes of the ranges in order: the same snapshot, pack and month give the same hash.';

alter table programmes.determination_range
  alter column first_household drop not null,
  alter column last_household drop not null,
  add column path text,
  add column batch integer check (batch >= 0),
  add column written integer check (written >= 0),
  add column written_hash text check (written_hash ~ '^[0-9a-f]{64}$'),
  add column standing integer check (standing >= 0),
  add check ((path is null) = (batch is null));
comment on table programmes.determination_range is 'The ranges that a run is cut into, each a batch of a snapshot''s file; a range is written whole or not at all. The last one, without a file, closes households that are gone.';
comment on column programmes.determination_range.first_household is 'First household id of the range, where the register itself was read.';
comment on column programmes.determination_range.last_household is 'Last household id of the range, included, where the register itself was read.';
comment on column programmes.determination_range.path is 'File of the snapshot.';
comment on column programmes.determination_range.batch is 'Batch of the file, from 0.';
comment on column programmes.determination_range.households is 'Households decided in the range, whether or not anything changed for them.';
comment on column programmes.determination_range.result_hash is 'SHA-256 over the states of the households of the range, in the order of the file.';
comment on column programmes.determination_range.written is 'Rows written: households whose state is not what it was.';
comment on column programmes.determination_range.written_hash is 'SHA-256 over the rows written, in order of household id.';
comment on column programmes.determination_range.standing is 'Households of the range that had a state before.';

alter table programmes.determination
  drop constraint determination_pkey,
  -- Asked again for every row of a nation; a range is written only while its run is locked, and a check of the data looks for others.
  drop constraint determination_run_id_fkey,
  drop constraint determination_outcome_check,
  add check (outcome in ('eligible', 'not_eligible', 'undetermined', 'scored', 'gone')),
  add column pack text,
  add column sequence integer,
  add column range_number integer,
  add column state bigint,
  add column difference text check (difference in ('first', 'entered', 'left', 'amount_changed', 'gone', 'other')),
  add column before_outcome text,
  add column before_amount_minor bigint,
  add column before_refusals text[];
update programmes.determination as d set pack = run.pack, sequence = run.sequence
from programmes.determination_run as run where run.id = d.run_id;
alter table programmes.determination
  alter column pack set not null,
  alter column sequence set not null,
  add primary key (household_id, pack, sequence);
drop index programmes.determination_by_run, programmes.determination_by_territory;
create index determination_by_run on programmes.determination using brin (run_id) with (pages_per_range = 16, autosummarize = on);
comment on table programmes.determination is 'What a run decided for a household where that is not what stood before. Append-only.';
comment on column programmes.determination.outcome is 'eligible, not_eligible, undetermined, scored for a score alone, or gone: the household is not in the snapshot.';
comment on column programmes.determination.pack is 'Pack of the run.';
comment on column programmes.determination.sequence is 'Place of the run in the chain of its pack: the latest row up to a run is the household''s state in it.';
comment on column programmes.determination.range_number is 'Range of the run that wrote it; null where the register itself was read.';
comment on column programmes.determination.state is 'Digest of what was decided, by which the next run finds what has changed; null where the register itself was read.';
comment on column programmes.determination.difference is 'What is new: first (never decided before), entered, left, amount_changed, gone, other (reasons, scores, lines or the place).';
comment on column programmes.determination.before_outcome is 'Outcome that stood before; null where none did.';
comment on column programmes.determination.before_amount_minor is 'Amount that stood before.';
comment on column programmes.determination.before_refusals is 'Refusals that held before.';

create table programmes.determination_total (
  run_id uuid not null references programmes.determination_run,
  number integer not null check (number >= 0),
  territory text collate "C" not null,
  kind text not null check (kind in ('outcome', 'refusal', 'difference')),
  code text not null,
  households integer not null check (households > 0),
  weight numeric not null check (weight > 0),
  amount_minor bigint not null,
  primary key (run_id, number, territory, kind, code)
);
comment on table programmes.determination_total is 'How many households of a range have an outcome, a refusal or a difference, by territory: figures are sums of these, not counts of rows.';
comment on column programmes.determination_total.run_id is 'Run.';
comment on column programmes.determination_total.number is 'Range of the run.';
comment on column programmes.determination_total.territory is 'Territory of the households, as deep as the register knows it.';
comment on column programmes.determination_total.kind is 'outcome (every household has one), refusal (those that hold), difference (what changed).';
comment on column programmes.determination_total.code is 'The outcome, the code of the refusal, or the difference.';
comment on column programmes.determination_total.households is 'Households counted.';
comment on column programmes.determination_total.weight is 'Households that they stand for.';
comment on column programmes.determination_total.amount_minor is 'Sum of their amounts in minor units; for a difference, of what they have more (or less) than before.';
grant select on programmes.determination_total to socle_app;
grant select, insert on programmes.determination_total to socle_worker;
select security.protect('programmes.determination_total');
select security.protect_programme('programmes.determination_total',
  '(select run.pack from programmes.determination_run as run where run.id = run_id)');
select security.protect_country('programmes.determination_total',
  '(select run.country from programmes.determination_run as run where run.id = run_id)');
select security.protect_in_emergency('programmes.determination_total');

insert into programmes.determination_total (run_id, number, territory, kind, code, households, weight, amount_minor)
select run_id, 0, territory, 'outcome', outcome, count(*), sum(weight), coalesce(sum(amount_minor), 0)
from programmes.determination group by run_id, territory, outcome
union all
select run_id, 0, territory, 'refusal', refusal, count(*), sum(weight), 0
from programmes.determination cross join unnest(refusals) as refusal group by run_id, territory, refusal;

grant update (cancelled_at, cancelled_by) on programmes.determination_run to socle_worker;
grant update (written, written_hash, standing) on programmes.determination_range to socle_worker;

create or replace function programmes.run_figures(of_run uuid, parts integer)
returns table (territory text, households integer, eligible integer, undetermined integer, weight numeric,
  eligible_weight numeric, amount_minor bigint)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  pack text;
  country text;
begin
  select run.pack, run.country into pack, country from programmes.determination_run as run where run.id = of_run;
  if not security.serves(country) then
    return;
  end if;
  return query execute format(
    'select %s, sum(t.households)::int, coalesce(sum(t.households) filter (where code = ''eligible''), 0)::int,
       coalesce(sum(t.households) filter (where code = ''undetermined''), 0)::int, sum(t.weight),
       sum(t.weight) filter (where code = ''eligible''), coalesce(sum(t.amount_minor), 0)::bigint
     from programmes.determination_total as t where t.run_id = $1 and t.kind = ''outcome'' and %s and %s %s',
    case when parts = 0 then '''''::text' else format('array_to_string((string_to_array(t.territory, ''.''))[1:%s], ''.'')', parts) end,
    security.territory_condition('t.territory'), security.programme_condition(quote_literal(pack), 't.territory'),
    case when parts = 0 then 'having count(*) > 0' else 'group by 1 order by 1' end)
    using of_run;
end
$$;
comment on function programmes.run_figures(uuid, integer) is 'Figures of a run by territory, at the level of the code''s first parts (1: regions; 0: one row for all), as far as the actor may see what was decided there.';
