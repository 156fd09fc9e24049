"""What is wrong right now. Pure: from what is known to the conditions that hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from backend.troubles.subjects import Camera, ServerState
from backend.troubles.table import TROUBLES, Trouble
from contract.trouble import SERVER

CAMERA_SILENT, CAMERA_STOPPED, CAMERA_BLIND = "camera_silent", "camera_stopped", "camera_blind"
STOPPED_AFTER_SEC = 900.0
"""Who stops a camera for an update or to move it has it back by then."""
DISK_FREE_BYTES = 500_000_000
"""Two weeks of one camera's log. No share of the disk: 5 % may be a year's log, or an hour's."""


class Condition(NamedTuple):
    """One thing that may be wrong with a camera, or with SERVER."""

    trouble: str
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


def of_server(state: ServerState) -> Findings:
    """What is wrong with the server."""
    return {
        Condition(trouble.name, SERVER): Finding(detail)
        for trouble in TROUBLES.values()
        if trouble.of_server and (detail := trouble.of_server(state))
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


def _of_camera(camera: Camera, silent_after: float) -> dict[str, Finding | None]:
    if camera.beat.stopped:
        return _of_stopped(camera)
    said = [trouble.name for trouble in TROUBLES.values() if trouble.of_camera]
    if camera.beat.failed:
        failed = Finding(f"is not watched: {camera.beat.said.detail or 'it does not say why'}")
        return dict.fromkeys((CAMERA_SILENT, CAMERA_STOPPED, *said)) | {CAMERA_BLIND: failed}
    if camera.silent_sec > silent_after:
        silent = Finding("is silent", camera.silent_sec)
        return {CAMERA_SILENT: silent} | dict.fromkeys(said)
    if not camera.heard:
        return dict.fromkeys((CAMERA_SILENT, *said))
    return _of_heard(camera)


def _of_stopped(camera: Camera) -> dict[str, Finding | None]:
    if camera.beat.ended:
        return {}
    stopped = Finding("was stopped and has not come back", camera.silent_sec)
    is_missed = camera.silent_sec > STOPPED_AFTER_SEC
    return {CAMERA_STOPPED: stopped if is_missed else None}


def _of_heard(camera: Camera) -> dict[str, Finding | None]:
    found: dict[str, Finding | None] = {}
    for trouble in TROUBLES.values():
        if trouble.of_camera is None:
            continue
        if _is_unknown(trouble, camera):
            found[trouble.name] = None
        elif detail := trouble.of_camera(camera):
            found[trouble.name] = Finding(detail)
    return found


def _is_unknown(trouble: Trouble, camera: Camera) -> bool:
    """Whether nothing can be known from what the camera says."""
    is_unseen = trouble.is_of_picture and camera.beat.said.picture is None
    return is_unseen or (camera.has_waited and not trouble.outlives_backlog)
