"""What a run follows from, and what a stopped one has kept."""
