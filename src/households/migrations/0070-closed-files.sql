-- Files closed to who is too close to the household, and open alone in an emergency (src/security/conflicts).
select security.protect_file('households.household', 'id');
select security.protect_in_emergency('households.anonymised');

create function households.follow_conflicts() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  closing uuid[];
begin
  if security.holds_conflicts() then
    select security.follow_conflicts(array_agg(household_id), array_agg(person_id)) into closing from added where ended_at is null;
    -- Those who were there before close with the household.
    perform security.follow_conflicts(array_agg(m.household_id), array_agg(m.person_id))
    from households.membership m where m.ended_at is null and m.household_id = any (closing);
  end if;
  return null;
end
$$;
comment on function households.follow_conflicts() is 'Trigger: declared conflicts follow who joins a household, and who leaves for another.';
create trigger follow_conflicts after insert on households.membership referencing new table as added
  for each statement execute function households.follow_conflicts();

create function households.close_files(of_country text, number text, of_person uuid)
returns table (household_id uuid, territory text, files uuid[])
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select h.id, h.territory, array_agg(m.person_id) filter (where m.person_id is not null) || h.id
  from households.household h left join households.membership m on m.household_id = h.id and m.ended_at is null
  where h.country = of_country and h.source_id = number
  group by h.id having of_person is null or of_person = any (array_agg(m.person_id))
$$;
comment on function households.close_files(text, text, uuid) is 'The household of a number, wherever it lives, and the files that close or open with it. For declaring a conflict and for emergencies: neither needs the right to read it, and both are recorded.';
revoke execute on function households.close_files(text, text, uuid) from public;
grant execute on function households.close_files(text, text, uuid) to socle_app, socle_worker;
