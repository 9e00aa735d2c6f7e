-- While a register is filled for the first time, nobody leaves whom somebody may refer to.
create trigger keep_referenced before delete or truncate or update of id on population.person
  for each statement execute function db.keep_referenced();
