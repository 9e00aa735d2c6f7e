-- Nobody looks keys up by territory any more (0142): its index was kept in order for nothing, and so is what the planner knows of digests.
drop index population.match_key_territory;
alter table population.match_key alter column digest set statistics 0;
