-- Accounts of which a second person saw that they are the payee's. An account without a row here is used all the same: what
-- protects it is the cooling off and the notice to the payee; a verification says who looked, and at what.

create table payments.payee_account_verified (
  account_id uuid primary key references payments.payee_account,
  payee_id uuid not null,
  territory text collate "C" not null,
  means text not null check (means in ('holder_paper', 'provider_answer', 'payee_call')),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor() check (recorded_by like 'staff:%'),
  recorded_name text not null default current_setting('socle.actor_name', true)
);
comment on table payments.payee_account_verified is 'Accounts of which a second person saw that they are the payee''s.';
comment on column payments.payee_account_verified.account_id is 'The account.';
comment on column payments.payee_account_verified.payee_id is 'Whose: that of the account.';
comment on column payments.payee_account_verified.territory is 'Who may see it: that of the account.';
comment on column payments.payee_account_verified.means is 'By what: a paper of the bank or operator with the holder''s name, an answer of the provider, a call to the payee.';
comment on column payments.payee_account_verified.recorded_at is 'When.';
comment on column payments.payee_account_verified.recorded_by is 'By whom: never by who recorded the account.';
comment on column payments.payee_account_verified.recorded_name is 'That name, as it was then.';

create function payments.check_account_verified() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from payments.payee_account a
    where a.id = new.account_id and a.payee_id = new.payee_id and a.territory = new.territory
      and a.kind in ('bank', 'mobile') and a.recorded_by <> new.recorded_by) then
    raise exception 'an account with a number is verified by somebody else than who recorded it'
      using errcode = 'check_violation', constraint = 'account_of_two';
  end if;
  return new;
end
$$;
comment on function payments.check_account_verified() is 'Trigger: nobody verifies an account that they recorded.';
revoke execute on function payments.check_account_verified() from public;
create trigger account_of_two before insert on payments.payee_account_verified
  for each row execute function payments.check_account_verified();

select security.append_only('payments.payee_account_verified');
grant select on payments.payee_account_verified to socle_app, socle_worker;
grant insert (account_id, payee_id, territory, means) on payments.payee_account_verified to socle_app, socle_worker;
select security.protect('payments.payee_account_verified');
select security.protect_file('payments.payee_account_verified', 'payee_id');
create index payee_account_verified_payee on payments.payee_account_verified (payee_id);
create index payee_account_verified_territory on payments.payee_account_verified (territory);
