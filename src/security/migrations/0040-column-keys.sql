-- Keys of sealed columns, and the one way by which an append-only row is written in another form. Data keys stand here
-- wrapped under a key that is kept outside of the database; a dump of it opens nothing.

create table security.column_key (
  number integer primary key check (number > 0),
  wrapped_by text not null check (wrapped_by ~ '^[0-9a-f]{16}$'),
  wrapped bytea not null check (octet_length(wrapped) = 60),
  made_at timestamptz not null default clock_timestamp()
);
comment on table security.column_key is 'Data keys of sealed columns, wrapped. The highest number seals; earlier ones open what they sealed.';
comment on column security.column_key.number is 'Stands in each value that the key sealed.';
comment on column security.column_key.wrapped_by is 'Which key outside the database wraps it: the beginning of a hash.';
comment on column security.column_key.wrapped is 'Nonce, key and tag (AES-256-GCM), bound to the number.';
comment on column security.column_key.made_at is 'When it was made.';
grant select, insert (number, wrapped_by, wrapped) on security.column_key to socle_app, socle_worker;
grant update (wrapped_by, wrapped) on security.column_key to socle_worker;

-- What is recorded is not edited. Two things must nevertheless touch it: sealing a value that stands in clear (or under an
-- earlier key), and anonymising what the law no longer lets us keep. Both go through reviewed functions that run as the
-- owner: they open a rewriting for their tables and their transaction, and close it before they return. No role may write
-- this table, and the audit can never be in it.
create table security.rewriting (
  relation oid not null,
  transaction xid8 not null default pg_current_xact_id(),
  primary key (transaction, relation),
  check (relation not in ('security.audit_record'::regclass, 'security.audit_seal'::regclass, 'security.audit_set_member'::regclass))
);
comment on table security.rewriting is 'Append-only tables that a reviewed function rewrites in this very transaction. Empty for everybody else, always.';
comment on column security.rewriting.relation is 'The table.';
comment on column security.rewriting.transaction is 'The transaction that opened it.';

create function security.open_rewriting(variadic relations regclass[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ insert into security.rewriting (relation) select unnest(relations)::oid on conflict do nothing $$;
comment on function security.open_rewriting(regclass[]) is 'For reviewed functions of the owner alone: lets the rest of the function update or delete rows of these tables.';
create function security.close_rewriting() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ delete from security.rewriting where transaction = pg_current_xact_id() $$;
comment on function security.close_rewriting() is 'Ends what security.open_rewriting began.';
revoke execute on function security.open_rewriting(regclass[]), security.close_rewriting() from public;

create function security.is_rewriting(changed oid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select exists (select from security.rewriting r
    where r.relation = changed and r.transaction = pg_current_xact_id_if_assigned())
$$;
comment on function security.is_rewriting(oid) is 'Is this table being rewritten by a reviewed function in this transaction?';

create or replace function security.refuse_change() returns trigger
language plpgsql
as $$
begin
  if tg_op <> 'TRUNCATE' and security.is_rewriting(tg_relid) then
    return null;
  end if;
  raise exception '%.% is append-only: % refused', tg_table_schema, tg_table_name, lower(tg_op)
    using errcode = 'integrity_constraint_violation';
end
$$;
comment on function security.refuse_change() is 'Trigger for append-only tables: refuses update, delete and truncate to everybody, the owner included; a reviewed function may rewrite rows (security.rewriting).';
