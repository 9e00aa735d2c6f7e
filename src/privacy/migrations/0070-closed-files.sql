-- Files closed to who is too close to the household, and open alone in an emergency (src/security/conflicts).
select security.protect_file('privacy.rectification', 'household_id');
