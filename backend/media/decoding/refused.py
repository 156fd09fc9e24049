"""Why a picture is not kept."""

NO_ROOM = 75
"""The status of the process where the disk, and not the picture, is to blame."""


class Refused(Exception):
    """It is none of those that are kept; the message says in one line what was expected."""
