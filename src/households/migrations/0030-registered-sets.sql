-- Verification of the audit reads the declarations of a batch again: by the moment they share.
create index declaration_recorded on households.declaration using brin (recorded_at) with (pages_per_range = 32);
