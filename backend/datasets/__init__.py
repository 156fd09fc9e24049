"""Data sets, versioned by content: uploaded, or made from the household's own record."""
