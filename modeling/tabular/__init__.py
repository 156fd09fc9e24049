"""Models that read a row of a table: their checkpoints, and what they say of a row."""
