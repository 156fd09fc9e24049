"""Whether all is well, in one sentence and one colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.cameras.service import CameraShown, CameraState
from backend.health.service import Health
from backend.web.incident_views import IncidentView
from backend.web.marks import N_

PARTS: Mapping[str, str] = {
    "model": N_("The detector does not work"),
    "log": N_("The record cannot be written"),
    "alerts": N_("Alerts do not leave"),
    "channel": N_("A channel does not work"),
    "contacts": N_("Somebody cannot be reached"),
    "answers": N_("Nobody has answered"),
    "told": N_("A fall is not on record yet"),
    "cameras": N_("A camera is not well"),
    "watchdog": N_("Nobody looks whether the cameras are well"),
    "server": N_("The server has trouble: whoever runs it sees what"),
    "vision": N_("The picture models do not work"),
    "gateway": N_("There is no live view"),
    "poses": N_("Skeletons are not kept"),
    "self_test": N_("The self-test did not arrive"),
    "record": N_("The record cannot be kept as tables"),
    "tabular": N_("Models of tables do not answer"),
    "jobs": N_("Jobs do not get done"),
    "datasets": N_("Uploads are not taken in"),
    "media": N_("Pictures cannot be kept"),
    "erasure": N_("Something is not erased yet"),
}
"""What it means that a part of /health is not well. One that is not here goes by its own name."""
FEW = 8
"""So many cameras stand on page Now one below the other."""
SHOWN_AS_INCIDENTS = frozenset({"cameras", "answers"})


class Level(StrEnum):
    """The worst that there is."""

    WELL = "well"
    LOOK = "look"
    """Something of Dolbom itself is not well."""
    ALARM = "alarm"
    """A person may need help, and nobody has it."""


@dataclass(frozen=True)
class Overview:
    """At `now`, seconds since 1970. `failing` says by the part's name what is wrong with it."""

    level: Level
    now: float
    urgent: Sequence[IncidentView]
    tests: Sequence[IncidentView]
    troubles: Sequence[IncidentView]
    failing: Mapping[str, str]
    cameras: Sequence[CameraShown]

    @property
    def has_many(self) -> bool:
        """Whether they are too many to be looked through one by one."""
        return len(self.cameras) > FEW

    @property
    def unwell(self) -> list[CameraShown]:
        """The cameras that do not watch, or at which somebody or something needs looking after."""
        needing = {it.incident.camera_id for it in (*self.urgent, *self.troubles)}
        return [
            it
            for it in self.cameras
            if it.state is not CameraState.WATCHING or it.camera_id in needing
        ]


def overview_of(
    open_now: Sequence[IncidentView],
    troubles: Sequence[IncidentView],
    health: Health,
    cameras: Sequence[CameraShown],
    now: float,
) -> Overview:
    """What there is to say at `now`. What stands among the incidents is not said twice.

    Nobody is in need for a test.
    """
    urgent = [each for each in open_now if not each.is_test]
    tests = [each for each in open_now if each.is_test]
    failing = {
        name: reason
        for name, reason in failing_parts(health).items()
        if name not in SHOWN_AS_INCIDENTS or not (urgent or troubles)
    }
    level = _level(urgent, troubles, failing, cameras)
    return Overview(level, now, urgent, tests, troubles, failing, cameras)


def failing_parts(health: Health) -> dict[str, str]:
    """Why each part that is not well is not, by its name."""
    parts = health.model_extra or {}
    return {name: part.reason or "" for name, part in parts.items() if part.status != "ok"}


def _level(
    urgent: Sequence[IncidentView],
    troubles: Sequence[IncidentView],
    failing: Mapping[str, str],
    cameras: Sequence[CameraShown],
) -> Level:
    if any(each.holder is None for each in urgent):
        return Level.ALARM
    sees = any(camera.state is CameraState.WATCHING for camera in cameras)
    return Level.LOOK if urgent or troubles or failing or not sees else Level.WELL
