"""A log as three cameras leave it behind: scores, heartbeats, and now and then an incident."""

import zlib
from pathlib import Path

from backend.cameras.names import name_in
from backend.events.journal.segment import FILE_BYTES, day_of, next_name

BEGIN = 1_800_000_000.0
EVENTS_PER_SEC = 4.0
"""Of three cameras: a PROBS a second and a HEARTBEAT every three."""
CAMERAS = ("거실", "침실", "현관")
EVENTS_PER_INCIDENT = 5000
"""Some 20 minutes."""
EVENTS_PER_TURN = 50
"""Of one household, where several take turns; an incident is within one."""

_LINE = (
    '{"event_id":"%032x","event_type":"%s","received_at":%r,"camera_id":"%s","ts":%r,%s'
    '"session_id":"' + "0" * 32 + '","seq":%d,"video_ts":%r,"frame_idx":%d,%s'
)
_BEAT = '"state":"running","fps":14.98,"pose_share":0.98'
_SCORES = (
    '"top_event":"standing","top_prob":0.7,'
    '"probs":{"fall":0.0123,"lying":0.2345,"standing":0.7,"walking":0.0532}'
)
_LABEL = '"event":"fall",'
_INCIDENT = '"incident_id":"%032x","prob":0.93'


def write(folder: Path, lines: int, per_sec: float = EVENTS_PER_SEC, households: int = 1) -> float:
    """Write as many lines, so many a second; returns when the last was received.

    The lines are those that the server would write, put together without it: that takes seconds.
    """
    folder.mkdir(parents=True)
    name, content, size = None, [], 0
    for number in range(lines):
        now = BEGIN + number / per_sec
        household_id = 1 + number // EVENTS_PER_TURN % households
        line = _line(number, now, name_in(household_id, CAMERAS[number % len(CAMERAS)]))
        content.append(line)
        size += len(line)
        next_day = day_of(now + 1 / per_sec) != day_of(now)
        if size >= FILE_BYTES or next_day or number == lines - 1:
            name = next_name(name, now)
            (folder / str(name)).write_bytes(b"".join(content))
            content, size = [], 0
    return now


def _line(number: int, now: float, camera: str) -> bytes:
    event_type, rest = _said(number)
    label = _LABEL if event_type in ("START", "END") else ""
    times = (now, label, number, number / 10, number, rest)
    body = (_LINE % (number, event_type, now, camera, *times)).encode()
    return body + b',"crc":"%08x"}\n' % zlib.crc32(body)


def _said(number: int) -> tuple[str, str]:
    """Type of the event, and what only this type has."""
    if number % EVENTS_PER_INCIDENT == 0:
        return "START", _INCIDENT % number
    if number % EVENTS_PER_INCIDENT == 3 * 4:  # some seconds later, of the same camera
        return "END", _INCIDENT % (number - 12) + ',"duration_sec":3.0'
    return ("HEARTBEAT", _BEAT) if number % 4 == 0 else ("PROBS", _SCORES)
