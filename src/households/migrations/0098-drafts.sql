-- Declarations in the making: saved page by page, taken up by whoever is on duty, sent once. What a family says stays sealed
-- until it is sent; then the facts stand in the register, and here remain the sources of its answers.

create sequence households.draft_number;
grant usage on sequence households.draft_number to socle_app, socle_worker;

create table households.draft (
  id uuid primary key,
  number text not null unique default 'D-' || lpad(nextval('households.draft_number')::text, 7, '0'),
  country text not null check (country ~ '^[a-z]{2}$'),
  territory text collate "C" not null,
  household_id uuid references households.household on delete cascade,
  file_id uuid not null generated always as (coalesce(household_id, id)) stored,
  channel text not null check (channel in ('web', 'desk', 'field')),
  state text not null default 'open' check (state in ('open', 'waiting', 'sent', 'dropped')),
  version integer not null default 1 check (version > 0),
  base_id uuid,
  content_sealed bytea,
  begun_at timestamptz not null default now(),
  begun_by text not null,
  saved_at timestamptz not null default now(),
  saved_by text not null,
  ended_at timestamptz,
  ended_by text,
  declaration_id uuid,
  sources jsonb not null default '{}' check (jsonb_typeof(sources) = 'object'),
  member_sources jsonb not null default '[]' check (jsonb_typeof(member_sources) = 'array'),
  explained jsonb not null default '[]' check (jsonb_typeof(explained) = 'array'),
  foreign key (household_id, declaration_id) references households.declaration on delete cascade,
  check ((ended_at is not null) = (state in ('sent', 'dropped')) and (ended_by is null) = (ended_at is null)),
  check ((declaration_id is not null) = (state = 'sent')),
  check ((content_sealed is null) = (state in ('sent', 'dropped')))
);
create unique index draft_of_household on households.draft (household_id) where ended_at is null;
create index draft_open on households.draft (territory, saved_at) where ended_at is null;
create index draft_declaration on households.draft (household_id, declaration_id);
comment on table households.draft is 'A declaration in the making, and once sent where each of its answers came from.';
comment on column households.draft.id is 'UUIDv7, made by who begins: begun twice, it is one.';
comment on column households.draft.number is 'What an agent types to take it up again.';
comment on column households.draft.country is 'Country whose form asks.';
comment on column households.draft.territory is 'Where the family lives, as far as is said: whoever may see it sees the draft.';
comment on column households.draft.household_id is 'The household that declares; null until a new one is registered.';
comment on column households.draft.file_id is 'The file that it belongs to: the household, or itself while there is none.';
comment on column households.draft.channel is 'web, desk or field.';
comment on column households.draft.state is 'open; waiting for the desk to confirm it; sent; dropped.';
comment on column households.draft.version is 'Counts the savings: who saves over another version is told.';
comment on column households.draft.base_id is 'What the household had said last when this was begun or brought up to date.';
comment on column households.draft.content_sealed is 'All that was said so far (JSON), sealed for this row; null once sent or dropped.';
comment on column households.draft.begun_at is 'When it was begun.';
comment on column households.draft.begun_by is 'By whom.';
comment on column households.draft.saved_at is 'When it was saved last.';
comment on column households.draft.saved_by is 'By whom.';
comment on column households.draft.ended_at is 'When it was sent or dropped.';
comment on column households.draft.ended_by is 'By whom.';
comment on column households.draft.declaration_id is 'The declaration that it became.';
comment on column households.draft.sources is 'For each fact of the household: where the answer came from, since when, who wrote it down.';
comment on column households.draft.member_sources is 'The same for each member: person (id) and facts.';
comment on column households.draft.explained is 'Warnings and the words that explain them: code, person or null, says.';
grant select, insert, update on households.draft to socle_app, socle_worker;
select security.protect('households.draft');
select security.protect_country('households.draft');
select security.protect_file('households.draft', 'file_id');

create function households.keep_ended_draft() returns trigger
language plpgsql
as $$
begin
  if old.ended_at is not null then
    raise exception 'a draft that has ended does not change' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function households.keep_ended_draft() is 'Trigger: what was sent or dropped stays as it is.';
create trigger keep_ended before update on households.draft for each row execute function households.keep_ended_draft();

create function households.drop_stale_drafts(of_country text, before date) returns integer
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
  with gone as (
    delete from households.draft where country = of_country and ended_at is null and saved_at < before returning 1
  )
  select count(*)::integer from gone
$$;
comment on function households.drop_stale_drafts(text, date) is 'Removes drafts that nobody has saved since a day: what a family began to say and did not send is not kept. Answers how many.';
revoke execute on function households.drop_stale_drafts(text, date) from public;
grant execute on function households.drop_stale_drafts(text, date) to socle_worker;
