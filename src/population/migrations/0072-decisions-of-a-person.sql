-- A person's page asks what was decided of that person, whichever of the two it was.
create index match_decision_other on population.match_decision (other);
