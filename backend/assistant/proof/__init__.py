"""Whether the numbers of a text stand in the answers of the calls that it names."""
