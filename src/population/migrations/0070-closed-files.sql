-- Files closed to who is too close to the person, and open alone in an emergency (src/security/conflicts).
select security.protect_file('population.person', 'id');
select security.protect_file('population.person_past', 'id');
