"""The image half: pictures to predictions, here or on another server."""
