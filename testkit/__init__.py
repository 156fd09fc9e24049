"""Typed doubles and process starters, for tests, demo and benchmarks."""
