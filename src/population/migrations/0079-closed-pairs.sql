-- Whoever is close to one of two persons does not settle whether they are one; and an emergency shows no duplicates.
select security.protect_file('population.match_key', 'person');
create policy file on population.match_pair as restrictive to socle_app using ((select security.every_file())
  or (select security.only_files()) is null and one <> all ((select security.closed_files())::uuid[])
    and other <> all ((select security.closed_files())::uuid[]));
create policy file on population.match_decision as restrictive to socle_app using ((select security.every_file())
  or (select security.only_files()) is null and one <> all ((select security.closed_files())::uuid[])
    and other <> all ((select security.closed_files())::uuid[]));
create policy file on population.person_merge as restrictive to socle_app using ((select security.every_file())
  or (select security.only_files()) is null and merged <> all ((select security.closed_files())::uuid[])
    and kept <> all ((select security.closed_files())::uuid[]));
