"""Errors of making a sample record."""


class UnusableFolder(Exception):
    """A sample record cannot be made there; the message says what was expected."""
