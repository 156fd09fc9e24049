"""What somebody does now, from heartbeats."""

from collections.abc import Callable

from backend.bus import Bus
from backend.cameras.names import MAX_CAMERAS
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.integrations.home_assistant.activity_now import Activity, ActivityNow

MakeBeat = Callable[..., Record]


def test_two_heartbeats_say_what_is_done_between_them(make_beat: MakeBeat) -> None:
    bus = Bus()
    activity = ActivityNow(bus)

    def beat(at: float, **fields: object) -> Activity | None:
        bus.publish(EventsRecorded([make_beat(at, **fields)]))
        return activity.of("거실")

    assert beat(0.0, pose_share=1.0, motion_share=1.0) is None
    assert beat(3.0, pose_share=1.0, motion_share=1.0) is Activity.ACTIVE
    assert beat(6.0, pose_share=0.9, motion_share=0.0) is Activity.STILL
    assert beat(9.0, pose_share=0.1, motion_share=0.1) is Activity.NOBODY
    assert beat(12.0, pose_share=1.0, picture="covered") is Activity.BLIND
    assert activity.of("hall") is None


def test_made_up_cameras_are_forgotten(make_beat: MakeBeat) -> None:
    bus = Bus()
    activity = ActivityNow(bus)
    for number in range(MAX_CAMERAS + 1):
        beats = [make_beat(at, camera_id=f"c{number}", pose_share=0.0) for at in (0.0, 3.0)]
        bus.publish(EventsRecorded(beats))
    assert activity.of("c0") is None
    assert activity.of("c1") is Activity.NOBODY
