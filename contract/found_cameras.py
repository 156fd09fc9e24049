"""The network cameras that a camera box has found, and which stream of them it is to watch.

Neither an address nor a password is in it.
"""

from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from contract.names import Name

MAX_CAMERAS = 64
MAX_STREAMS = 32

FoundId = Annotated[str, Field(pattern=r"^[0-9A-Za-z._:-]{1,128}$")]
"""What a camera calls itself wherever it is: mostly a UUID, without `urn:uuid:`."""
Token = Annotated[Name, Field(max_length=64)]
"""What a camera calls one of its streams; ONVIF has it as the token of a profile."""
Pixels = Annotated[int, Field(ge=1, le=100_000)]
Rate = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]


class Fit(StrEnum):
    """How well a stream suits the detector, from the best on."""

    GOOD = "good"
    LARGE = "large"
    """It has more pixels than are looked at: the box decodes them for nothing."""
    OTHER_CODEC = "other_codec"
    """It is no H.264."""
    SLOW = "slow"
    """It has fewer pictures a second than a fall is told by."""
    SMALL = "small"
    UNKNOWN = "unknown"
    """The camera does not say what it is."""


class Access(StrEnum):
    """Whether the camera box gets at the streams of a camera."""

    OPEN = "open"
    PASSWORD_WANTED = "password_wanted"  # noqa: S105
    PASSWORD_REFUSED = "password_refused"  # noqa: S105
    UNREADABLE = "unreadable"
    """It does not answer, or not as a camera does."""


class FoundStream(BaseModel):
    """One stream of a camera; `fps` is the most that it sends a second."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: Token
    name: Name
    codec: Name | None = None
    width: Pixels | None = None
    height: Pixels | None = None
    fps: Rate | None = None
    fit: Fit


class FoundCamera(BaseModel):
    """A camera that has answered. Of its `streams`, the first suits best."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: FoundId
    name: Name
    maker: Name | None = None
    model: Name | None = None
    access: Access
    streams: Annotated[tuple[FoundStream, ...], Field(max_length=MAX_STREAMS)] = ()


class FoundCameras(BaseModel):
    """All that have answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cameras: Annotated[tuple[FoundCamera, ...], Field(max_length=MAX_CAMERAS)] = ()

    def has(self, chosen: "ChosenStream") -> bool:
        """Whether this stream is one of theirs."""
        return any(
            camera.id == chosen.camera and stream.token == chosen.stream
            for camera in self.cameras
            for stream in camera.streams
        )


class ChosenStream(BaseModel):
    """The stream that an owner has chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera: FoundId
    stream: Token


class Choice(BaseModel):
    """What the box is to watch; None while no owner has chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    chosen: ChosenStream | None


def found_path(camera_id: str) -> str:
    """Where the box of this camera says what it has found."""
    return f"/cameras/{quote(camera_id, safe='')}/found"
