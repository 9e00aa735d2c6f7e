-- Whether a column of staging is every row's own is seen from some thousands of rows as well as from thirty thousand.
alter function households.analyze_staging() set default_statistics_target = 10;
