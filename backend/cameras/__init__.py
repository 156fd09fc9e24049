"""What the household has said of each camera."""
