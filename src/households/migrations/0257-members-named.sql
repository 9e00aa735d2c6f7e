-- A row of a members file may say by its number, or by an alias, which person of the register is meant.
alter table households.import_member add column unique_number text, add column alias text;
comment on column households.import_member.unique_number is 'Unique number by which the row names a person of the register.';
comment on column households.import_member.alias is 'Alias by which the row names a person of the register.';
grant update (person_id) on households.import_member to socle_worker;
