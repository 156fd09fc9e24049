"""What the watchdog finds wrong: an incident each, with a START, an END and a camera or SERVER."""

from enum import StrEnum

SERVER = "server"
"""Stands in the `camera_id` of a trouble that is the server's own."""

ONE_LEFT = "one_left"
"""Stands in the `state` of the END of a CAMERA_TWICE of which one is no longer heard of."""

FORGOTTEN = "forgotten"
"""Stands in the `state` of the END of a trouble whose camera is no longer waited for."""


class Trouble(StrEnum):
    """The label of the incident, as START and END carry it in `event`."""

    CAMERA_SILENT = "camera_silent"
    """Its heartbeats stay away."""
    CAMERA_STOPPED = "camera_stopped"
    """It said good-bye, and has not come back."""
    CAMERA_TWICE = "camera_twice"
    """Two camera boxes bear its name: the death of one would go unnoticed."""
    CAMERA_CLOCK = "camera_clock"
    """Its clock differs from the server's."""
    CAMERA_BLIND = "camera_blind"
    """It gives no pictures."""
    CAMERA_UNSTEADY = "camera_unsteady"
    """Its pictures come with holes in which a fall would be lost."""
    CAMERA_SLOW = "camera_slow"
    """It gives, or its camera box looks at, too few pictures a second to see a fall."""
    CAMERA_FROZEN = "camera_frozen"
    """It gives the same picture for ever."""
    CAMERA_DARK = "camera_dark"
    CAMERA_BLURRED = "camera_blurred"
    CAMERA_COVERED = "camera_covered"
    CAMERA_UPSIDE_DOWN = "camera_upside_down"
    """Who walks has his head beside or below his hips: it does not hang as it is set to."""
    CAMERA_UNCHECKED = "camera_unchecked"
    """Nobody looks whether its picture shows anything."""
    CAMERA_UNSEEING = "camera_unseeing"
    """At the same hours of each day something moves, but nobody is ever found."""
    OUTBOX_GROWING = "outbox_growing"
    """More events wait on the camera box than leave it."""
    OUTBOX_FAILING = "outbox_failing"
    """The camera box cannot keep its events on its disk."""
    DETECTOR_FAILING = "detector_failing"
    """Nobody analyzes what a camera sees, or the server's detector is not there."""
    LOG_FAILING = "log_failing"
    DISK_LOW = "disk_low"
    TOKEN_EXPIRING = "token_expiring"  # noqa: S105


TROUBLES = frozenset[str](Trouble)
"""No setting mutes them: only then does silence mean that all is well."""
