"""What is not well becomes an incident: notified once, resolved once."""
