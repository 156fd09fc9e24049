"""Errors of moving a database; each message is one line."""


class CannotMove(Exception):
    """The rows cannot be put there; nothing there has changed."""
