"""The server under its routes: connections, bodies, and what they may cost."""
