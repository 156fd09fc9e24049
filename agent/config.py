"""The camera box's settings: the only reader of its environment, read once at the start."""

import json
import socket
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agent.capture import Pace
from agent.outbox import DEFAULT_BOUND
from contract.access import ApiKey
from contract.events import Name
from contract.trouble import SERVER
from modeling.checkpoint import CHECKPOINTS, DEFAULT_CHECKPOINT
from modeling.cli import DOTENV_ENCODING
from modeling.event_machine import EventMachineSettings
from modeling.still_down import STILL_DOWN_AFTER_SEC


class Inference(StrEnum):
    """Who answers the windows: the server, the box's own copy, or the server while it is there."""

    AUTO = "auto"
    REMOTE = "remote"
    LOCAL = "local"


class ShareFrames(StrEnum):
    """Which pictures may leave the camera box: none, or a fall's key picture, for the server."""

    NEVER = "never"
    INCIDENT = "incident"


def _without_secret(url: HttpUrl) -> HttpUrl:
    if url.username or url.password:
        raise ValueError("expected no user and no password in it; the server asks for API_KEY")
    return url


def _cameras(value: object) -> object:
    """The sources of `{"hall": "rtsp://…", "kitchen": "0"}` by their cameras' names.

    What is wrong is not repeated: a source may hold a password.
    """
    if not isinstance(value, str):
        return value
    try:
        entries = json.loads(value, object_pairs_hook=list)
        cameras = CAMERAS.validate_python(dict(entries))
    except (ValidationError, ValueError, TypeError):
        raise ValueError(
            'expected a JSON object of names and sources, {"hall": "rtsp://…", "kitchen": "0"}'
        ) from None
    if len(cameras) < len(entries):
        raise ValueError("expected a name of its own for each camera")
    return cameras


def _host_name() -> str:
    """This machine's: two boxes that nobody named are to be two cameras."""
    name = socket.gethostname()
    return "camera" if name in ("", SERVER) else name


CameraSource = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
CAMERAS = TypeAdapter(Annotated[dict[Name, CameraSource], Field(min_length=1)])


class AgentSettings(BaseSettings):
    """What can be set in the environment or in `.env`; `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding=DOTENV_ENCODING,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        env_nested_delimiter="__",
    )

    cameras: Annotated[dict[Name, CameraSource], BeforeValidator(_cameras), NoDecode] = {}
    source: str = "0"
    camera_id: Name = Field(default_factory=_host_name)
    backend_base_url: Annotated[HttpUrl, AfterValidator(_without_secret)] = HttpUrl(
        "http://127.0.0.1:8000"
    )
    api_key: ApiKey | None = None
    data_dir: Path = Path("data")
    model_checkpoint_path: Path = DEFAULT_CHECKPOINT
    vision_checkpoints_path: Path = CHECKPOINTS
    inference: Inference = Inference.AUTO
    share_frames: ShareFrames = ShareFrames.NEVER
    pace: Pace = Pace.REALTIME
    event_machine: EventMachineSettings = EventMachineSettings()
    still_down_after: Annotated[float, Field(ge=1, le=600)] = STILL_DOWN_AFTER_SEC
    heartbeat_sec: Annotated[float, Field(gt=0, le=30)] = 3.0
    probs_sec: Annotated[float, Field(gt=0, le=60)] = 1.0
    outbox_events: Annotated[int, Field(ge=1000, le=10_000_000)] = DEFAULT_BOUND
    drain_sec: Annotated[float, Field(ge=0, le=3600)] = 10.0

    @property
    def watched(self) -> dict[str, str]:
        """The source of each camera by its name: CAMERAS, or SOURCE alone as CAMERA_ID."""
        return self.cameras or {self.camera_id: self.source}
