"""How the parts of the server are opened: each is given those that it needs."""
