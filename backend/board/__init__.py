"""The board of the night shift: every room of all households of who asks, the worst first."""
