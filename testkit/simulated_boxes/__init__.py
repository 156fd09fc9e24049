"""Camera boxes as a server sees them: many in one process, over real HTTP, by a known plan."""
