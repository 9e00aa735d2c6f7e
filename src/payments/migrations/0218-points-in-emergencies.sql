-- Payment points belong to no file: nothing of them is shown in an emergency.
select security.protect_in_emergency('payments.point_terms');
