"""Events on their way to the server: kept on disk, bounded, and carried there."""
