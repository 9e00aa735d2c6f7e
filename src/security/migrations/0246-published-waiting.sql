-- What waits for somebody's approval, for the modules above that say so on their pages.

create view security.published_waiting with (security_invoker = true) as
select proposal.id, proposal.kind
from security.proposal
where proposal.expires_at > now()
  and not exists (select from security.proposal_step as step where step.proposal_id = proposal.id);
comment on view security.published_waiting is 'Proposals that nobody decided yet and that may still be decided, as far as the actor sees them.';
comment on column security.published_waiting.id is 'Proposal.';
comment on column security.published_waiting.kind is 'Kind.';
grant select on security.published_waiting to socle_app, socle_worker;
