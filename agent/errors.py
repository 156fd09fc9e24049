"""Errors of the camera box as a whole."""


class AgentFailed(Exception):
    """Ends the program with exit code 1; the message is one line."""
