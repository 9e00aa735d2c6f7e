-- Households of another country's register are not for the staff of this one; what belongs to a household follows it.
select security.protect_country('households.household');
