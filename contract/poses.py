"""Poses as people look at them: whose and of when they are, live, and kept with an incident."""

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from contract.events import Person, Timestamp
from contract.names import CameraName

MOST_PEOPLE = 4
"""Of one moment, that are shown and kept: as many as a camera box follows."""

Joint = tuple[float, float, float]
"""x and y as shares of the picture, and in 0..1 how well it is seen, 0 where it is only held."""


class PoseSource(BaseModel):
    """Whose poses a request analyzes: of which camera, when the newest one was, and of whom.

    `at` is in seconds since 1970 (UTC) by the camera box's clock, as `ts` of its events. `people`
    has the number of each window's person, in their order.
    """

    model_config = ConfigDict(frozen=True)

    camera_id: CameraName
    at: Timestamp
    people: Annotated[tuple[Person, ...], Field(min_length=1)]


def source_parameters(camera_id: str, at: float, people: Iterable[int]) -> str:
    """A PoseSource as a media type says it: `camera=hall; at=1795939200.125; people=1+2`.

    The camera's name is percent-encoded UTF-8.
    """
    numbers = "+".join(map(str, people))
    return f"camera={quote(camera_id, safe='')}; at={max(at, 0.0):.3f}; people={numbers}"


class PersonPose(BaseModel):
    """One person's joints, in the order of `contract.layout.JOINTS`."""

    model_config = ConfigDict(frozen=True)

    person: int
    joints: tuple[Joint, ...]


class PosesAt(BaseModel):
    """Everybody who is followed at one moment, `at` seconds since 1970 by the box's clock."""

    model_config = ConfigDict(frozen=True)

    at: float
    people: tuple[PersonPose, ...]


class LivePoses(PosesAt):
    """The newest poses of a camera, which the server got at `received_at` by its own clock.

    `aspect` is the picture's width divided by its height. `scores` is what the detector says: of
    each label the highest probability of anybody.
    """

    camera_id: str
    received_at: float
    aspect: float
    scores: dict[str, float]


class ScoresAt(BaseModel):
    """What the detector said of one person at one moment: a probability per label."""

    model_config = ConfigDict(frozen=True)

    at: float
    person: int
    scores: dict[str, float]


class Replay(BaseModel):
    """The poses around an incident, oldest first, and the scores beside them.

    A `is_partial` one was broken off, by a stop of the server for one, or still goes on.
    """

    model_config = ConfigDict(frozen=True)

    incident_id: str
    camera_id: str
    is_partial: bool
    aspect: float
    frames: tuple[PosesAt, ...]
    scores: tuple[ScoresAt, ...]
