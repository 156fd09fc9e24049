"""Video to timed frames, and what a glance at them says."""
