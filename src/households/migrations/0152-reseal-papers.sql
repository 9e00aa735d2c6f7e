-- The keys of papers are written once; a rotation of keys seals them again.

create function households.reseal_papers(ids uuid[], earlier bytea[], sealed bytea[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  update households.evidence e set key_sealed = given.value
  from unnest(ids, earlier, sealed) as given (id, before, value)
  where e.id = given.id and e.key_sealed = given.before
$$;
comment on function households.reseal_papers(uuid[], bytea[], bytea[]) is 'Reviewed rewriting: the keys of papers take the form of another key.';
revoke execute on function households.reseal_papers(uuid[], bytea[], bytea[]) from public;
grant execute on function households.reseal_papers(uuid[], bytea[], bytea[]) to socle_worker;
