-- Which notices of a window were queued: each once, in the transaction that queues them.
create table payments.cash_notice (
  window_id uuid not null references payments.cash_window,
  kind text not null check (kind in ('opens', 'closes')),
  payees integer not null check (payees >= 0),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null default payments.actor(),
  primary key (window_id, kind)
);
comment on table payments.cash_notice is 'Notices before a window opens and before it closes, as they were queued.';
comment on column payments.cash_notice.window_id is 'The window.';
comment on column payments.cash_notice.kind is 'opens: money is about to be there. closes: it is about to go back.';
comment on column payments.cash_notice.payees is 'How many payees it was for.';
comment on column payments.cash_notice.recorded_at is 'When.';
comment on column payments.cash_notice.recorded_by is 'By whom.';
select security.append_only('payments.cash_notice');
grant select on payments.cash_notice to socle_app, socle_worker;
grant insert (window_id, kind, payees) on payments.cash_notice to socle_worker;
call payments.staff_only('cash_notice');
