-- Figures of a run over the determinations that the actor may see, by a function that runs as the owner and holds the same
-- territories and programmes as values: over a nation, the policies ask each row again.

create function programmes.run_figures(of_run uuid, parts integer)
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
    'select %s, count(*)::int, count(*) filter (where outcome = ''eligible'')::int,
       count(*) filter (where outcome = ''undetermined'')::int, sum(weight), sum(weight) filter (where outcome = ''eligible''),
       coalesce(sum(d.amount_minor), 0)::bigint
     from programmes.determination as d where d.run_id = $1 and %s and %s %s',
    case when parts = 0 then '''''::text' else format('array_to_string((string_to_array(d.territory, ''.''))[1:%s], ''.'')', parts) end,
    security.territory_condition('d.territory'), security.programme_condition(quote_literal(pack), 'd.territory'),
    case when parts = 0 then 'having count(*) > 0' else 'group by 1 order by 1' end)
    using of_run;
end
$$;
comment on function programmes.run_figures(uuid, integer) is 'Figures of a run by territory, at the level of the code''s first parts (1: regions; 0: one row for all), as far as the actor sees its determinations.';
revoke execute on function programmes.run_figures(uuid, integer) from public;
grant execute on function programmes.run_figures(uuid, integer) to socle_app, socle_worker;
