"""Models side by side: each learns from the same splits, and is judged on what it never saw."""
