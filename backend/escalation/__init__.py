"""An incident is notified again, and to the next contacts, until a person has answered it."""
