"""Who looked at what, and who erased what: everybody of the household can read it."""
