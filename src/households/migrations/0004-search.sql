-- Search by name, in either script, and by identifier. The index of names serves an operator that PostgreSQL does not
-- trust with rows that row-level security has not yet let pass, so that, asked plainly, it would go through every person
-- of the actor's territories. This function runs as the owner and holds the same territories itself; what it finds is
-- joined by the caller to tables under their policies.

create index household_source_id on households.household (country, (source_id collate "C"));

create function households.may_see(territory text) returns boolean
language sql stable parallel safe
as $$
  select session_user = 'socle_worker' or (
    territory collate "C" >= security.territory_low() and territory collate "C" < security.territory_high()
    and (security.range_is_exact() or territory ~ security.territory_pattern()))
$$;
comment on function households.may_see(text) is 'The territory policy as a question, for functions that run as the owner.';

create function households.search(of_country text, within text, said text, words text[], most integer)
returns table (household_id uuid, person_id uuid, score real)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  matching text;
  scoring text;
begin
  return query
    select household.id, null::uuid, 2::real
    from households.household
    where household.country = of_country and length(said) >= 3
      and household.source_id collate "C" >= said and household.source_id collate "C" < said || U&'\+10FFFF'
      and (household.territory = within or starts_with(household.territory, within || '.') or within = '')
      and households.may_see(household.territory)
    order by household.source_id collate "C"
    limit most;
  if cardinality(words) = 0 then
    return;
  end if;
  -- One condition a word: the index answers them together, and any order of names is found.
  select string_agg(format('person.name_key operator(public.%%>) %L', word), ' and '),
    string_agg(format('public.word_similarity(%L, person.name_key)', word), ' + ')
  into matching, scoring from unnest(words) as word;
  return query execute format(
    'select membership.household_id, person.id, ((%s) / %s)::real
     from population.published_person as person
       join households.membership on membership.person_id = person.id and membership.valid_to is null
     where %s and person.country = $1
       and (person.territory = $2 or starts_with(person.territory, $2 || ''.'') or $2 = '''')
       and households.may_see(person.territory)
     limit $3', scoring, cardinality(words), matching)
    using of_country, within, most;
end
$$;
comment on function households.search(text, text, text, text[], integer) is 'Households of the actor''s territories whose identifier begins with what is said, then those with a member whose names hold every word, spelt about so. Scores from 0 to 1; 2 for an identifier.';
revoke execute on function households.search(text, text, text, text[], integer) from public;
grant execute on function households.search(text, text, text, text[], integer) to socle_app, socle_worker;
