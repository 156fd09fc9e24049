"""What the alerts have to know; the application takes it from its own settings."""

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from backend.alerts.channels.kakao.client import Timeouts
from backend.alerts.limits import Limits
from backend.alerts.pace import Pace
from contract.events import UNFINISHED_AFTER_SEC


@dataclass(frozen=True)
class AlertSettings:
    """`alert_events` narrows what is told: `anomalous_labels`, the checkpoint's, and what is
    anomalous in itself. Without any channel alerts are recorded and wait.
    """

    data_dir: Path
    time_zone: ZoneInfo
    anomalous_labels: frozenset[str]
    alert_events: frozenset[str] | None = None
    alert_urls: tuple[SecretStr, ...] = ()
    """Apprise addresses, a channel each."""
    link_url: str | None = None
    button_title: str | None = None
    kakao_access_token: SecretStr | None = None
    kakao_refresh_token: SecretStr | None = None
    kakao_rest_api_key: SecretStr | None = None
    kakao_client_secret: SecretStr | None = None
    kakao_api_url: str = "https://kapi.kakao.com"
    kakao_auth_url: str = "https://kauth.kakao.com"
    timeouts: Timeouts = field(default_factory=Timeouts)
    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    unfinished_after: float = UNFINISHED_AFTER_SEC
    """Seconds after which an incident is told although its END has not come: the camera box, or
    the way from it, has failed in the middle of a fall."""
