"""What a memo says."""
