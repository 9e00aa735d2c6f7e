-- What served for signing in and is over is not kept: the audit says who came in.

create function security.forget_sign_ins() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  gone bigint := 0;
  removed bigint;
begin
  -- The budget of messages looks back one day.
  delete from security.citizen_code where asked_at < clock_timestamp() - interval '2 days';
  get diagnostics removed = row_count;
  gone := gone + removed;
  delete from security.citizen_session where expires_at < clock_timestamp() - interval '1 day';
  get diagnostics removed = row_count;
  gone := gone + removed;
  delete from security.staff_session where expires_at < clock_timestamp() - interval '1 day';
  get diagnostics removed = row_count;
  gone := gone + removed;
  delete from security.staff_verification where expires_at < clock_timestamp() - interval '1 day';
  get diagnostics removed = row_count;
  return gone + removed;
end
$$;
comment on function security.forget_sign_ins() is 'Reviewed: removes codes, sessions and proofs that are over; answers how many.';
revoke execute on function security.forget_sign_ins() from public;
grant execute on function security.forget_sign_ins() to socle_worker;
