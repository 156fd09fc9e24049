"""One service of the server by itself, on a database of its own."""

import time
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from backend.alerts import settings as alert_settings
from backend.alerts.channels.apprise.channel import open_addresses
from backend.alerts.channels.base import Channel
from backend.alerts.channels.kakao import channel as kakao_channel
from backend.alerts.channels.kakao import debug
from backend.alerts.channels.kakao.client import Timeouts
from backend.alerts.channels.kakao.settings import Settings as KakaoSettings
from backend.alerts.service import AlertService, Decision
from backend.bus import Bus
from backend.events.service import EventService, Notify
from backend.incidents.service import IncidentService
from backend.storage.database import Database, open_database
from contract.events import EVENT, AnyEvent, IncidentEvent


def typed(fields: dict[str, object]) -> AnyEvent:
    """The event of these fields; an enum may be its text."""
    return EVENT.validate_python(fields, strict=False)


def incident_event(fields: dict[str, object]) -> IncidentEvent:
    """The START or END of these fields."""
    event = typed(fields)
    if not isinstance(event, IncidentEvent):
        raise TypeError(f"expected a START or an END, got {event.event_type}")
    return event


@dataclass(frozen=True)
class AlertSettings(alert_settings.AlertSettings):
    """What the alerts have to know, and what their channels have."""

    data_dir: Path = Path("data")
    alert_urls: tuple[SecretStr, ...] = ()
    link_url: str | None = None
    button_title: str = "확인하기"
    kakao_access_token: SecretStr | None = None
    kakao_refresh_token: SecretStr | None = None
    kakao_rest_api_key: SecretStr | None = None
    kakao_client_secret: SecretStr | None = None
    kakao_api_url: str = "https://kapi.kakao.com"
    kakao_auth_url: str = "https://kauth.kakao.com"
    timeouts: Timeouts = field(default_factory=Timeouts)

    def channels(self, clock: Callable[[], float]) -> list[Channel]:
        """Kakao first."""
        kakao = KakaoSettings.model_validate(
            {
                "data_dir": self.data_dir,
                "alert_link_url": self.link_url,
                "alert_button_title": self.button_title,
                "kakao_access_token": self.kakao_access_token,
                "kakao_refresh_token": self.kakao_refresh_token,
                "kakao_rest_api_key": self.kakao_rest_api_key,
                "kakao_client_secret": self.kakao_client_secret,
                "kakao_api_url": self.kakao_api_url,
                "kakao_auth_url": self.kakao_auth_url,
            }
        )
        opened = kakao_channel.open_channels(kakao, clock, self.timeouts)
        return [*opened, *open_addresses(self.alert_urls)]


class AlertsAlone(AlertService):
    """The alerts without the event service: events are handed to `hear`."""

    def __init__(
        self,
        settings: AlertSettings,
        clock: Callable[[], float] = time.time,
        wall_clock: Callable[[], float] = time.time,
        bus: Bus | None = None,
    ) -> None:
        bus, self.database = bus or Bus(), open_database(None, settings.data_dir)
        self.incidents = IncidentService(self.database, bus)
        channels = settings.channels(wall_clock)
        super().__init__(settings, channels, self.database, bus, clock, wall_clock)

    def hear(self, event: IncidentEvent, received_at: float | None = None) -> Decision:
        """Take the event's incident, and decide on it."""
        at = event.ts if received_at is None else received_at
        return self.consider(self.incidents.take(event, at), event, received_at)

    def token_check(self) -> kakao_channel.TokenCheck:
        """What the debug route answers."""
        return debug.token_check(self)

    def send_test(self, text: str) -> debug.SendTest:
        """What the debug route does."""
        return debug.send_test(self, text)

    def stop(self, timeout: float = 4.0) -> None:
        """Stop, and close the database."""
        super().stop(timeout)
        self.database.close()


def nothing(_since: float) -> Set[str]:
    """Nothing is settled where there are no alerts."""
    return frozenset()


class EventsAlone(EventService):
    """The events without the alerts, in `folder`; the database lies beside it."""

    def __init__(
        self,
        folder: Path,
        notify: Notify = lambda *_: None,
        clock: Callable[[], float] = time.time,
        bus: Bus | None = None,
        database: Database | None = None,
    ) -> None:
        bus, self.database = bus or Bus(), database or open_database(None, folder.parent)
        self.incidents = IncidentService(self.database, bus)
        super().__init__(folder, self.database, self.incidents, notify, bus, nothing, clock)

    def stop(self) -> None:
        """Stop, and close the database."""
        super().stop()
        self.database.close()
