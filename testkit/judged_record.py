"""A home in which something happens before its cameras, and is judged."""

from typing import Any

import numpy as np

from contract.analysis import Analysis
from contract.poses import PoseSource
from testkit.asked_home import AskedHome

NOON = 1_800_014_400.0
"""2027-01-15 12:00 UTC, which is 21:00 in Seoul."""
HOUR = 3600.0
ANALYSIS = Analysis(
    is_anomaly=False,
    normal_score=0.9,
    anomaly_score=0.1,
    events=["fall"],
    scores=[0.1],
    thresholds=[0.5],
)


def see(home: AskedHome, begin: float, end: float, camera_id: str = "거실") -> None:
    """Poses of one person, five a second; at each time another place, as with real people."""
    newest = np.full((1, 13, 3), 0.3 + begin % 9973 / 20_000, dtype=np.float32)
    for tick in range(round((end - begin) * 5)):
        source = PoseSource(camera_id=camera_id, at=begin + tick / 5, people=(1,))
        home.app.state.poses.take(source, 1.5, newest, [ANALYSIS])


def happen(
    home: AskedHome, at: float, event: str = "fall", camera_id: str = "거실", **fields: Any
) -> str:
    """An incident with its poses; its id."""
    see(home, at - 10, at, camera_id)
    common = {"camera_id": camera_id, "event": event, "incident_id": f"{event} {at}", "person": 1}
    start = {"event_type": "START", "event_id": f"s{event}{at}", "ts": at, **common, **fields}
    end = {"event_type": "END", "event_id": f"e{event}{at}", "ts": at + 3, **common, **fields}
    for sent in (start, end | {"state": "recovered"}):
        home.ask("household", "POST", "/event/payload", json=sent).raise_for_status()
    see(home, at, at + 21, camera_id)
    (found, *_) = home.ask("owner", "GET", "/incidents").json()
    if found["label"] != event:
        raise ValueError(f"expected {event} as the newest incident, got {found['label']}")
    return str(found["id"])


def judge(home: AskedHome, incident_id: str, verdict: str) -> None:
    """What a caregiver says that it was."""
    path = f"/incidents/{incident_id}/verdict"
    home.ask("caregiver", "POST", path, json={"verdict": verdict}).raise_for_status()
