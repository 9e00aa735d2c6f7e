-- What providers ask for carrying money: by terms with a day and a source, as the ministry's contract says them, and as the provider
-- itself says it of a payment, where its answers do.

alter table payments.answer_line add column fee bigint check (fee >= 0);
comment on column payments.answer_line.fee is 'What the provider says that it took for it, minor units of the currency of the line; null where it does not say.';

create table payments.provider_fee (
  id uuid primary key,
  provider text not null references payments.provider,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  per text not null check (per in ('paid', 'sent')),
  fixed bigint not null check (fixed >= 0),
  share integer not null check (share between 0 and 1000000),
  rounding text not null check (rounding in ('half_up', 'up', 'down')),
  valid_from date not null,
  source text not null check (source ~ '\S' and char_length(source) <= 400),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor() check (recorded_by like 'staff:%')
);
create index provider_fee_in_force on payments.provider_fee (provider, currency, valid_from desc, recorded_at desc);
comment on table payments.provider_fee is 'What a provider asks for a payment, from a day on, until the next terms of the same provider and currency.';
comment on column payments.provider_fee.id is 'Made by the caller.';
comment on column payments.provider_fee.provider is 'The provider.';
comment on column payments.provider_fee.currency is 'Of the payments for which it holds.';
comment on column payments.provider_fee.per is 'paid: asked for payments that reached the payee. sent: for every order, also one that came back.';
comment on column payments.provider_fee.fixed is 'For each payment, minor units.';
comment on column payments.provider_fee.share is 'Of its amount, in millionths, besides.';
comment on column payments.provider_fee.rounding is 'How the share is rounded to minor units, payment by payment.';
comment on column payments.provider_fee.valid_from is 'First day of execution for which it holds.';
comment on column payments.provider_fee.source is 'Contract or decision that says so, with its article.';
comment on column payments.provider_fee.recorded_at is 'When it was said.';
comment on column payments.provider_fee.recorded_by is 'By whom.';

create function payments.fee_of(amount bigint, fixed bigint, share integer, rounding text) returns bigint
language sql immutable parallel safe
as $$
  select fixed + case rounding
    when 'up' then div(amount::numeric * share + 999999, 1000000)
    when 'down' then div(amount::numeric * share, 1000000)
    else div(amount::numeric * share * 2 + 1000000, 2000000)
  end::bigint
$$;
comment on function payments.fee_of(bigint, bigint, integer, text) is 'What terms ask for one payment: a fixed amount, and a share in millionths rounded to minor units.';

select security.append_only('payments.provider_fee');
grant select on payments.provider_fee to socle_app, socle_worker;
grant insert (id, provider, currency, per, fixed, share, rounding, valid_from, source) on payments.provider_fee to socle_app;
call payments.staff_only('provider_fee');
