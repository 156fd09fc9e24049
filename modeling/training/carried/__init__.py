"""What a worker starts as a process of its own: one job each, told of in lines of JSON."""
