"""Whether all is well, and if not, which part is not."""
