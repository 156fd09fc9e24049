"""What a person may do in the household."""

from enum import StrEnum


class Role(StrEnum):
    """Each may do what those below it may."""

    OWNER = "owner"
    """Changes settings, people and cameras, and erases."""
    CAREGIVER = "caregiver"
    """Answers, gives verdicts, writes notes."""
    VIEWER = "viewer"
    """Reads."""

    def includes(self, other: "Role") -> bool:
        """Whether it may do all that `other` may."""
        return _ORDER.index(self) <= _ORDER.index(other)


_ORDER = list(Role)
