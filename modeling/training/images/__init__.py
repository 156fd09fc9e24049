"""The image models: what differs from the other models that the loop trains."""
