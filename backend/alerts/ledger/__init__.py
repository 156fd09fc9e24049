"""Every alert, whom it has to reach, and what became of it."""
