"""What is claimed of speed, each claim a program that measures it: `run-benchmarks` runs them."""
