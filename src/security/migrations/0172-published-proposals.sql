-- What two persons decided, for the modules above that record what follows from it.

create view security.published_carried_out with (security_invoker = true) as
select proposal.id, proposal.kind, proposal.content
from security.proposal
  join security.proposal_step as step on step.proposal_id = proposal.id and step.step = 'carried_out';
comment on view security.published_carried_out is 'Proposals that were approved and carried out, with what they say.';
comment on column security.published_carried_out.id is 'Proposal.';
comment on column security.published_carried_out.kind is 'Kind.';
comment on column security.published_carried_out.content is 'What was proposed, as canonical JSON.';
