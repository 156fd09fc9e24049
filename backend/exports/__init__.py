"""Exports: a version in the formats that other boxes run, each checked against torch."""
