-- Files closed to who is too close to the household, and open alone in an emergency (src/security/conflicts).
select security.protect_file('programmes.determination', 'household_id');
select security.protect_file('programmes.entitlement', 'household_id');
