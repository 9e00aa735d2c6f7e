-- A move says how many families it told: range by range, in the transaction that moves them.

alter table programmes.switch_range add column told integer check (told >= 0);
comment on column programmes.switch_range.told is 'Families to whom a message was queued; null until it is done, and for ranges done before this was counted.';
grant update (told) on programmes.switch_range to socle_worker;
