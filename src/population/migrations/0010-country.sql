-- Persons of another country's register are not for the staff of this one, whose territories have the same codes.
select security.protect_country('population.person');
select security.protect_country('population.person_past');
