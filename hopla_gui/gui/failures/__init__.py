"""Why jobs failed, at a glance: a row for each cause, above the jobs."""
