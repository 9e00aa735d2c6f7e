-- The territory policy as text, for functions that run as the owner and write their own query: the actor's bounds stand in
-- it as values, so that the planner weighs them against the other indexes of the query.

create function security.territory_condition(territory text) returns text
language sql stable parallel safe
as $$
  select case when session_user = 'socle_worker' then 'true' else
    format('(%1$s collate "C" >= %2$L and %1$s collate "C" < %3$L%4$s)', territory, security.territory_low(),
      security.territory_high(), case when security.range_is_exact() then ''
        else format(' and %s ~ %L', territory, security.territory_pattern()) end) end
$$;
comment on function security.territory_condition(text) is 'SQL that is true for rows of the actor''s territories; the argument is a column as the query names it, never something that was typed.';
