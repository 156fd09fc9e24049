"""Web push: what a browser subscribes to, and how it is spoken to (RFC 8030, 8291, 8292)."""
