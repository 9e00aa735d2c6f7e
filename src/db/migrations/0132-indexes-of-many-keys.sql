-- A GIN index of millions of different keys is gathered in memory key by key: in more than the processor keeps at hand, each
-- key costs twice as much. Measured for two million keys: 11.1 s with 512 MB, 7.2 s with 32 MB, 5.0 s with 8 MB.
create or replace function db.bring_index_back() returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set max_parallel_maintenance_workers = 0
as $$
declare
  one db.index_aside;
begin
  -- The longest to build first; another call builds another meanwhile, which is why each is built by one process.
  delete from db.index_aside where name = (
    select name from db.index_aside order by definition like '%USING gin%' desc, name limit 1 for update skip locked)
  returning * into one;
  if one.name is not null and to_regclass(one.name) is null then
    if one.definition like '%USING gin%' then
      perform set_config('maintenance_work_mem', '8MB', true);
    end if;
    execute one.definition;
  end if;
  return one.name;
end
$$;
