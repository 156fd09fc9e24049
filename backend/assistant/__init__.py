"""Answers what somebody asks of the record, by tools whose numbers it may repeat."""
