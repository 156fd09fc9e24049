"""The detector of falls: what differs from the other models that the loop trains."""
