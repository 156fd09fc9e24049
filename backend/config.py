"""The server's settings: the only reader of its environment, read once at the start."""

import re
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from backend.access.settings import AllowedOrigins, PublicHosts, TrustedProxies
from backend.alerts.channels.registry import setting_classes
from backend.assistant.settings import ChatSettings
from backend.contacts.settings import ContactSettings
from backend.events.journal.segments import Retention
from backend.integrations.home_assistant.broker import HomeAssistantSettings
from backend.integrations.webhooks.settings import WebhookSettings
from backend.media.settings import S3_URL, MediaSettings
from backend.providers.settings import ProviderSettings
from backend.tracking.trackers import DATABASE
from backend.tracking.trackers import NAMES as TRACKER_NAMES
from backend.watchdog.service import SILENT_AFTER_SEC
from common.settings import BaseUrl, ExpandedPath, Settings, WebUrl
from contract.access import ApiKey, Token
from contract.names import CameraName
from modeling.perception.detector.checkpoint import DEFAULT_CHECKPOINT


def _time_zone(value: object) -> ZoneInfo | None:
    if value is None or isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("expected an IANA time zone such as Asia/Seoul") from error


def _names(value: object) -> object:
    if isinstance(value, str):
        return frozenset(name.strip() for name in value.split(",") if name.strip())
    return value


def _tracker_names(value: object) -> object:
    names = _names(value)
    if isinstance(names, frozenset) and (names - TRACKER_NAMES):
        raise ValueError(f"expected some of {','.join(sorted(TRACKER_NAMES))}")
    return names


def _camera_keys(value: object) -> object:
    """The keys of `hall=KEY,bedroom=KEY`; a wrong entry is named only by its place."""
    if not isinstance(value, str):
        return value
    entries = [entry.strip() for entry in value.split(",") if entry.strip()]
    keys: dict[str, SecretStr] = {}
    for number, entry in enumerate(entries, start=1):
        try:
            camera_id, key = _camera_key(entry)
        except ValueError as error:
            raise ValueError(f"entry {number} of {len(entries)}: {error}") from None
        if camera_id in keys:
            raise ValueError(f"entry {number} of {len(entries)}: expected one key per camera")
        keys[camera_id] = key
    if not keys:
        raise ValueError("expected CAMERA_ID=KEY, with a comma between two")
    return keys


def _camera_key(entry: str) -> tuple[str, SecretStr]:
    found = CAMERA_KEY.fullmatch(entry)
    if found is None:
        raise ValueError("expected CAMERA_ID=KEY, with a comma before the next one")
    try:
        return CAMERA_ID.validate_python(found["camera"]), KEY.validate_python(found["key"])
    except ValidationError as error:
        said = error.errors(include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise ValueError(f"CAMERA_ID=KEY: {said}") from None


def _no_key_twice(camera_keys: dict[str, SecretStr], info: ValidationInfo) -> dict[str, SecretStr]:
    if camera_keys and "api_key" in info.data:
        if info.data["api_key"] is None:
            raise ValueError("expected an API_KEY too: the household's own, which opens the rest")
        keys = [info.data["api_key"], *camera_keys.values()]
        if len({key.get_secret_value() for key in keys}) < len(keys):
            raise ValueError("expected a key of its own for each camera, none of them API_KEY")
    return camera_keys


def _another_key(key: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    others = [info.data.get("api_key"), *info.data.get("camera_keys", {}).values()]
    if key is not None and key.get_secret_value() in {it.get_secret_value() for it in others if it}:
        raise ValueError("expected a key of its own, which opens nothing but the figures")
    return key


def _secret_url(value: object) -> object:
    if isinstance(value, str):
        try:
            return SecretStr(str(WEB_URL.validate_python(value)))
        except ValidationError:
            # The address itself is a secret: it is not repeated.
            raise ValueError("expected a URL such as https://hc.example/ping/UUID") from None
    return value


def _queues(value: object) -> object:
    """How many jobs at a time of each queue, of `usual:2,gpu:1`."""
    if not isinstance(value, str):
        return value
    slots: dict[str, int] = {}
    for entry in (entry.strip() for entry in value.split(",") if entry.strip()):
        found = QUEUE.fullmatch(entry)
        if found is None or found["queue"] in slots:
            raise ValueError("expected QUEUE:JOBS, each queue once, such as usual:1,gpu:1")
        slots[found["queue"]] = int(found["jobs"])
    if not slots:
        raise ValueError("expected QUEUE:JOBS, such as usual:1,gpu:1")
    return slots


def _database_url(value: SecretStr | None) -> SecretStr | None:
    known = ("sqlite:///", "postgresql+psycopg://")
    if value is not None and not value.get_secret_value().startswith(known):
        # It may hold a password: it is not repeated.
        raise ValueError(f"expected a URL that begins with {' or '.join(known)}")
    return value


def _record_store(value: str | None) -> str | None:
    is_folder = value is not None and value.startswith("file:///") and len(value) > len("file:///")
    if value is not None and not is_folder and not S3_URL.fullmatch(value):
        raise ValueError("expected s3:// and the name of a bucket, or file:// and a whole path")
    return value


def _no_path(url: WebUrl | None) -> WebUrl | None:
    if url is not None and (url.path not in (None, "/") or url.query or url.fragment):
        raise ValueError("expected a URL without a path, such as https://care.example.org")
    return url


def _long_secret(value: SecretStr | None) -> SecretStr | None:
    if value is not None and len(value.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"expected {SHORTEST_SECRET} characters or more")
    return value


QUEUE = re.compile(r"(?P<queue>[a-z][a-z0-9_-]{0,31}):(?P<jobs>[1-9]\d?)")
SHORTEST_SECRET = 32
"""Characters of what signs: whoever has a token may try, as often as a machine can."""
CAMERA_ID = TypeAdapter(CameraName)
KEY = TypeAdapter(ApiKey)
WEB_URL = TypeAdapter(WebUrl)
# No other separator than a comma can be taken for a part of the key, nor what closes a list.
CAMERA_KEY = re.compile(r"""(?P<camera>[^\[{(<"'“‘=\s][^=]*?)\s*=\s*(?P<key>[^=;|"'\])}>]+=*)""")


class FactorySettings(MediaSettings):
    """Where the server and its workers find what they share."""

    data_dir: ExpandedPath = Path("data")
    database_url: Annotated[SecretStr | None, AfterValidator(_database_url)] = None

    @property
    def database_address(self) -> str | None:
        """DATABASE_URL with its password."""
        return self.database_url.get_secret_value() if self.database_url else None


class WorkerSettings(FactorySettings):
    """What `run-worker` reads of the environment or of `.env`."""

    worker_queues: Annotated[dict[str, int], BeforeValidator(_queues), NoDecode] = Field(
        default={"usual": 1, "gpu": 1, "io": 1, "ml": 1}
    )
    worker_retry_after: Annotated[float, Field(ge=0.1, le=86_400)] = 30.0
    job_memory_mb: Annotated[int, Field(ge=512, le=10_000_000)] = 4096
    server_url: BaseUrl | None = None
    api_key: ApiKey | None = None
    blob_cache_max_mb: Annotated[int, Field(ge=100, le=10_000_000)] = 10_240
    event_log_days: Annotated[int, Field(ge=1, le=36_500)] = Retention.days
    project_data: ExpandedPath | None = None
    observability_backends: Annotated[frozenset[str], BeforeValidator(_tracker_names), NoDecode] = (
        frozenset({DATABASE})
    )


class VisionSettings(Settings):
    """What `run-vision` reads of the environment or of `.env`, and `run-backend` too."""

    model_config = SettingsConfigDict(arbitrary_types_allowed=True, populate_by_name=True)

    data_dir: ExpandedPath = Path("data")
    vision_checkpoints_path: ExpandedPath = DEFAULT_CHECKPOINT.parent
    api_key: ApiKey | None = None
    allow_without_key: bool = False
    trusted_proxies: TrustedProxies = ()
    public_hosts: PublicHosts = frozenset()
    allowed_origins: AllowedOrigins = frozenset()
    client_requests_per_sec: Annotated[int, Field(ge=50, le=1_000_000)] = 500


class BackendSettings(
    VisionSettings,
    FactorySettings,
    ContactSettings,
    ProviderSettings,
    ChatSettings,
    HomeAssistantSettings,
    WebhookSettings,
    *setting_classes(),  # type: ignore[misc]
):
    """What can be set in the environment or in `.env`; `.env.example` explains each.

    Each channel has its own beside it.
    """

    model_checkpoint_path: ExpandedPath = DEFAULT_CHECKPOINT
    time_zone: Annotated[ZoneInfo | None, BeforeValidator(_time_zone), NoDecode] = Field(
        default=None, validation_alias="TZ"
    )
    public_url: Annotated[WebUrl | None, AfterValidator(_no_path)] = None
    jwt_secret_key: Annotated[Token | None, AfterValidator(_long_secret)] = None
    event_log_days: Annotated[int, Field(ge=1, le=36_500)] = Retention.days
    event_log_max_mb: Annotated[int, Field(ge=64, le=10_000_000)] = 2048
    camera_silent_after: Annotated[float, Field(ge=3, le=3600)] = SILENT_AFTER_SEC
    otel_exporter_otlp_endpoint: BaseUrl | None = None
    watchdog_ping_url: Annotated[SecretStr | None, BeforeValidator(_secret_url)] = None
    prediction_history_days: Annotated[int, Field(ge=1, le=3650)] = 90
    report_font: ExpandedPath | None = None
    ordinary_poses_minutes: Annotated[int, Field(ge=0, le=120)] = 10
    alert_events: Annotated[frozenset[str] | None, BeforeValidator(_names), NoDecode] = None
    vision_url: BaseUrl | None = None
    vision_api_key: ApiKey | None = None
    camera_keys: Annotated[
        dict[str, SecretStr], BeforeValidator(_camera_keys), AfterValidator(_no_key_twice), NoDecode
    ] = Field(default_factory=dict)
    metrics_key: Annotated[ApiKey | None, AfterValidator(_another_key)] = None
    record_store: Annotated[str | None, AfterValidator(_record_store)] = None
    record_tail_minutes: Annotated[float, Field(ge=0.01, le=1440)] = 5.0
