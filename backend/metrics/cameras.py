"""How the cameras are, as the watchdog has them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum

from prometheus_client.core import Metric

from backend.metrics.families import Labels, gauges
from backend.troubles.finders import blind
from backend.troubles.subjects import Camera
from backend.troubles.table import TROUBLES
from backend.watchdog.service import WatchdogService

CAMERA = ("camera",)


class WatchdogAway(Exception):
    """Nobody looks at the cameras: what is known of them is of an earlier time."""


class CameraState(StrEnum):
    """What a camera does for those whom it watches: one of these at a time."""

    WATCHING = "watching"
    BLIND = "blind"
    """It is heard of, and sends no pictures."""
    FAILED = "failed"
    """Its box says that the watch has failed."""
    AWAITED = "awaited"
    """It was heard of by an earlier run of the server, and has a moment to come back."""
    SILENT = "silent"
    """Nothing is heard of it."""
    STOPPED = "stopped"
    """It has said good-bye."""


class CameraFigures:
    """Read by a scrape. `silent_after` is for how many seconds one may be silent."""

    def __init__(self, watchdog: WatchdogService, silent_after: float) -> None:
        self._watchdog, self._silent_after = watchdog, silent_after

    def read(self) -> Iterator[Metric]:
        """Raises WatchdogAway."""
        if self._watchdog.failure:
            raise WatchdogAway(self._watchdog.failure)
        cameras = self._watchdog.cameras
        yield gauges(
            "dolbom_camera_state",
            "1 for what the camera does, 0 for what it does not.",
            ("camera", "state"),
            self._states(cameras),
        )
        for name, meaning, figure in FIGURES:
            yield gauges(name, meaning, CAMERA, _of_each(cameras, figure))
        yield gauges(
            "dolbom_troubles_open",
            "Troubles that are not over.",
            ("trouble",),
            self._troubles().items(),
        )

    def _states(self, cameras: Mapping[str, Camera]) -> Iterator[tuple[Labels, float]]:
        for name, camera in cameras.items():
            found = state_of(camera, self._silent_after)
            yield from (((name, state.value), float(state is found)) for state in CameraState)

    def _troubles(self) -> dict[Labels, float]:
        counts: dict[Labels, float] = {(name,): 0.0 for name in TROUBLES}
        for incident in self._watchdog.incidents:
            counts[(incident.label,)] = counts.get((incident.label,), 0.0) + 1.0
        return counts


def state_of(camera: Camera, silent_after: float) -> CameraState:
    """The worst that is so; who has said good-bye is expected to be silent."""
    if camera.beat.stopped:
        return CameraState.STOPPED
    if camera.silent_sec >= silent_after:
        return CameraState.SILENT
    if not camera.heard:
        return CameraState.AWAITED
    if camera.beat.failed:
        return CameraState.FAILED
    return CameraState.BLIND if blind(camera) else CameraState.WATCHING


def _picture_age(camera: Camera) -> float | None:
    age = camera.beat.said.frame_age_sec
    return None if age is None else age + camera.last_heard_sec


def _outbox(camera: Camera) -> float | None:
    return camera.beat.said.outbox_length


FIGURES: tuple[tuple[str, str, Callable[[Camera], float | None]], ...] = (
    (
        "dolbom_camera_heartbeat_age_seconds",
        "Since the last heartbeat of the camera box.",
        lambda camera: camera.last_heard_sec,
    ),
    (
        "dolbom_camera_picture_age_seconds",
        "Since the newest picture of which the camera box has told.",
        _picture_age,
    ),
    (
        "dolbom_camera_pictures_per_second",
        "How many pictures a second are looked at.",
        lambda camera: camera.fps,
    ),
    (
        "dolbom_camera_outbox_events",
        "How many events wait on the camera box, as it last said.",
        _outbox,
    ),
)
"""Of each camera; one that does not say it has no such figure."""


def _of_each(
    cameras: Mapping[str, Camera], figure: Callable[[Camera], float | None]
) -> Iterable[tuple[Labels, float]]:
    found = ((name, figure(camera)) for name, camera in cameras.items())
    return [((name,), float(value)) for name, value in found if value is not None]
