"""Virtual cameras, and what a pose estimator and a tracker make of what they see."""
