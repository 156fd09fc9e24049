"""What the assistant says: a file per language, which anybody may edit."""
