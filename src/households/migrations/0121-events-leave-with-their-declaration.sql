-- A household whose time has ended leaves with what it said: an event must not hold its declaration back.
alter table households.event
  drop constraint event_household_id_declaration_id_fkey,
  add constraint event_household_id_declaration_id_fkey foreign key (household_id, declaration_id)
    references households.declaration on delete cascade;
