-- Verification of the audit reads the accounts of a batch again: by the time in which they were recorded.
create index payee_account_recorded on payments.payee_account using brin (recorded_at) with (pages_per_range = 32);
