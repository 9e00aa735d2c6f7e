-- Search by name at the size of a nation. Pieces of three letters of every name (pg_trgm) brought together, for a common name,
-- hundreds of thousands of rows to look at again. What people are called is made of few words: those that are spelt or sound
-- about like what was typed are found first, among words; then persons by whole words, in an index that holds each as one key.

create table population.name_part (
  id bigint generated always as identity primary key,
  folded text collate "C",
  said text not null,
  letters text collate "C",
  sound text collate "C",
  check (num_nonnulls(folded, letters, sound) in (0, 3))
);
comment on table population.name_part is 'Parts of the names in the register, of nobody in particular: what search compares with what was typed. Learnt with the names (src/population/names); one may stand twice where two learnt it at once.';
comment on column population.name_part.id is 'In the order in which they were learnt.';
comment on column population.name_part.folded is 'Its words as they stand in person.name_key, side by side; null for a name that waits to be read.';
comment on column population.name_part.said is 'As it was first written, in either script.';
comment on column population.name_part.letters is 'In plain Latin letters, without spaces or article.';
comment on column population.name_part.sound is 'Consonants as they are heard: the same in both scripts and in most spellings.';
create index name_part_folded on population.name_part (folded);
create index name_part_letters on population.name_part (letters);
create index name_part_sound on population.name_part (sound);
create index name_part_pieces on population.name_part using gin (letters public.gin_trgm_ops);
create index name_part_waiting on population.name_part (id) where folded is null;
grant select, delete on population.name_part to socle_worker;

insert into population.name_part (said)
select given_name from population.person where given_name is not null union
select family_name from population.person where family_name is not null union
select given_name_ar from population.person where given_name_ar is not null union
select family_name_ar from population.person where family_name_ar is not null;

create function population.learn_name_parts(parts jsonb) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  insert into population.name_part (folded, said, letters, sound)
  select p.folded, p.said, p.letters, p.sound
  from jsonb_to_recordset(parts) as p (folded text, said text, letters text, sound text)
  where not exists (select from population.name_part known where known.folded = p.folded)
$$;
comment on function population.learn_name_parts(jsonb) is 'Notes parts of names that are new. It waits for nobody: two at once may both note one.';
revoke execute on function population.learn_name_parts(jsonb) from public;
grant execute on function population.learn_name_parts(jsonb) to socle_app, socle_worker;

create function population.name_parts_like(asked jsonb) returns table (asked text, folded text, said text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select a.folded, part.folded, part.said
  from jsonb_to_recordset($1) as a (folded text, letters text, sounds text[], known text[])
    cross join lateral (
      (select p.id, p.folded, p.said from population.name_part p where p.sound = any (a.sounds)
        order by public.similarity(p.letters, a.letters) desc, p.id limit 200)
      union
      (select p.id, p.folded, p.said from population.name_part p where p.letters = any (a.known) limit 100)
      union
      (select p.id, p.folded, p.said from population.name_part p
        where length(a.letters) >= 3 and p.letters >= a.letters and p.letters < a.letters || U&'\+10FFFF'
        order by length(p.letters), p.id limit 100)
      union
      (select p.id, p.folded, p.said from population.name_part p where p.letters operator(public.%) a.letters
        order by public.similarity(p.letters, a.letters) desc, p.id limit 100)
    ) as part
$$;
comment on function population.name_parts_like(jsonb) is 'Reviewed: parts of names, of nobody in particular, that may be what was typed. Whose they are is asked of search_persons, which holds the territories.';
revoke execute on function population.name_parts_like(jsonb) from public;
grant execute on function population.name_parts_like(jsonb) to socle_app, socle_worker;

create function population.forget_name_parts() returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  forgotten integer;
begin
  with words as materialized (
    select distinct unnest(string_to_array(name_key, ' ')) as word from population.person
  )
  delete from population.name_part p
  where exists (select from unnest(string_to_array(p.folded, ' ')) as own (word)
    where not exists (select from words where words.word = own.word));
  get diagnostics forgotten = row_count;
  return forgotten;
end
$$;
comment on function population.forget_name_parts() is 'Removes parts of names that nobody in the register bears any more; answers how many.';
revoke execute on function population.forget_name_parts() from public;
grant execute on function population.forget_name_parts() to socle_worker;

drop index population.person_name;
create index person_words on population.person using gin (string_to_array(name_key, ' '));

create function population.search_persons(of_country text, within text, asked jsonb, least_weight real, most integer)
returns table (person_id uuid, score real)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  words constant text := 'string_to_array(p.name_key, '' '')';
  place constant text := case when within = '' then 'true'
    else format('p.territory collate "C" >= %L and p.territory collate "C" < %L', within, within || '/') end;
  part record;
  way_matching text[];
  way_scoring text[];
  matching text[] := '{}';
  scoring text[] := '{}';
begin
  if not security.serves(of_country) then
    return;
  end if;
  for part in
    select way.place, count(*) over (partition by way.place) as parts,
      row_number() over (partition by way.place order by term.place desc) = 1 as is_last, term.answers
    from jsonb_array_elements(asked) with ordinality as way (terms, place),
      jsonb_array_elements(way.terms) with ordinality as term (answers, place)
    order by way.place, term.place
  loop
    way_matching := way_matching || (
      select '(' || coalesce(string_agg(condition, ' or '), 'false') || ')' from (
        select format('%s && %L::text[]', words, array_agg(a ->> 'folded'))
        from jsonb_array_elements(part.answers) as a
        where (a ->> 'weight')::real >= least_weight and position(' ' in a ->> 'folded') = 0 having count(*) > 0
        union all
        select format('%s @> %L::text[] and strpos(p.name_key, %L) > 0', words, string_to_array(a ->> 'folded', ' '), a ->> 'folded')
        from jsonb_array_elements(part.answers) as a
        where (a ->> 'weight')::real >= least_weight and position(' ' in a ->> 'folded') > 0
      ) as conditions (condition));
    way_scoring := way_scoring || (
      select format('greatest((select max((%L::jsonb ->> word)::real) from unnest(%s) as word)%s)',
        jsonb_object_agg(a ->> 'folded', (a ->> 'weight')::real), words,
        string_agg(format(', case when strpos(p.name_key, %L) > 0 then %s end', a ->> 'folded', a ->> 'weight'), '')
          filter (where position(' ' in a ->> 'folded') > 0))
      from jsonb_array_elements(part.answers) as a);
    if part.is_last then
      matching := matching || ('(' || array_to_string(way_matching, ' and ') || ')');
      scoring := scoring || format('((%s) / %s)', array_to_string(way_scoring, ' + '), part.parts);
      way_matching := null;
      way_scoring := null;
    end if;
  end loop;
  if cardinality(matching) = 0 then
    return;
  end if;
  return query execute format(
    'with answering as materialized (
       select p.id, p.name_key from population.person p where (%s) and p.country = $1 and %s and %s limit $2
     )
     select p.id, (%s)::real from answering p',
    array_to_string(matching, ' or '), security.territory_condition('p.territory'), place,
    case when least_weight >= 1 then '1' else format('greatest(%s)', array_to_string(scoring, ', ')) end)
    using of_country, most;
end
$$;
comment on function population.search_persons(text, text, jsonb, real, integer) is 'Reviewed: persons of the actor''s territories whose names hold, in one of the ways asked, an answer of at least this weight for every part; with a score from 0 to 1. So many at most, in no order. For the functions of modules above, that run as the owner: files closed to the actor are theirs to hide.';
revoke execute on function population.search_persons(text, text, jsonb, real, integer) from public;
