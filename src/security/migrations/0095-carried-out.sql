-- For guards of other modules: whether something was proposed by one, approved by another, and carried out.
create function security.is_carried_out(of_kind text, said jsonb) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from security.proposal p join security.proposal_step s on s.proposal_id = p.id and s.step = 'carried_out'
    where p.kind = of_kind and p.content::jsonb @> said)
$$;
comment on function security.is_carried_out(text, jsonb) is 'Whether a proposal of this kind that says all of this was carried out. For triggers.';
revoke execute on function security.is_carried_out(text, jsonb) from public;
