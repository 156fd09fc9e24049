"""Language models of others, each behind one file."""
