-- What is paid is paid for a purpose, which is a programme: an actor whose grants are limited to some programmes sees the
-- lines of those, and an instruction when all that it pays is of those: the sum of the others would be told otherwise.

select security.protect_programme('payments.run_line', 'purpose');
select security.protect_programme('payments.left_out', 'purpose');

create function payments.lines_granted(run uuid, place integer) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(bool_and(security.programme_granted(line.purpose, line.territory)), false)
  from payments.run_line as line where line.run_id = run and line.position = place
$$;
comment on function payments.lines_granted(uuid, integer) is 'Is every line of an instruction of a programme granted to the actor? Runs as the owner: lines that the actor does not see count as well.';
revoke execute on function payments.lines_granted(uuid, integer) from public;
grant execute on function payments.lines_granted(uuid, integer) to socle_app, socle_worker;

create policy programme on payments.instruction as restrictive to socle_app
  using ((select security.every_programme()) or payments.lines_granted(run_id, position));
