-- Who has died, and when: a fact of the person, known to every household and every programme that asks.

create table population.death (
  person_id uuid primary key references population.person on delete cascade,
  died_on date not null,
  recorded_at timestamptz not null default now(),
  recorded_by text not null
);
comment on table population.death is 'Persons who have died. Written once.';
comment on column population.death.person_id is 'Person.';
comment on column population.death.died_on is 'Day of the death.';
comment on column population.death.recorded_at is 'When the register learnt of it.';
comment on column population.death.recorded_by is 'Who recorded it.';
grant select, insert on population.death to socle_app, socle_worker;
select security.protect_through('population.death', 'person_id', 'population.person');

create view population.published_death with (security_invoker = true) as
select person_id, died_on, recorded_at from population.death;
comment on view population.published_death is 'Who has died, for the modules above.';
comment on column population.published_death.person_id is 'Person.';
comment on column population.published_death.died_on is 'Day of the death.';
comment on column population.published_death.recorded_at is 'When the register learnt of it.';
grant select on population.published_death to socle_app, socle_worker;
