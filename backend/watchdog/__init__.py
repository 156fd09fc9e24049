"""What is not well becomes an incident: told once, cleared once."""
