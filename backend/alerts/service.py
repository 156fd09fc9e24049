"""What the application holds of the alerts: events in, health and the debug routes' answers out."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from backend.alerts.channel import ChannelError, Disposition, Memo
from backend.alerts.kakao.channel import KakaoChannel, TokenCheck
from backend.alerts.kakao.client import KakaoClient, Timeouts
from backend.alerts.kakao.template import TextTemplate
from backend.alerts.kakao.tokens import KakaoCredentials, TokenStore
from backend.alerts.ledger import DeadLetter, Ledger
from backend.alerts.policy import Policy, Verdict, alert_of, decides
from backend.alerts.worker import AlertWorker, Pace
from contract.events import UNFINISHED_AFTER_SEC, Event

logger = logging.getLogger(__name__)

__all__ = ["AlertService", "AlertSettings", "Decision", "SendTest", "TokenCheck"]

NO_CHANNEL = "nobody can be told: KAKAO_ACCESS_TOKEN is not set"
DEAD_LETTERS_SHOWN_FOR = 7 * 86_400.0
SLOW_AFTER = 60.0
"""Seconds after which an alert that still waits is a failure of the queue."""


@dataclass(frozen=True)
class AlertSettings:
    """Everything the alerts need to know; the application takes it from its settings.

    `alert_events` narrows what is told: `anomalous_labels`, the checkpoint's, and what is
    anomalous in itself. Without an access token alerts are recorded and wait.
    """

    data_dir: Path
    time_zone: ZoneInfo
    anomalous_labels: frozenset[str]
    alert_events: frozenset[str] | None = None
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
    unfinished_after: float = UNFINISHED_AFTER_SEC
    """Seconds after which an incident is told although its END has not come: the camera box, or
    the way from it, has failed in the middle of a fall."""


@dataclass(frozen=True)
class Decision:
    """What became of an event, and the key of its alert if it has one."""

    verdict: Verdict
    key: str | None = None


@dataclass(frozen=True)
class SendTest:
    """What came of a test memo."""

    sent: bool
    disposition: Disposition | None = None
    reason: str | None = None


class AlertService:
    """Thread-safe. `start` it before events come, `stop` it after the last one."""

    def __init__(self, settings: AlertSettings, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._unfinished_after = settings.unfinished_after
        self._policy = Policy(settings.anomalous_labels, settings.alert_events)
        self._ledger = Ledger(settings.data_dir / "alerts" / "ledger.sqlite3")
        self._channel = _kakao_channel(settings, clock)
        self._worker = (
            AlertWorker(self._ledger, self._channel, settings.time_zone, settings.pace, clock)
            if self._channel
            else None
        )

    def start(self) -> None:
        """Begin to send."""
        if self._worker:
            self._worker.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Let a memo that is on its way finish, for `timeout` seconds at most."""
        if self._worker is None or self._worker.stop(timeout):
            self._ledger.close()
            if self._channel:
                self._channel.close()

    def consider(self, event: Event) -> Decision:
        """Decide on a recorded event, and have it told if it is to be. Idempotent: replay the log.

        Raises sqlite3.Error when the ledger cannot be written.
        """
        verdict = self._policy.verdict(event)
        match verdict:
            case Verdict.ALERT:
                decision = self._record(event)
            case Verdict.AWAITS_END if event.incident_id:
                decision = self._open(event)
            case Verdict.MUTED_BY_SETTINGS if decides(event):
                decision = self._mute(event)
            case _:
                decision = Decision(verdict)
        # A replay of the log says nothing new.
        if decision.verdict not in (Verdict.NOT_AN_INCIDENT, Verdict.ALREADY_ALERTED):
            logger.info("%s %s: %s", event.event_type, event.event, decision.verdict)
        return decision

    def counts(self) -> dict[str, int]:
        """How many alerts stand where."""
        return self._ledger.counts()

    def dead_letters(self) -> list[DeadLetter]:
        """The alerts of the last week that could not be delivered, newest first."""
        return self._ledger.dead_letters(self._clock() - DEAD_LETTERS_SHOWN_FOR)

    @property
    def channel_failure(self) -> str | None:
        """Why nobody can be told, in one line; None while the channel works. Asks nobody."""
        return self._worker.last_error if self._worker else NO_CHANNEL

    @property
    def policy_failure(self) -> str | None:
        """That the settings leave nothing to be told of, in one line; None while they do."""
        if self._policy.told_labels:
            return None
        anomalous = ", ".join(sorted(self._policy.anomalous_labels))
        return f"ALERT_EVENTS mutes everything: expected at least one of {anomalous}"

    @property
    def queue_failure(self) -> str | None:
        """Why alerts do not leave, in one line; None while they do."""
        if self._worker and not self._worker.is_alive:
            return "the thread that sends alerts does not run"
        dead = len(self.dead_letters())
        if dead:
            return f"alerts of the last week that could not be delivered: {dead}"
        now, oldest = self._clock(), self._ledger.oldest_unsent()
        if oldest and now - oldest.created_at > SLOW_AFTER:
            reason = oldest.reason or "it is being sent"
            return f"an alert has been waiting for {now - oldest.created_at:.0f} s: {reason}"
        return None

    def token_check(self) -> TokenCheck:
        """Ask Kakao whether a memo could be sent now; blocks for as long as Kakao takes."""
        if self._channel is None:
            return TokenCheck(False, NO_CHANNEL, False, False, None, None)
        return self._channel.token_check()

    def send_test(self, text: str) -> SendTest:
        """Send `text` past the ledger; raises ValueError unless it is 1 to 200 characters."""
        if self._channel is None:
            return SendTest(False, reason=NO_CHANNEL)
        try:
            self._channel.send(Memo(text))
        except ChannelError as error:
            return SendTest(False, error.disposition, error.reason)
        return SendTest(True)

    def _mute(self, event: Event) -> Decision:
        # On record, so that a replay of the log under other settings does not tell old news.
        muted = self._ledger.mute(alert_of(event), self._clock(), Verdict.MUTED_BY_SETTINGS)
        return Decision(Verdict.MUTED_BY_SETTINGS if muted else Verdict.ALREADY_ALERTED)

    def _open(self, event: Event) -> Decision:
        alert, now = alert_of(event), self._clock()
        if not self._ledger.open(alert, now, now + self._unfinished_after):
            return Decision(Verdict.ALREADY_ALERTED, alert.key)
        if self._worker:
            self._worker.notify()
        return Decision(Verdict.AWAITS_END, alert.key)

    def _record(self, event: Event) -> Decision:
        alert = alert_of(event)
        waits_for = None if self._worker else NO_CHANNEL
        if not self._ledger.add(alert, self._clock(), waits_for):
            return Decision(Verdict.ALREADY_ALERTED, alert.key)
        if self._worker:
            self._worker.notify()
        return Decision(Verdict.ALERT, alert.key)


def _kakao_channel(settings: AlertSettings, clock: Callable[[], float]) -> KakaoChannel | None:
    if not settings.kakao_access_token:
        return None
    credentials = KakaoCredentials(
        settings.kakao_access_token,
        settings.kakao_refresh_token,
        settings.kakao_rest_api_key,
        settings.kakao_client_secret,
    )
    client = KakaoClient(settings.kakao_api_url, settings.kakao_auth_url, settings.timeouts)
    path = settings.data_dir / "kakao" / "tokens.json"
    tokens = TokenStore(path, credentials, client, clock)
    template = TextTemplate(settings.link_url, settings.button_title)
    return KakaoChannel(client, tokens, template, clock)
