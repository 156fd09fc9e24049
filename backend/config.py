"""The server's settings: the only reader of its environment, read once at the start."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backend.access.settings import AllowedOrigins, PublicHosts, TrustedProxies
from backend.alerts.apprise_channel import open_address, split_addresses
from backend.watchdog.service import SILENT_AFTER_SEC
from contract.access import ApiKey
from contract.names import CameraName
from modeling.checkpoint import DEFAULT_CHECKPOINT
from modeling.cli import DOTENV_ENCODING


def _time_zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("expected an IANA time zone such as Asia/Seoul") from error


def _names(value: object) -> object:
    if isinstance(value, str):
        return frozenset(name.strip() for name in value.split(",") if name.strip())
    return value


def _addresses(value: object) -> object:
    if not isinstance(value, str):
        return value
    addresses = tuple(SecretStr(address) for address in split_addresses(value))
    for number, address in enumerate(addresses, start=1):
        try:
            open_address(address)
        except ValueError:
            raise ValueError(
                f"address {number} of {len(addresses)} is none that Apprise knows, expected such as"
                " ntfys://TOPIC, with a comma or a space between two"
            ) from None
    return addresses


def _camera_keys(value: object) -> object:
    """The keys of `hall=KEY,bedroom=KEY`; a wrong entry is named by its place alone."""
    if not isinstance(value, str):
        return value
    entries = [entry.strip() for entry in value.split(",") if entry.strip()]
    keys: dict[str, SecretStr] = {}
    for number, entry in enumerate(entries, start=1):
        camera_id, _, key = (part.strip() for part in entry.partition("="))
        try:
            keys[CAMERA_ID.validate_python(camera_id)] = KEY.validate_python(key)
        except ValidationError:
            raise ValueError(
                f"entry {number} of {len(entries)}: expected CAMERA_ID=KEY, the key of printable "
                "ASCII characters"
            ) from None
        if len(keys) < number:
            raise ValueError(f"entry {number} of {len(entries)}: expected one key a camera")
    return keys


def _no_key_twice(camera_keys: dict[str, SecretStr], info: ValidationInfo) -> dict[str, SecretStr]:
    if camera_keys and "api_key" in info.data:
        if info.data["api_key"] is None:
            raise ValueError("expected an API_KEY too: the household's own, which opens the rest")
        keys = [info.data["api_key"], *camera_keys.values()]
        if len({key.get_secret_value() for key in keys}) < len(keys):
            raise ValueError("expected a key of its own for each camera, none of them API_KEY")
    return camera_keys


def _base_url(value: str) -> str:
    try:
        return str(HttpUrl(value)).rstrip("/")
    except ValidationError as error:
        raise ValueError("expected a URL such as https://kapi.kakao.com") from error


def _secret_url(value: object) -> object:
    if isinstance(value, str):
        try:
            return SecretStr(str(HttpUrl(value)))
        except ValidationError:
            # The address itself is a secret: it is not repeated.
            raise ValueError("expected a URL such as https://hc.example/ping/UUID") from None
    return value


CAMERA_ID = TypeAdapter(CameraName)
KEY = TypeAdapter(Annotated[ApiKey, Field(min_length=1)])
BaseUrl = Annotated[str, AfterValidator(_base_url)]


class VisionSettings(BaseSettings):
    """What `run-vision` reads of the environment or of `.env`, and `run-backend` too."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding=DOTENV_ENCODING,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        populate_by_name=True,
    )

    data_dir: Path = Path("data")
    vision_checkpoints_path: Path = DEFAULT_CHECKPOINT.parent
    api_key: ApiKey | None = None
    allow_without_key: bool = False
    trusted_proxies: TrustedProxies = ()
    public_hosts: PublicHosts = frozenset()
    allowed_origins: AllowedOrigins = frozenset()
    client_requests_per_sec: Annotated[int, Field(ge=50, le=1_000_000)] = 500


class BackendSettings(VisionSettings):
    """What can be set in the environment or in `.env`; `.env.example` explains each."""

    model_checkpoint_path: Path = DEFAULT_CHECKPOINT
    time_zone: Annotated[ZoneInfo, BeforeValidator(_time_zone), NoDecode] = Field(
        default=ZoneInfo("Asia/Seoul"), validation_alias="TZ"
    )
    event_log_days: Annotated[int, Field(ge=9, le=36_500)] = 365
    event_log_max_mb: Annotated[int, Field(ge=64, le=10_000_000)] = 2048
    camera_silent_after: Annotated[float, Field(ge=3, le=3600)] = SILENT_AFTER_SEC
    watchdog_ping_url: Annotated[SecretStr | None, BeforeValidator(_secret_url)] = None
    alert_events: Annotated[frozenset[str] | None, BeforeValidator(_names), NoDecode] = None
    alert_urls: Annotated[tuple[SecretStr, ...], BeforeValidator(_addresses), NoDecode] = ()
    alert_link_url: HttpUrl = HttpUrl("http://localhost:8000/health")
    alert_button_title: Annotated[str, Field(min_length=1, max_length=14)] = "확인하기"
    kakao_access_token: SecretStr | None = None
    kakao_refresh_token: SecretStr | None = None
    kakao_rest_api_key: ApiKey | None = None
    kakao_client_secret: SecretStr | None = None
    kakao_api_url: BaseUrl = "https://kapi.kakao.com"
    kakao_auth_url: BaseUrl = "https://kauth.kakao.com"
    vision_url: BaseUrl | None = None
    vision_api_key: ApiKey | None = None
    camera_keys: Annotated[
        dict[str, SecretStr], BeforeValidator(_camera_keys), AfterValidator(_no_key_twice), NoDecode
    ] = Field(default_factory=dict)
