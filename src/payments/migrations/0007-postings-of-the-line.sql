-- A run's postings must be in the book of its own budget line: the check let a commitment in another book pass.

create or replace function payments.check_run_postings() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  needed text := case new.state
    when 'approved' then 'commit'
    when 'sent' then 'send'
    when 'cancelled' then
      case when exists (select from payments.run_event where run_id = new.run_id and state = 'approved') then 'release' end
  end;
begin
  if needed is not null and exists (
    select from payments.run_total t
      join payments.run r on r.id = t.run_id
      left join payments.run_posting p on (p.run_id, p.provider, p.purpose) = (t.run_id, t.provider, t.purpose) and p.kind = needed
      left join payments.transfer x on x.id = p.transfer and x.kind = needed and x.amount = t.amount
      left join payments.account d on d.id = x.debit_account
      left join payments.account c on c.id = x.credit_account
    where t.run_id = new.run_id
      and (d.budget_line is distinct from r.budget_line
        or coalesce(c.purpose, d.purpose) is distinct from t.purpose
        or (needed = 'send' and c.provider is distinct from t.provider))) then
    raise exception 'run %: % without its postings', new.run_id, new.state
      using errcode = 'check_violation', constraint = 'run_postings';
  end if;
  return null;
end
$$;
