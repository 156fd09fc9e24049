"""What the assistant says: a file a language, which anybody may edit."""
