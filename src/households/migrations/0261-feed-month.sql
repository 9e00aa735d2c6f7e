-- The month that a whole file is about, as whoever gave it said.

alter table households.feed add column month text check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$');
comment on column households.feed.month is 'Month of rows that say none, as it was given with the file; null where every row says its own.';
create index feed_doubt_feed on households.feed_doubt (feed_id) where settled_at is null;
