"""A household that nobody lives in: its record is generated, to be tried and measured on."""
