"""Clips with what they show when, and where they come from."""
