-- Beginnings of names at the size of a nation. `Abde` is answered by 35 parts of names that a tenth of the register bears: one look in
-- the index for all 35 weighs each person found against each of them, and all are found though a thousand are shown. How
-- common each word is tells which to look for first, and which to look for alone, which the index does five times as fast. It is
-- what ANALYZE notes of the index of words anyway: nothing more to keep.

create function population.common_words() returns table (word text, bearers integer)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select e.word, (e.share * greatest(register.reltuples, 0))::integer
  from pg_stats s
    cross join lateral unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) as e (word, share)
    cross join (select reltuples from pg_class where oid = 'population.person'::regclass) as register
  where s.schemaname = 'population' and s.tablename = 'person_words' and e.word is not null
$$;
comment on function population.common_words() is 'Words that stand in the names of most persons, with about how many of the whole register bear them, as last analyzed.';
revoke execute on function population.common_words() from public;

-- The beginning of a name may be that of thousands: those that most people bear come first. Of a word of three letters nearly
-- every word shares some piece: whoever asks names the slips (known).
drop function population.name_parts_like(jsonb);
create function population.name_parts_like(asked jsonb) returns table (asked text, folded text, said text, bearers integer)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  with common as materialized (select word, c.bearers from population.common_words() as c)
  select a.folded, part.folded, part.said,
    (select min(coalesce(c.bearers, 0)) from unnest(string_to_array(part.folded, ' ')) as own (word) left join common c using (word))
  from jsonb_to_recordset($1) as a (folded text, letters text, sounds text[], known text[])
    cross join lateral (
      (select p.id, p.folded, p.said from population.name_part p where p.sound = any (a.sounds)
        order by public.similarity(p.letters, a.letters) desc, p.id limit 200)
      union
      (select p.id, p.folded, p.said from population.name_part p where p.letters = any (a.known) limit 100)
      union
      (select p.id, p.folded, p.said from population.name_part p left join common c on c.word = p.folded
        where length(a.letters) >= 3 and p.letters >= a.letters and p.letters < a.letters || U&'\+10FFFF'
        order by c.bearers desc nulls last, length(p.letters), p.id limit 100)
      union
      (select p.id, p.folded, p.said from population.name_part p
        where length(a.letters) > 3 and p.letters operator(public.%) a.letters
        order by public.similarity(p.letters, a.letters) desc, p.id limit 100)
    ) as part
$$;
comment on function population.name_parts_like(jsonb) is 'Reviewed: parts of names, of nobody in particular, that may be what was typed, with about how many of the register bear them where they are many. Whose they are is asked of search_persons, which holds the territories.';
revoke execute on function population.name_parts_like(jsonb) from public;
grant execute on function population.name_parts_like(jsonb) to socle_app, socle_worker;
-- Written seldom, and looked at by every search: nothing waits outside of its order.
alter index population.name_part_pieces set (fastupdate = off);

drop function population.name_condition(jsonb, real);
create function population.name_condition(asked jsonb, least_weight real, by_index boolean) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  -- Where several parts were asked, the index brings them together itself, if each is one condition.
  with common as materialized (
    select word, bearers from population.common_words()
    where by_index and not exists (select from jsonb_array_elements(asked) as way (terms) where jsonb_array_length(terms) > 1)
  )
  select coalesce(string_agg(format('(%s)', way.condition), ' or '), 'false')
  from (
    select string_agg(format('(%s)', coalesce(term.condition, 'false')), ' and ') as condition
    from jsonb_array_elements(asked) with ordinality as ways (terms, place),
      jsonb_array_elements(ways.terms) as terms (answers),
      lateral (
        select string_agg(answer.condition, ' or ') as condition
        from (
          -- Words that thousands bear each alone, the ten most common; all others together.
          select format('string_to_array(p.name_key, '' '') && %L::text[]', array_agg(single.word))
          from (
            select a ->> 'folded' as word, c.bearers, row_number() over (order by c.bearers desc nulls last, a ->> 'folded') as place
            from jsonb_array_elements(terms.answers) as a left join common c on c.word = a ->> 'folded'
            where (a ->> 'weight')::real >= least_weight and position(' ' in a ->> 'folded') = 0
          ) as single
          group by case when single.bearers >= 2000 and single.place <= 10 then single.place end
          union all
          select format('string_to_array(p.name_key, '' '') @> %L::text[] and strpos(p.name_key, %L) > 0',
            string_to_array(a ->> 'folded', ' '), a ->> 'folded')
          from jsonb_array_elements(terms.answers) as a
          where (a ->> 'weight')::real >= least_weight and position(' ' in a ->> 'folded') > 0
        ) as answer (condition)
      ) as term
    group by ways.place
  ) as way
$$;
comment on function population.name_condition(jsonb, real, boolean) is 'SQL over population.person p: true where in one of the ways asked every part has an answer of at least this weight; laid out for the index of words, or for asking it of a row.';
revoke execute on function population.name_condition(jsonb, real, boolean) from public;

create or replace function population.search_persons(of_country text, within text, asked jsonb, least_weight real, below real, after integer,
  most integer)
returns table (person_id uuid, score real)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
-- By bitmaps alone, whose rows come in the order in which they lie: however many are asked for, the first are the same.
set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off set max_parallel_workers_per_gather = 0
as $$
begin
  if not security.serves(of_country) or jsonb_array_length(asked) = 0 then
    return;
  end if;
  return query execute format(
    'with answering as materialized (
       select p.id, p.name_key from population.person p
       where (%s) and not (%s) and p.country = $1 and %s and %s limit $2 offset $3
     )
     select p.id, (%s)::real from answering p',
    population.name_condition(asked, least_weight, true),
    case when below is null then 'false' else population.name_condition(asked, below, false) end,
    security.territory_condition('p.territory'),
    case when within = '' then 'true'
      else format('p.territory collate "C" >= %L and p.territory collate "C" < %L', within, within || '/') end,
    case when least_weight >= 1 then '1' else population.name_score(asked) end)
    using of_country, most, after;
end
$$;

-- The words of a file just imported wait outside of the order of their index until a search would have to read them all: they are
-- brought into it with the keys.
create or replace function population.settle_match_keys() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  select pg_catalog.gin_clean_pending_list('population.match_key_keys');
  select pg_catalog.gin_clean_pending_list('population.person_words');
  analyze population.match_key (country, recorded_at, keys)
$$;
