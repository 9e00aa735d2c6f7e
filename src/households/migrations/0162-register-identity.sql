-- Which register this is: a snapshot says of which one it was taken, so that one is not decided as if it were another.
create table households.register (
  id uuid primary key default gen_random_uuid(),
  single boolean not null default true unique check (single)
);
insert into households.register default values;
comment on table households.register is 'Which register this is: one row. It travels with backups.';
comment on column households.register.id is 'Drawn when the register was made.';
comment on column households.register.single is 'There is one row.';
grant select on households.register to socle_worker;
