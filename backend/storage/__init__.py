"""Where tables live: SQLite in memory that a file follows, or PostgreSQL."""
