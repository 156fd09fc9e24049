"""Language models of others, each behind one file: a question and a schema give JSON."""
