"""How the colours of a picture are changed: by a table, which a file or a network gives."""
