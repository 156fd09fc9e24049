"""The tools that any table can be asked by, one module each."""
