"""The camera box's settings, read once at the start; nothing else reads its environment."""

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
    ValidationInfo,
    field_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from agent.file_pace import FilePace
from agent.night.setting import parse_night_look
from agent.outbox.outbox import DEFAULT_BOUND
from agent.view import Flip, Mask, Rotate, View, parse_mask, parse_options
from common.settings import ExpandedPath, Settings, WebUrl
from contract.access import ApiKey
from contract.names import CameraName, Name, file_name
from contract.trouble import SERVER
from modeling.perception.detector.checkpoint import CHECKPOINTS, DEFAULT_CHECKPOINT
from modeling.perception.incidents.event_machine import EventMachineSettings
from modeling.perception.incidents.lost import LOST_AFTER_FALL_SEC
from modeling.perception.incidents.on_floor import ON_FLOOR_AFTER_SEC
from modeling.perception.incidents.still_down import STILL_DOWN_AFTER_SEC
from modeling.perception.incidents.watch import WatchSettings
from modeling.perception.looks.night import SIMPLE, NightWay


class Inference(StrEnum):
    """Who analyzes: the server, the box itself, or the server while it answers."""

    AUTO = "auto"
    REMOTE = "remote"
    LOCAL = "local"


class ShareFrames(StrEnum):
    """Which pictures may leave the camera box: none, or that of a fall's END, for the server."""

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


def _source(value: str) -> str:
    """`value`, where a leading `~` stands for the home directory."""
    return str(FILE.validate_python(value)) if value.startswith("~") else value


def _host_name() -> str:
    """The name of this machine: two boxes without a CAMERA_ID are two cameras."""
    name = socket.gethostname()
    return "camera" if name in ("", SERVER) else name


def _no_address(name: str) -> str:
    """A name is shown to everybody; an address given in its place may hold a password."""
    if "://" in name:
        raise ValueError("expected a name, found an address")
    return name


FILE = TypeAdapter(ExpandedPath)
NoAddress = AfterValidator(_no_address)
CameraSource = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_source)
]
CAMERAS = TypeAdapter(
    Annotated[dict[Annotated[Name, NoAddress], CameraSource], Field(min_length=1)]
)


class AgentSettings(Settings):
    """What can be set in the environment or in `.env`; `.env.example` explains it."""

    model_config = SettingsConfigDict(env_nested_delimiter="__")

    cameras: Annotated[dict[CameraName, CameraSource], BeforeValidator(_cameras), NoDecode] = Field(
        default_factory=dict
    )
    source: CameraSource = "0"
    camera_id: Annotated[CameraName, NoAddress] = Field(default_factory=_host_name)
    rotate: Rotate = Rotate.NOT
    flip: Flip = Flip.NONE
    mask: Annotated[Mask, BeforeValidator(parse_mask), NoDecode] = ()
    camera_options: Annotated[dict[CameraName, View], BeforeValidator(parse_options), NoDecode] = (
        Field(default_factory=dict)
    )
    fps: Annotated[float | None, Field(gt=0, le=240)] = None
    backend_base_url: Annotated[WebUrl, AfterValidator(_without_secret)] = HttpUrl(
        "http://127.0.0.1:8000"
    )
    api_key: ApiKey | None = None
    data_dir: ExpandedPath = Path("data")
    model_checkpoint_path: ExpandedPath = DEFAULT_CHECKPOINT
    vision_checkpoints_path: ExpandedPath = CHECKPOINTS
    inference: Inference = Inference.AUTO
    share_frames: ShareFrames = ShareFrames.NEVER
    night_look: Annotated[NightWay | None, BeforeValidator(parse_night_look), NoDecode] = SIMPLE
    pace: FilePace = FilePace.REALTIME
    event_machine: EventMachineSettings = EventMachineSettings()
    still_down_after: Annotated[float, Field(ge=1, le=600)] = STILL_DOWN_AFTER_SEC
    on_floor_after: Annotated[float, Field(ge=1, le=600)] = ON_FLOOR_AFTER_SEC
    lost_after_fall: Annotated[float, Field(ge=1, le=60)] = LOST_AFTER_FALL_SEC
    heartbeat_sec: Annotated[float, Field(gt=0, le=30)] = 3.0
    model_poll_sec: Annotated[float, Field(ge=0.5, le=3600)] = 15.0
    probs_sec: Annotated[float, Field(gt=0, le=60)] = 1.0
    outbox_events: Annotated[int, Field(ge=1000, le=10_000_000)] = DEFAULT_BOUND
    drain_sec: Annotated[float, Field(ge=0, le=3600)] = 10.0

    @field_validator("rotate", "flip", "mask")
    @classmethod
    def _is_of_the_only_camera(cls, value: object, info: ValidationInfo) -> object:
        is_default = value in (Rotate.NOT, Flip.NONE, ())
        if not is_default and info.data.get("cameras"):
            raise ValueError("expected in CAMERA_OPTIONS where there are several cameras")
        return value

    @field_validator("mask")
    @classmethod
    def _is_of_a_known_view(cls, value: Mask, info: ValidationInfo) -> Mask:
        if value and info.data.get("rotate") is Rotate.AUTO:
            raise ValueError("expected a ROTATE other than auto beside it")
        return value

    @field_validator("camera_options")
    @classmethod
    def _names_cameras(cls, options: dict[str, View], info: ValidationInfo) -> dict[str, View]:
        watched = info.data.get("cameras") or [info.data.get("camera_id")]
        for name in options:
            if name not in watched:
                raise ValueError(f"no camera is named {name}")
        return options

    def view(self, camera_id: str) -> View:
        """How the camera hangs: as CAMERA_OPTIONS says, else as ROTATE, FLIP and MASK do."""
        single = View(rotate=self.rotate, flip=self.flip, mask=self.mask)
        return self.camera_options.get(camera_id, single)

    def camera_folder(self, camera_id: str) -> Path:
        """Where a camera's zones and ground are stored."""
        return self.data_dir / "cameras" / file_name(camera_id)

    @property
    def watch(self) -> WatchSettings:
        """How the people before each camera are followed."""
        return WatchSettings(
            self.event_machine, self.still_down_after, self.on_floor_after, self.lost_after_fall
        )

    @property
    def watched(self) -> dict[str, str]:
        """The source of each camera by its name: CAMERAS, or else SOURCE under CAMERA_ID."""
        return self.cameras or {self.camera_id: self.source}
