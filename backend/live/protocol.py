"""What clients of socket.io and the server send each other."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from backend.errors import ApiError, InvalidInput, describe
from contract.events import EventType
from contract.names import Name

MAX_CAMERAS = 64
JOB_ROOM = "training:"
"""Before the id of a job."""
JOB_EVENT = "training"
"""The event of socket.io that carries a JobNews."""
JobRoom = Annotated[str, Field(pattern=rf"^{JOB_ROOM}[0-9A-Za-z_-]{{1,64}}$")]
SubmittedId = Annotated[str, Field(max_length=128)] | int | None
"""Chosen by the client, and given back to it."""


class Topic(StrEnum):
    """What can be listened to."""

    EVENTS = "events"
    """START and END."""
    PROBS = "probs"
    HEARTBEATS = "heartbeats"
    ALERTS = "alerts"
    INCIDENTS = "incidents"
    POSES = "poses"

    @property
    def event(self) -> str:
        """The event of socket.io that carries one of them."""
        return self.value.removesuffix("s") if self is not Topic.PROBS else self.value

    def room(self, household_id: int, camera_id: str | None) -> str:
        """The room of those who listen to this of one camera, or of all of a household."""
        of_all = f"{household_id}/{self.value}"
        return of_all if camera_id is None else f"{of_all}/{camera_id}"


MAX_NAMED = 2 * len(Topic)
TOPICS = {
    EventType.START: Topic.EVENTS,
    EventType.END: Topic.EVENTS,
    EventType.PROBS: Topic.PROBS,
    EventType.HEARTBEAT: Topic.HEARTBEATS,
}


class ImageData(BaseModel):
    """An image for a model; `image` is its bytes or base64, which `image_base64` may hold too."""

    model_config = ConfigDict(strict=True, frozen=True)

    model_name: Name
    request_id: SubmittedId = None
    image: Annotated[bytes | str, Field(min_length=1)] | None = None
    image_base64: Annotated[str, Field(min_length=1)] | None = None


class Subscription(BaseModel):
    """What to listen to; of all cameras unless some are named. A job's room is of no camera."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rooms: Annotated[list[Topic | JobRoom], Field(min_length=1, max_length=MAX_NAMED)]
    cameras: Annotated[list[Name], Field(min_length=1, max_length=MAX_CAMERAS)] | None = None

    @property
    def job_ids(self) -> list[str]:
        """The jobs whose rooms are among them."""
        return [it.removeprefix(JOB_ROOM) for it in self.rooms if not isinstance(it, Topic)]

    def names(self, household_id: int) -> list[str]:
        """The rooms that this is for somebody of a household."""
        cameras: list[str] | list[None] = self.cameras or [None]
        topics = [it for it in self.rooms if isinstance(it, Topic)]
        rooms = [topic.room(household_id, camera) for topic in topics for camera in cameras]
        return rooms + [it for it in self.rooms if not isinstance(it, Topic)]


IMAGE_DATA = TypeAdapter(ImageData)
SUBSCRIPTION = TypeAdapter(Subscription)
_SUBMITTED_ID: TypeAdapter[SubmittedId] = TypeAdapter(SubmittedId)


def parse_image(data: object) -> ImageData:
    """What came with `image_data`; raises InvalidInput."""
    try:
        return IMAGE_DATA.validate_python(data)
    except ValidationError as error:
        raise InvalidInput(describe(error)) from error


def parse_subscription(data: object) -> Subscription:
    """What came with `subscribe` or `unsubscribe`; raises InvalidInput."""
    try:
        return SUBSCRIPTION.validate_python(data)
    except ValidationError as error:
        raise InvalidInput(describe(error)) from error


def submitted_id(data: object) -> str | int | None:
    """The `request_id` of what cannot be read otherwise; None where there is none."""
    try:
        return _SUBMITTED_ID.validate_python(
            data.get("request_id") if isinstance(data, dict) else None, strict=True
        )
    except ValidationError:
        return None


def problem(error: ApiError) -> dict[str, Any]:
    """An error as a client reads it, like one of HTTP."""
    return {"code": error.code, "message": error.message}
