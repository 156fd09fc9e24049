"""The camera box's settings: the only reader of its environment, read once at the start."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.capture import Pace
from agent.outbox import DEFAULT_BOUND
from contract.access import ApiKey
from contract.events import Name
from modeling.checkpoint import CHECKPOINTS, DEFAULT_CHECKPOINT
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


class AgentSettings(BaseSettings):
    """What can be set in the environment or in `.env`; `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        env_nested_delimiter="__",
    )

    source: str = "0"
    camera_id: Name = "camera-0"
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
