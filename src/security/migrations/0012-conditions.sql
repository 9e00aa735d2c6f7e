-- The conditions of the policies as text, for functions that run as the owner: nothing at all for whoever sees everything,
-- so that a count over the country costs what it costs without policies.

create or replace function security.territory_condition(territory text) returns text
language sql stable parallel safe
as $$
  select case
    when session_user = 'socle_worker' or (security.territory_low() = '' and security.territory_high() = '~') then 'true'
    else format('(%1$s collate "C" >= %2$L and %1$s collate "C" < %3$L%4$s)', territory, security.territory_low(),
      security.territory_high(), case when security.range_is_exact() then ''
        else format(' and %s ~ %L', territory, security.territory_pattern()) end)
  end
$$;

create function security.programme_condition(programme text, territory text) returns text
language sql stable parallel safe
as $$
  select case when session_user = 'socle_worker' or security.every_programme() then 'true'
    else format('%s || '' '' || %s ~ %L', programme, territory, current_setting('socle.programme_pattern', true)) end
$$;
comment on function security.programme_condition(text, text) is 'SQL that is true for rows of the programmes granted to the actor; the arguments are SQL of the query, never something that was typed.';
