-- A file that is read and checked is registered in lanes, side by side: PostgreSQL works on as many processors. Each lane
-- is a stretch of the file's rows and remembers how far it came; the import is where its lanes are.

create table households.import_lane (
  job_id uuid not null references households.import_job,
  number integer not null,
  after_line integer not null,
  last_line integer not null check (last_line >= after_line),
  position integer not null check (position >= after_line),
  registered integer not null default 0,
  changed integer not null default 0,
  unchanged integer not null default 0,
  primary key (job_id, number)
);
comment on table households.import_lane is 'Stretches of an import, registered side by side.';
comment on column households.import_lane.job_id is 'Import.';
comment on column households.import_lane.number is 'Order of the stretch in the file, from 1.';
comment on column households.import_lane.after_line is 'Row of the households file after which the stretch begins.';
comment on column households.import_lane.last_line is 'Last row of the stretch.';
comment on column households.import_lane.position is 'Row up to which the stretch is registered; said in the transaction of each batch.';
comment on column households.import_lane.registered is 'Households that were new.';
comment on column households.import_lane.changed is 'Households that said something else than last time.';
comment on column households.import_lane.unchanged is 'Households that said the same again.';
grant select, insert on households.import_lane to socle_worker;
grant update (position, registered, changed, unchanged) on households.import_lane to socle_worker;

-- The position is now the lanes'; the figures of the import are written when it ends.
alter table households.import_job drop column position;
