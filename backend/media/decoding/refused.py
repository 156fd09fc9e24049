"""Why a picture is not kept."""


class Refused(Exception):
    """It is none of those that are kept; the message says in one line what was expected."""
