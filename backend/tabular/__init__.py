"""Models that read a row of a table: they answer, remember it, and let jobs answer whole tables."""
