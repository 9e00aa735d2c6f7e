-- Numbers of accounts stand sealed (src/security/privacy): the table, a dump of it or a copy of the disk tell whose account is
-- at which provider and its last four characters, not its number. A number in clear exists only where one was recorded by a
-- query or before this migration, until payments.seal_numbers has passed over it.

alter table payments.payee_account
  add number_sealed bytea,
  add number_index bytea check (octet_length(number_index) = 16),
  add number_end text check (char_length(number_end) <= 4),
  add number_erased_at timestamptz,
  drop constraint payee_account_check1,
  add constraint payee_account_number_form check (case kind
    when 'bank' then number ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'
    when 'mobile' then number ~ '^\+[1-9][0-9]{7,14}$'
    else number is null
  end),
  add constraint payee_account_number_once check (
    num_nonnulls(number, number_sealed, number_erased_at) = case when kind in ('bank', 'mobile') then 1 else 0 end),
  add constraint payee_account_number_sealed check (
    num_nonnulls(number_index, number_end) = case when number_sealed is null then 0 else 2 end);
comment on column payments.payee_account.number is 'IBAN, or wallet number with its country, in clear: on its way to be sealed. Null for cash and closed.';
comment on column payments.payee_account.number_sealed is 'The number, sealed for this row (AES-256-GCM, data key of security.column_key).';
comment on column payments.payee_account.number_index is 'The same for equal numbers: to find accounts that several payees share, without opening any.';
comment on column payments.payee_account.number_end is 'Its last four characters, for pages.';
comment on column payments.payee_account.number_erased_at is 'When the number was erased, its time being over.';
create index payee_account_number on payments.payee_account (number_index) where number_index is not null;
create index payee_account_in_clear on payments.payee_account (id) where number is not null;
create index payee_account_key on payments.payee_account (get_byte(number_sealed, 4), id) where number_sealed is not null;
grant insert (number_sealed, number_index, number_end) on payments.payee_account to socle_app, socle_worker;

create function payments.seal_numbers(ids uuid[], sealed bytea[], indexes bytea[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  done integer;
begin
  perform security.open_rewriting('payments.payee_account');
  update payments.payee_account a
  set number = null, number_sealed = given.value, number_index = given.indexed,
    number_end = coalesce(a.number_end, right(a.number, 4))
  from unnest(ids, sealed, indexes) as given (id, value, indexed)
  where a.id = given.id and a.number_erased_at is null and num_nonnulls(a.number, a.number_sealed) = 1;
  get diagnostics done = row_count;
  perform security.close_rewriting();
  return done;
end
$$;
comment on function payments.seal_numbers(uuid[], bytea[], bytea[]) is 'Reviewed rewriting: the same numbers in another form. Seals those in clear, or seals again under another key.';
revoke execute on function payments.seal_numbers(uuid[], bytea[], bytea[]) from public;
grant execute on function payments.seal_numbers(uuid[], bytea[], bytea[]) to socle_worker;
