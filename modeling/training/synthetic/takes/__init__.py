"""Takes: how the same people fall, by physics, or do not, in metres and before any camera."""
