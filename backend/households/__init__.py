"""The households of a server: made and ended by its operators, and each with keys of its own."""
