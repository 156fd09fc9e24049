"""The ways to a person, a folder each."""
