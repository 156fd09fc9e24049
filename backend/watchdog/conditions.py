"""What is wrong right now. Pure: from what is known to the conditions that hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from backend.events.line import Record
from backend.watchdog.cameras import Camera
from contract.events import NOT_ANALYZED, Picture
from contract.trouble import SERVER, Trouble

BLIND_AFTER_SEC = 10.0
"""The newest picture is older than three heartbeats."""
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
    if camera.stopped:
        return {}
    if camera.silent_sec > silent_after:
        silent = Finding("is silent", camera.silent_sec)
        return {Trouble.CAMERA_SILENT: silent} | dict.fromkeys(_SAID_BY_BEATS)
    if not camera.heard:
        return dict.fromkeys((Trouble.CAMERA_SILENT, *_SAID_BY_BEATS))
    said = {trouble: says(camera.beat) for trouble, says in _SAID_BY_BEATS.items()}
    found: dict[Trouble, Finding | None] = {
        trouble: Finding(detail) for trouble, detail in said.items() if detail
    }
    if camera.beat.get("picture") is None:
        found |= dict.fromkeys(_PICTURES)
    return found


def _blind(beat: Record) -> str | None:
    blind = beat.get("fps") == 0 or (beat.get("frame_age_sec") or 0.0) > BLIND_AFTER_SEC
    return "sends no pictures" if blind else None


def _slow(beat: Record) -> str | None:
    fps = beat.get("fps") or 0.0
    few = f"gives {fps:.1f} pictures a second, too few to see a fall"
    return few if 0.0 < fps < LEAST_FPS else None


def _unanalyzed(beat: Record) -> str | None:
    nobody = beat.get("inference") == NOT_ANALYZED
    return "is watched, but nobody analyzes what it sees" if nobody else None


def _outbox(beat: Record) -> str | None:
    waiting = beat.get("outbox_length") or 0
    return f"has {waiting} events that wait to be sent" if waiting > OUTBOX_EVENTS else None


def _outbox_failure(beat: Record) -> str | None:
    failure = beat.get("outbox_failure")
    return f"cannot keep its events: {failure}" if failure else None


def _dark(beat: Record) -> str | None:
    if (beat.get("pose_share") or 0.0) >= SEEN_SHARE:
        return None
    return _picture(Picture.DARK)(beat)


def _upside_down(beat: Record) -> str | None:
    is_wrong = (beat.get("upside_down_share") or 0.0) >= UPSIDE_DOWN_SHARE
    return "hangs upside down or on its side: set ROTATE" if is_wrong else None


def _unchecked(beat: Record) -> str | None:
    nobody = beat.get("picture") == Picture.UNCHECKED
    return "has nobody who checks its picture" if nobody else None


def _picture(word: Picture) -> Callable[[Record], str | None]:
    def says(beat: Record) -> str | None:
        return f"gives a picture that is {word}" if beat.get("picture") == word else None

    return says


_PICTURES: Mapping[Trouble, Callable[[Record], str | None]] = {
    Trouble.CAMERA_FROZEN: _picture(Picture.FROZEN),
    Trouble.CAMERA_DARK: _dark,
    Trouble.CAMERA_BLURRED: _picture(Picture.BLURRED),
    Trouble.CAMERA_COVERED: _picture(Picture.COVERED),
    Trouble.CAMERA_UNCHECKED: _unchecked,
}
_SAID_BY_BEATS: Mapping[Trouble, Callable[[Record], str | None]] = {
    Trouble.CAMERA_BLIND: _blind,
    Trouble.CAMERA_SLOW: _slow,
    Trouble.CAMERA_UPSIDE_DOWN: _upside_down,
    Trouble.DETECTOR_FAILING: _unanalyzed,
    Trouble.OUTBOX_GROWING: _outbox,
    Trouble.OUTBOX_FAILING: _outbox_failure,
    **_PICTURES,
}
