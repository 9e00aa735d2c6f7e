-- Money that reached a family without a right to it: owed back, and kept apart in the book that paid it until it is taken from a
-- later right, given back, or written off by two persons.

alter table payments.account drop constraint account_kind_check;
alter table payments.account add constraint account_kind_check
  check (kind in ('funder', 'budget_line', 'commitment', 'provider', 'recipients', 'returned', 'overpaid', 'written_off'));
comment on column payments.account.kind is 'funder: what was given. budget_line: free to commit. commitment: reserved by approved runs. provider: sent, not yet answered. recipients: confirmed in the hands of payees. returned: came back. overpaid: in the hands of payees without a right. written_off: overpaid, and given up.';

insert into payments.route (kind, debit_kind, credit_kind, says) values
  ('overpay', 'recipients', 'overpaid', 'what payees received turns out not to have been owed'),
  ('recover', 'overpaid', 'recipients', 'what was overpaid is taken from a later right, or was owed after all'),
  ('refund', 'overpaid', 'budget_line', 'payees gave back what was overpaid'),
  ('write_off', 'overpaid', 'written_off', 'what was overpaid is given up, by decision of two persons');

create view payments.published_attempt with (security_invoker = true) as
select l.entitlement_id, l.purpose, l.amount, r.budget_line,
  payments.attempt_is_over(l.run_id, l.position, l.entitlement_id) as over,
  exists (
    select from payments.instruction_outcome o
    where o.run_id = l.run_id and o.position = l.position and o.kind = 'confirm')
  and not exists (
    select from payments.instruction_outcome o
    where o.run_id = l.run_id and o.position = l.position and o.kind = 'reverse') as received
from payments.run_line l join payments.run r on r.id = l.run_id
where not exists (select from payments.run_line n where n.entitlement_id = l.entitlement_id and n.attempt > l.attempt);
comment on view payments.published_attempt is 'The last attempt to pay each entitlement, for the module that says what is owed.';
comment on column payments.published_attempt.entitlement_id is 'What is owed.';
comment on column payments.published_attempt.purpose is 'What for.';
comment on column payments.published_attempt.amount is 'Amount of the attempt, minor units.';
comment on column payments.published_attempt.budget_line is 'The book that pays it.';
comment on column payments.published_attempt.over is 'Whether it came to nothing for certain, so that it may be tried again.';
comment on column payments.published_attempt.received is 'Whether the payee has the money, as far as is known.';
grant select on payments.published_attempt to socle_worker;

create view payments.published_left_out with (security_invoker = true) as
select distinct w.entitlement_id, w.purpose
from payments.left_out w
where not exists (select from payments.run_line l where l.entitlement_id = w.entitlement_id);
comment on view payments.published_left_out is 'Entitlements that waited when a run was drafted and that no run has taken since: they join the next run.';
comment on column payments.published_left_out.entitlement_id is 'What is owed.';
comment on column payments.published_left_out.purpose is 'What for.';
grant select on payments.published_left_out to socle_worker;
