-- Which roles somebody holds over the whole country, for modules that hold an act to the role of who does it.
create function security.roles_over_the_country(person text) returns table (role text, programme text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select g.role, g.programme from security.role_grant g
  where 'staff:' || g.staff_id = person and g.revoked_at is null and g.territory = ''
    and g.valid_from <= clock_timestamp() and (g.valid_to is null or g.valid_to > clock_timestamp())
$$;
comment on function security.roles_over_the_country(text) is 'Roles that somebody (staff:<id>) holds over the whole country at this moment, each with its programme; null for all.';
revoke execute on function security.roles_over_the_country(text) from public;

-- The role that approves what is beyond others is given by two persons, as theirs is.
drop trigger role_of_two on security.role_grant;
create trigger role_of_two before insert on security.role_grant
  for each row when (new.granted_by like 'staff:%' and new.role in ('payment_approver', 'payment_director', 'administrator'))
  execute function security.check_role_of_two();
