"""All that is known of a sample record before it is made: a few numbers become a life. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from backend.incidents.days import bounds_of
from backend.people.household import USUAL_ZONE
from backend.sample.alarms import Alarm, alarms_of
from backend.sample.cameras import Camera, cameras_of
from backend.sample.life import Life, live
from backend.sample.story import Story, story_of
from contract.language import Language

ZONE = ZoneInfo(USUAL_ZONE)
"""Each of its days has 24 hours."""


@dataclass(frozen=True)
class SampleWanted:
    """So many `days` up to `last`, of so many cameras; the same `seed` gives the same record."""

    last: date
    days: int = 90
    cameras: int = 3
    seed: int = 1
    language: Language = "ko"


@dataclass(frozen=True)
class Plan:
    """The record `began` then (since 1970): a midnight."""

    wanted: SampleWanted
    story: Story
    cameras: Sequence[Camera]
    life: Life
    alarms: Sequence[Alarm]
    began: float


def plan_of(wanted: SampleWanted) -> Plan:
    """What happens in the record that is wanted."""
    story = story_of(wanted.last, wanted.days, wanted.seed)
    cameras = cameras_of(story, wanted.cameras)
    life = live(story, wanted.seed, [camera.room for camera in cameras])
    alarms = alarms_of(story, life, cameras, wanted.seed)
    began = bounds_of(story.days.first, ZONE)[0]
    return Plan(wanted, story, cameras, life, alarms, began)
