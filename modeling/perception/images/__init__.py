"""What pictures say by themselves: one file a task, its preprocessing included, without torch."""
