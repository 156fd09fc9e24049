"""What somebody before each camera does now, by its last two heartbeats."""

from collections import OrderedDict
from dataclasses import asdict
from enum import StrEnum

from backend.activity.course import Course, Stretch, step
from backend.bus import Bus
from backend.cameras.names import MAX_CAMERAS
from backend.events.messages import EventsRecorded


class Activity(StrEnum):
    """As the hours of the day count it; `blind` is nothing that could be seen."""

    ACTIVE = "active"
    STILL = "still"
    LYING = "lying"
    NOBODY = "nobody"
    BLIND = "blind"


class ActivityNow:
    """In memory: a start knows nothing until two heartbeats have come. Any thread."""

    def __init__(self, bus: Bus) -> None:
        self._courses: OrderedDict[str, Course] = OrderedDict()
        self._activities: dict[str, Activity] = {}
        bus.subscribe(EventsRecorded, self._take, everywhere=True)

    def of(self, camera_id: str) -> Activity | None:
        """What is done there; None while it is not known."""
        return self._activities.get(camera_id)

    def _take(self, recorded: EventsRecorded) -> None:
        for record in recorded.records:
            if record.head.is_incident:
                continue
            camera_id = record.event.camera_id
            before = self._courses.get(camera_id)
            course, stretch = step(before, record.event, record.received_at)
            if course is not None:
                self._keep(camera_id, course)
            if stretch is not None:
                self._activities[camera_id] = _most(stretch)

    def _keep(self, camera_id: str, course: Course) -> None:
        self._courses[camera_id] = course
        self._courses.move_to_end(camera_id)
        if len(self._courses) > MAX_CAMERAS:
            oldest, _ = self._courses.popitem(last=False)
            self._activities.pop(oldest, None)


def _most(stretch: Stretch) -> Activity:
    """What it was for the longest part."""
    seconds: dict[str, float] = asdict(stretch.seconds)
    return Activity(max(seconds, key=seconds.__getitem__))
