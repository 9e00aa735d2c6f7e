-- Who recorded a fact, and when, is the transaction's and the clock's to say: programs may not write those columns at all.
-- Append-only tables are now guarded by security, as everywhere.

do $$
declare
  name text;
  columns text;
begin
  foreach name in array array[
    'budget_line', 'provider', 'account', 'route', 'transfer', 'payee_account', 'run', 'instruction', 'run_line', 'left_out',
    'run_group', 'run_total', 'run_posting', 'run_file', 'run_event'
  ] loop
    execute format('drop trigger append_only on payments.%I', name);
    perform security.append_only(format('payments.%I', name)::regclass);
    execute format('revoke insert on payments.%I from socle_app, socle_worker', name);
    select string_agg(format('%I', a.attname), ', ' order by a.attnum) into columns
    from pg_attribute a
    where a.attrelid = format('payments.%I', name)::regclass and a.attnum > 0 and not a.attisdropped and a.attidentity = ''
      and a.attname not in ('recorded_at', 'recorded_by', 'recorded_name', 'opened_at', 'opened_by');
    if name <> 'route' then
      execute format('grant insert (%s) on payments.%I to socle_worker', columns, name);
    end if;
    if name not in ('route', 'run', 'instruction', 'run_line', 'left_out', 'run_group', 'run_total') then
      execute format('grant insert (%s) on payments.%I to socle_app', columns, name);
    end if;
  end loop;
end
$$;

drop procedure payments.append_only(text[]);
drop function payments.refuse_change();
