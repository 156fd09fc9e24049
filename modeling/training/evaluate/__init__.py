"""Scores to figures with intervals."""
