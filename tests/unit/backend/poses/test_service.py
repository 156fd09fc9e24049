"""Poses in, and out again to who looks on now and later; the disk may refuse meanwhile."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.bus import Bus
from backend.incidents.service import IncidentChanged
from backend.poses.errors import NoPoses, PosesUnavailable
from backend.poses.frame import PosesSeen
from backend.poses.keeper import GIVE_UP_SEC, MOST_OPEN
from backend.poses.open_replay import AFTER_SEC, LATE_SEC
from backend.poses.service import PoseService
from backend.troubles.table import TROUBLES
from contract.analysis import Analysis
from contract.incidents import Incident
from contract.poses import MOST_PEOPLE, PoseSource
from testkit.clock import Clock

MakeIncident = Callable[..., Incident]
ANALYSIS = Analysis(
    is_anomaly=False,
    normal_score=0.9,
    anomaly_score=0.1,
    events=["fall", "lying"],
    scores=[0.1, 0.2],
    thresholds=[0.5, 0.5],
)


class House:
    """The service with a clock that stands still, 100 s before the camera box's."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bus, self.clock = folder / "poses", Bus(), Clock(900.0)
        self.seen: list[PosesSeen] = []
        self.bus.subscribe(PosesSeen, self.seen.append)
        self.poses = PoseService(self.folder, 365, self.bus, self.clock)

    def restart(self) -> None:
        """Stop the service in good order, and start another on the same folder."""
        self.poses.stop()
        self.bus = Bus()
        self.bus.subscribe(PosesSeen, self.seen.append)
        self.poses = PoseService(self.folder, 365, self.bus, self.clock)
        self.poses.start()

    def take(self, at: float, camera_id: str = "hall", people: int = 1) -> None:
        """The poses of `people` at the camera box's time `at`."""
        source = PoseSource(camera_id=camera_id, at=at, people=tuple(range(1, people + 1)))
        newest = np.full((people, 13, 3), 0.5, dtype=np.float32)
        self.poses.take(source, 1.5, newest, [ANALYSIS] * people)

    def happen(self, incident: Incident) -> None:
        """It is news."""
        self.bus.publish(IncidentChanged(incident))

    def times(self, incident: Incident) -> list[float] | None:
        """Of what is kept of it; None where nothing is."""
        try:
            return [frame.at for frame in self.poses.replay(incident.id).frames]
        except NoPoses:
            return None


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.poses.start()
    yield house
    house.poses.stop()


def test_poses_are_passed_on_with_when_they_came(house: House) -> None:
    house.take(1000.0, people=2)
    (seen,) = house.seen
    live = json.loads(seen.frame.live().model_dump_json())
    person = {"person": 1, "joints": [[0.5, 0.5, 0.5]] * 13}
    assert live == {
        "at": 1000.0,
        "people": [person, person | {"person": 2}],
        "camera_id": "hall",
        "received_at": 900.0,
        "aspect": 1.5,
        "scores": dict(zip(ANALYSIS.events, ANALYSIS.scores, strict=True)),
    }
    assert house.poses.last_seen("hall") == 900.0
    assert house.poses.last_seen("bedroom") is None


def test_more_people_than_are_followed_are_left_out(house: House) -> None:
    house.take(1000.0, people=MOST_PEOPLE + 5)
    assert len(house.seen[0].frame.people) == len(house.seen[0].frame.joints) == MOST_PEOPLE


def test_poses_before_and_after_an_incident_are_kept_with_it(
    house: House, make_incident: MakeIncident, eventually: Callable[..., Any]
) -> None:
    fall = make_incident(1000.0)
    for at in (985.0, 995.0, 1000.0):
        house.take(at)
    house.take(996.0, "bedroom")
    house.happen(fall)
    eventually(lambda: house.times(fall) == [995.0, 1000.0])
    assert house.poses.replay(fall.id).is_partial
    house.take(1000.0 + AFTER_SEC)
    house.take(1000.1 + AFTER_SEC)
    eventually(lambda: not house.poses.replay(fall.id).is_partial)
    assert house.times(fall) == [995.0, 1000.0, 1000.0 + AFTER_SEC]
    # What becomes of it afterwards changes nothing.
    house.happen(fall.model_copy(update={"ended_at": 1030.0}))
    house.take(1000.2)
    house.restart()
    assert house.times(fall) == [995.0, 1000.0, 1000.0 + AFTER_SEC]


def test_recording_ends_by_the_clock_where_nobody_is_seen_any_more(
    house: House, make_incident: MakeIncident, eventually: Callable[..., Any]
) -> None:
    fall = make_incident(1000.0)
    house.take(1000.0)
    house.happen(fall)
    eventually(lambda: house.times(fall))
    house.clock.now += AFTER_SEC + LATE_SEC
    house.happen(make_incident(2000.0))  # looks at the clock
    eventually(lambda: not house.poses.replay(fall.id).is_partial)


@pytest.mark.parametrize("label", list(TROUBLES))
def test_trouble_has_no_poses(house: House, make_incident: MakeIncident, label: str) -> None:
    trouble = make_incident(1000.0, label)
    house.take(1000.0)
    house.happen(trouble)
    house.restart()
    assert house.times(trouble) is None


def test_incident_of_long_ago_takes_no_poses_of_now(
    house: House, make_incident: MakeIncident, eventually: Callable[..., Any]
) -> None:
    old, news = make_incident(1000.0), make_incident(5000.0)
    house.take(5000.0)
    house.happen(old)
    house.happen(news)
    eventually(lambda: house.times(news))
    assert house.times(old) is None


def test_recordings_at_one_time_are_bounded_and_counted(
    house: House, make_incident: MakeIncident
) -> None:
    house.take(1000.0)
    for number in range(MOST_OPEN + 3):
        house.happen(make_incident(1000.0 + number / 100))
    assert house.poses.health().model_extra == {"lost": 3}


def test_erased_poses_are_gone_from_memory_and_disk_and_stay_so(
    house: House, make_incident: MakeIncident, eventually: Callable[..., Any]
) -> None:
    fall, other = make_incident(1000.0), make_incident(1000.0, camera_id="bedroom")
    for camera_id in ("hall", "bedroom"):
        house.take(1000.0, camera_id)
    house.happen(fall)
    house.happen(other)
    eventually(lambda: house.times(fall) and house.times(other))
    house.poses.erase_newest("hall".__eq__, 0.0, 899.0)
    assert house.poses.last_seen("hall") is not None
    house.poses.erase_newest("hall".__eq__, 900.0, 901.0)
    assert house.poses.last_seen("hall") is None
    assert house.poses.replays() == {fall.id, other.id}
    house.poses.erase_replays({fall.id})
    assert house.poses.replays() == {other.id}
    house.take(1001.0)
    house.happen(fall)
    house.restart()
    assert (house.times(fall), house.times(other)) == (None, [1000.0])


def test_disk_that_refuses_is_said_and_tried_again(
    house: House,
    make_incident: MakeIncident,
    eventually: Callable[..., Any],
    full_disk: Callable[[int], AbstractContextManager[None]],
) -> None:
    fall = make_incident(1000.0)
    with full_disk(100):
        house.take(1000.0)
        house.happen(fall)
        eventually(lambda: house.poses.health().status == "degraded")
        assert "are not kept" in str(house.poses.health().reason)
    house.clock.now += AFTER_SEC + GIVE_UP_SEC
    house.happen(make_incident(1000.5))  # looks at the clock
    eventually(lambda: house.times(fall))
    assert house.poses.health().status == "ok"


def test_file_that_cannot_be_read_is_answered_with_a_code(
    house: House, make_incident: MakeIncident
) -> None:
    fall = make_incident(1000.0)
    house.folder.mkdir()
    (house.folder / f"{fall.id}.npz").write_bytes(b"foreign")
    with pytest.raises(PosesUnavailable):
        house.poses.replay(fall.id)


def test_what_an_earlier_run_left_stays_as_it_is(house: House, make_incident: MakeIncident) -> None:
    fall = make_incident(1000.0)
    house.take(1000.0)
    house.happen(fall)
    house.restart()
    house.take(1001.0)
    house.bus.publish(IncidentChanged(fall))
    house.restart()
    assert house.times(fall) == [1000.0]


def test_service_that_does_not_run_says_so(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert "does not run" in str(house.poses.health().reason)
