"""What is wrong right now. Pure: from what is known to the conditions that hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from backend.watchdog.history import KEPT_SEC
from backend.watchdog.roster import Camera
from contract.events import NOT_ANALYZED, Picture
from contract.trouble import SERVER, Trouble

BLIND_AFTER_SEC = 10.0
"""The newest picture is older than three heartbeats."""
STOPPED_AFTER_SEC = 900.0
"""Who stops a camera for an update or to move it has it back by then."""
CLOCK_SEC = 60.0
"""Memos tell times by the camera's clock, to the second; NTP keeps it within a few."""
MISSED_SEC = 40.0
"""Of five minutes; a connection that is lost now and then costs less."""
LEAST_FPS = 7.0
"""Pictures a second; below, more falls are lost the fewer there are (`benchmarks/frame_rates.py`).
Cameras that see little light give 7.5."""
SEEN_SHARE = 0.5
"""Where a person is found in as many of the pictures, it is not too dark to see a fall."""
UPSIDE_DOWN_SHARE = 0.8
"""Of the seconds in which somebody walks."""
OUTBOX_EVENTS = 500
"""Six minutes of heartbeats and scores, of which a camera box that sends has a handful."""
DISK_FREE_BYTES = 500_000_000
"""Two weeks of one camera's log. No share of the disk: 5 % may be a year's log, or an hour's."""


class Condition(NamedTuple):
    """One thing that may be wrong with a camera, or with SERVER."""

    trouble: Trouble
    subject: str


@dataclass(frozen=True)
class Finding:
    """A condition that holds: `detail` says what is wrong, after the name of the subject.

    It had held for `held_sec` by the time it was found.
    """

    detail: str
    held_sec: float = 0.0


Says = Callable[[Camera], str | None]
"""What is wrong with a camera, in one line; None if nothing is."""

Findings = Mapping[Condition, Finding | None]
"""The conditions that hold, and with None those that cannot be known: these neither
begin nor end."""


@dataclass(frozen=True)
class ServerState:
    """What is known of the server itself; a text says what is wrong, None that nothing is."""

    log: str | None
    detector: str | None
    token: str | None
    disk: str | None


def of_server(state: ServerState) -> Findings:
    """What is wrong with the server."""
    troubles = {
        Trouble.LOG_FAILING: state.log,
        Trouble.DETECTOR_FAILING: state.detector,
        Trouble.TOKEN_EXPIRING: state.token,
        Trouble.DISK_LOW: state.disk,
    }
    return {
        Condition(trouble, SERVER): Finding(detail)
        for trouble, detail in troubles.items()
        if detail
    }


def low_disk(free_bytes: int) -> str | None:
    """That so little is left of the disk, in one line; None while it is enough."""
    if free_bytes >= DISK_FREE_BYTES:
        return None
    return f"{free_bytes / 1e6:.0f} MB are free on the disk of DATA_DIR"


def of_cameras(cameras: Mapping[str, Camera], silent_after: float) -> Findings:
    """What is wrong with the cameras; one is silent after `silent_after` seconds without a beat."""
    findings: dict[Condition, Finding | None] = {}
    for name, camera in cameras.items():
        for trouble, finding in _of_camera(camera, silent_after).items():
            findings[Condition(trouble, name)] = finding
    return findings


def _of_camera(camera: Camera, silent_after: float) -> dict[Trouble, Finding | None]:
    if camera.beat.stopped:
        return _of_stopped(camera)
    if camera.beat.failed:
        failed = Finding(f"is not watched: {camera.beat.said.detail or 'it does not say why'}")
        unknown = dict.fromkeys((Trouble.CAMERA_SILENT, Trouble.CAMERA_STOPPED, *_SAID))
        return unknown | {Trouble.CAMERA_BLIND: failed}
    if camera.silent_sec > silent_after:
        silent = Finding("is silent", camera.silent_sec)
        return {Trouble.CAMERA_SILENT: silent} | dict.fromkeys(_SAID)
    if not camera.heard:
        return dict.fromkeys((Trouble.CAMERA_SILENT, *_SAID))
    return _of_heard(camera)


def _of_stopped(camera: Camera) -> dict[Trouble, Finding | None]:
    if camera.beat.ended:
        return {}
    stopped = Finding("was stopped and has not come back", camera.silent_sec)
    is_missed = camera.silent_sec > STOPPED_AFTER_SEC
    return {Trouble.CAMERA_STOPPED: stopped if is_missed else None}


def _of_heard(camera: Camera) -> dict[Trouble, Finding | None]:
    said = {trouble: says(camera) for trouble, says in _SAID.items()}
    found: dict[Trouble, Finding | None] = {
        trouble: Finding(detail) for trouble, detail in said.items() if detail
    }
    if camera.beat.said.picture is None:
        found |= dict.fromkeys(_PICTURES)
    if camera.has_waited:
        found |= dict.fromkeys(_SAID.keys() - _OUTBOX.keys())
    return found


def _twice(camera: Camera) -> str | None:
    return "is the name of two camera boxes at once" if camera.are_two else None


def _clock(camera: Camera) -> str | None:
    ahead = camera.ahead_sec
    if ahead is None or abs(ahead) < CLOCK_SEC:
        return None
    return f"has a clock that is {span(abs(ahead))} {'ahead' if ahead > 0 else 'behind'}"


def span(seconds: float) -> str:
    """A length of time in its largest unit, rounded down."""
    for unit, length in (("years", 365 * 86400), ("days", 86400), ("hours", 3600)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit}"
    return f"{seconds // 60:.0f} min"


def _blind(camera: Camera) -> str | None:
    said = camera.beat.said
    blind = said.fps == 0 or (said.frame_age_sec or 0.0) > BLIND_AFTER_SEC
    return "sends no pictures" if blind else None


def _unsteady(camera: Camera) -> str | None:
    if camera.missed_sec < MISSED_SEC:
        return None
    return f"gave no picture for {camera.missed_sec:.0f} of the last {KEPT_SEC:.0f} seconds"


def _slow(camera: Camera) -> str | None:
    if camera.fps is None or camera.fps >= LEAST_FPS:
        return None
    return f"gives {camera.fps:.1f} pictures a second, too few to see a fall"


def _unanalyzed(camera: Camera) -> str | None:
    nobody = camera.beat.said.inference == NOT_ANALYZED
    return "is watched, but nobody analyzes what it sees" if nobody else None


def _outbox(camera: Camera) -> str | None:
    waiting = camera.beat.said.outbox_length or 0
    return f"has {waiting} events that wait to be sent" if waiting > OUTBOX_EVENTS else None


def _outbox_failure(camera: Camera) -> str | None:
    failure = camera.beat.said.outbox_failure
    return f"cannot keep its events: {failure}" if failure else None


def _dark(camera: Camera) -> str | None:
    if (camera.beat.said.pose_share or 0.0) >= SEEN_SHARE:
        return None
    return _picture(Picture.DARK)(camera)


def _upside_down(camera: Camera) -> str | None:
    is_wrong = (camera.beat.said.upside_down_share or 0.0) >= UPSIDE_DOWN_SHARE
    return "hangs upside down or on its side: set ROTATE" if is_wrong else None


def _unchecked(camera: Camera) -> str | None:
    nobody = camera.beat.said.picture == Picture.UNCHECKED
    return "has nobody who checks its picture" if nobody else None


def _picture(word: Picture) -> Says:
    def says(camera: Camera) -> str | None:
        return f"gives a picture that is {word}" if camera.beat.said.picture == word else None

    return says


_PICTURES: Mapping[Trouble, Says] = {
    Trouble.CAMERA_FROZEN: _picture(Picture.FROZEN),
    Trouble.CAMERA_DARK: _dark,
    Trouble.CAMERA_BLURRED: _picture(Picture.BLURRED),
    Trouble.CAMERA_COVERED: _picture(Picture.COVERED),
    Trouble.CAMERA_UNCHECKED: _unchecked,
}
_OUTBOX: Mapping[Trouble, Says] = {
    Trouble.OUTBOX_GROWING: _outbox,
    Trouble.OUTBOX_FAILING: _outbox_failure,
}
_SAID: Mapping[Trouble, Says] = {
    Trouble.CAMERA_TWICE: _twice,
    Trouble.CAMERA_CLOCK: _clock,
    Trouble.CAMERA_BLIND: _blind,
    Trouble.CAMERA_UNSTEADY: _unsteady,
    Trouble.CAMERA_SLOW: _slow,
    Trouble.CAMERA_UPSIDE_DOWN: _upside_down,
    Trouble.DETECTOR_FAILING: _unanalyzed,
    **_OUTBOX,
    **_PICTURES,
}
"""What a camera says by its heartbeats."""
