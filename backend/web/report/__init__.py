"""The report of a month: what the tools answer of it, as PDF and as CSV."""
