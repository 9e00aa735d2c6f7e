-- A purpose begins with its country (ma/asd): what is paid for another country's is not for the staff of this one.
select security.protect_country('payments.run_line', 'split_part(purpose, ''/'', 1)');
select security.protect_country('payments.left_out', 'split_part(purpose, ''/'', 1)');
create policy country on payments.instruction as restrictive to socle_app using (
  (select security.home_country()) is null or exists (
    select from payments.run_total as total
    where total.run_id = instruction.run_id and split_part(total.purpose, '/', 1) = (select security.home_country())));
