-- Where each payee is paid: a dated history, appended to.

alter table payments.provider add unique (code, kind);

create table payments.payee_account (
  id uuid primary key,
  payee_id uuid not null,
  territory text collate "C" not null,
  kind text not null check (kind in ('bank', 'mobile', 'cash', 'closed')),
  provider text,
  number text,
  valid_from date not null,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor(),
  foreign key (provider, kind) references payments.provider (code, kind),
  check ((provider is null) = (kind = 'closed')),
  check (case kind
    when 'bank' then number ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'
    when 'mobile' then number ~ '^\+[1-9][0-9]{7,14}$'
    else number is null
  end)
);
create index payee_account_in_force on payments.payee_account (payee_id, valid_from desc, recorded_at desc, id desc);
create index payee_account_territory on payments.payee_account (territory);
comment on table payments.payee_account is 'Accounts of payees over time. In force on a day: the last to begin on or before it, the last recorded where two begin together.';
comment on column payments.payee_account.id is 'UUIDv7, made by the caller.';
comment on column payments.payee_account.payee_id is 'Whoever receives; a person, as far as payments knows an opaque id.';
comment on column payments.payee_account.territory is 'Where the payee lived when it was recorded: who may see it.';
comment on column payments.payee_account.kind is 'bank, mobile (wallet), cash (collected in person), or closed: nothing may be sent from that day.';
comment on column payments.payee_account.provider is 'Who carries the money there; null when closed.';
comment on column payments.payee_account.number is 'IBAN, or wallet number with its country; null for cash and closed.';
comment on column payments.payee_account.valid_from is 'First day on which it is used.';
comment on column payments.payee_account.recorded_at is 'When we learnt it.';
comment on column payments.payee_account.recorded_by is 'Who recorded it.';
call payments.append_only('payee_account');
select security.protect('payments.payee_account');
