"""Typed questions to a table: of the record, or of a data set of one's own."""
