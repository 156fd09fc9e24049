"""Errors of backups; each message is one line."""


class BackupError(Exception):
    """A backup cannot be made, or is of no use; the message names what is wrong."""
