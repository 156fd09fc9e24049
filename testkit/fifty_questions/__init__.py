"""Fifty questions to a sample record, of which the answers are known."""
