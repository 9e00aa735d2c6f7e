-- What each file of answers brought is counted once, as it is taken: a list of fifty files of a million lines counted them all again.

create table payments.answer_figures (
  file_id uuid primary key references payments.answer_file,
  confirmed integer not null check (confirmed >= 0),
  returned integer not null check (returned >= 0),
  reversed integer not null check (reversed >= 0),
  exceptions integer not null check (exceptions >= 0)
);
comment on table payments.answer_figures is 'What files of answers brought, counted as each was taken.';
comment on column payments.answer_figures.file_id is 'The file.';
comment on column payments.answer_figures.confirmed is 'Payments that it confirmed.';
comment on column payments.answer_figures.returned is 'Payments that it brought back.';
comment on column payments.answer_figures.reversed is 'Payments that it took back after they were confirmed.';
comment on column payments.answer_figures.exceptions is 'Lines that somebody must look at, closed ones included.';

insert into payments.answer_figures (file_id, confirmed, returned, reversed, exceptions)
select f.id, coalesce(o.confirmed, 0), coalesce(o.returned, 0), coalesce(o.reversed, 0), coalesce(l.exceptions, 0)
from payments.answer_file f
  left join (
    select file_id, count(*) filter (where kind = 'confirm') as confirmed, count(*) filter (where kind = 'return') as returned,
      count(*) filter (where kind = 'reverse') as reversed
    from payments.instruction_outcome group by file_id) o on o.file_id = f.id
  left join (
    select file_id, count(*) as exceptions from payments.answer_line where exception is not null group by file_id
  ) l on l.file_id = f.id;

create function payments.check_answer_figures() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from payments.answer_figures g where g.file_id = new.id) then
    raise exception 'answers %: what they brought was not counted', new.id
      using errcode = 'check_violation', constraint = 'answer_figures';
  end if;
  return null;
end
$$;
comment on function payments.check_answer_figures() is 'Constraint trigger, at commit: every file of answers has its figures.';
revoke execute on function payments.check_answer_figures() from public;
create constraint trigger answer_figures after insert on payments.answer_file
  deferrable initially deferred for each row execute function payments.check_answer_figures();

select security.append_only('payments.answer_figures');
grant select, insert on payments.answer_figures to socle_worker;
alter table payments.answer_figures enable row level security;
create policy worker on payments.answer_figures to socle_worker using (true);
