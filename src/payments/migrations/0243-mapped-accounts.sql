-- Accounts told by programs of partners (mapper): recorded in their name. Everything else that asks who acts keeps its answer: for
-- the tables of staff a service is nobody.

create function payments.recorder() returns text
language sql stable
as $$
  select case current_setting('socle.actor_kind', true)
    when 'service' then 'service:' || current_setting('socle.actor_id', true)
    else payments.actor()
  end
$$;
comment on function payments.recorder() is 'Who says where somebody is paid: as payments.actor(), or service:<id> for the program of a partner.';

alter table payments.payee_account alter column recorded_by set default payments.recorder();

create policy service on payments.provider for select to socle_app
  using ((select current_setting('socle.actor_kind', true)) = 'service');
