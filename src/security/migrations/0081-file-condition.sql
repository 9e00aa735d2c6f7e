-- For reviewed functions that run as the owner: what the policies of single files hold, as SQL over a column.
create function security.file_condition(file text) returns text
language sql stable parallel safe
as $$
  select case when session_user = 'socle_worker' or security.only_files() is null then 'true'
    else format('%s = any (%L::uuid[])', file, security.only_files()) end
$$;
comment on function security.file_condition(text) is 'SQL that is true for rows of files open to the actor in an emergency, and for all outside of one; the argument is a column as the query names it. Files closed for being too close are security.closed_files.';
