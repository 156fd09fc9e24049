"""Models that read a row of a table: one row, many by a job, and what was answered."""
