"""Several servers that share one PostgreSQL: what each hears of the others, and who is on duty."""
