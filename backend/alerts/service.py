"""What the application holds of the alerts: events in, health and the debug routes' answers out."""

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from backend.alerts.apprise_channel import open_channels
from backend.alerts.change import AlertChange, Outcome
from backend.alerts.channel import Alert, Channel, ChannelError, Disposition, Memo
from backend.alerts.database import Database
from backend.alerts.delivery import Deliveries
from backend.alerts.kakao.channel import KakaoChannel, TokenCheck, open_kakao
from backend.alerts.ledger import DeadLetter, Ledger
from backend.alerts.policy import Policy, Verdict, alert_of, decides
from backend.alerts.settings import AlertSettings
from backend.alerts.trial import trial_memo, try_all
from backend.alerts.worker import AlertWorker
from contract.events import Event

logger = logging.getLogger(__name__)

__all__ = ["AlertService", "AlertSettings", "Decision", "SendTest", "TokenCheck"]

NO_KAKAO = "KAKAO_ACCESS_TOKEN is not set, and nobody has logged in with run-kakao-login"
NO_CHANNEL = f"nobody can be told: ALERT_URLS is empty, {NO_KAKAO}"
NO_SOUND = "Kakao is the only channel, and its memos make no sound: set ALERT_URLS to what rings"
QUOTA_NEAR = "Kakao may refuse more memos until midnight in Korea"
TOLD_UNRECORDED = "it was sent while the ledger could not be written"
KOREA = timezone(timedelta(hours=9))
DEAD_LETTERS_SHOWN_FOR = 7 * 86_400.0
SLOW_AFTER = 60.0
"""Seconds after which an alert that still waits is a failure of the queue."""


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
    """Thread-safe. `start` it before events come, `stop` it after the last one.

    `publish` gets what becomes of the alerts, from any thread; it must not wait and not raise.
    Raises sqlite3.Error or OSError when DATA_DIR cannot be used.
    """

    def __init__(
        self,
        settings: AlertSettings,
        clock: Callable[[], float] = time.time,
        publish: Callable[[AlertChange], object] = lambda _change: None,
    ) -> None:
        self._clock, self._publish, self._zone = clock, publish, settings.time_zone
        self._unfinished_after = settings.unfinished_after
        self._policy = Policy(settings.anomalous_labels, settings.alert_events)
        self._kakao = open_kakao(settings, clock)
        channels: list[Channel] = [self._kakao] if self._kakao else []
        channels += open_channels(settings.alert_urls)
        self._database = Database(settings.data_dir / "alerts" / "ledger.sqlite3")
        forgotten_until = clock() if self._database.put_aside else 0.0
        self._ledger = Ledger(
            self._database, [channel.name for channel in channels], forgotten_until
        )
        self._workers = [
            AlertWorker(
                Deliveries(self._database, channel.name),
                channel,
                settings.time_zone,
                settings.pace,
                clock,
                publish,
            )
            for channel in channels
        ]
        self._told_unrecorded: set[str] = set()

    def start(self) -> None:
        """Begin to send."""
        if self.channel_warning:
            logger.warning(self.channel_warning)
        try:
            self._ledger.take_up(self._clock())
        except sqlite3.Error as error:  # the server is to start on a full disk too
            logger.error("the ledger does not know of changed channels yet: %s", error)
        for worker in self._workers:
            worker.start()

    def stop(self, timeout: float = 4.0) -> None:
        """Let the memos that are on their way finish, for `timeout` seconds at most."""
        for worker in self._workers:
            worker.ask_to_stop()
        until = time.monotonic() + timeout
        stopped = [worker.stop(max(0.0, until - time.monotonic())) for worker in self._workers]
        if all(stopped):
            self._database.close()
            for worker in self._workers:
                worker.channel.close()

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

    def tell(self, alert: Alert) -> bool:
        """Have something told that no event has said; False if its key was told before.

        Should the ledger refuse, each channel tries once from memory: a full disk can be told.
        """
        if alert.key in self._told_unrecorded:
            return False
        try:
            added = self._ledger.add(alert, self._clock())
        except sqlite3.Error as error:
            logger.error("the alert %s cannot be recorded (%s): it is sent once", alert.key, error)
            self._told_unrecorded.add(alert.key)
            for worker in self._workers:
                worker.send_unrecorded(alert)
            return True
        if added:
            self._publish(AlertChange(alert, Outcome.DECIDED, self._clock()))
        self._notify()
        return added

    def counts(self) -> dict[str, int]:
        """How many deliveries stand where: an alert counts once a channel."""
        return self._ledger.counts()

    def dead_letters(self, limit: int = 20) -> list[DeadLetter]:
        """What could not be delivered in the last week, newest first."""
        return self._ledger.dead_letters(self._shown_since, limit)

    def count_dead_letters(self) -> int:
        """How many there are."""
        return self._ledger.count_dead(self._shown_since)

    def resend(self, keys: Sequence[str] | None = None) -> list[str]:
        """Queue the dead letters of these alerts again, those of the last week if None.

        Returns the keys of those that had any; raises sqlite3.Error.
        """
        if keys is None:
            letters = self._ledger.dead_letters(self._shown_since)
            keys = list(dict.fromkeys(letter.alert.key for letter in letters))
        queued = self._ledger.resend(keys, self._clock())
        self._notify()
        return queued

    def channel_failures(self) -> dict[str, str | None]:
        """What is wrong with each channel, by its name; None while it works. Asks nobody."""
        return {
            worker.channel.name: worker.failure.reason if worker.failure else None
            for worker in self._workers
        }

    @property
    def channel_failure(self) -> str | None:
        """Who cannot be told and why, in one line; None while all channels work. Asks nobody."""
        if not self._workers:
            return NO_CHANNEL
        failures = self.channel_failures().items()
        return "; ".join(f"{name}: {reason}" for name, reason in failures if reason) or None

    @property
    def channel_warning(self) -> str | None:
        """That nothing rings although alerts are sent, in one line; None where something does."""
        return NO_SOUND if list(self.channel_failures()) == [KakaoChannel.name] else None

    @property
    def token_warning(self) -> str | None:
        """What will stop Kakao's memos before long; None while nothing will. Asks nobody."""
        return self._kakao.warning if self._kakao else None

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
        if not all(worker.is_alive for worker in self._workers):
            return "the thread that sends alerts does not run"
        if dead := self.count_dead_letters():
            return f"alerts of the last week that could not be delivered: {dead}"
        now, oldest = self._clock(), self._ledger.oldest_unsent()
        if oldest and now - oldest.since > SLOW_AFTER:
            waits_for = oldest.reason or ("it is being sent" if oldest.channel else NO_CHANNEL)
            through = f" for {oldest.channel}" if oldest.channel else ""
            return f"an alert has been waiting{through} for {now - oldest.since:.0f} s: {waits_for}"
        return None

    def token_check(self) -> TokenCheck:
        """Ask Kakao whether a memo could be sent now; blocks for as long as Kakao takes."""
        if self._kakao is None:
            return TokenCheck(False, NO_KAKAO, False, False, None, None)
        check = self._kakao.token_check()
        memos_today = Deliveries(self._database, self._kakao.name).sent_since(
            _midnight_in_korea(self._clock())
        )
        check = replace(check, memos_today=memos_today)
        refusal = self._workers[0].failure  # Kakao's is the first
        if check.can_send and refusal and refusal.disposition is Disposition.QUOTA:
            return replace(check, can_send=False, reason=refusal.reason)
        if check.warning is None and memos_today >= check.memos_a_day:
            return replace(check, warning=QUOTA_NEAR)
        return check

    def test_channels(self) -> dict[str, str | None]:
        """Send what a fall would send to all channels now, marked as a test, past the ledger.

        Blocks until each has answered.

        By the channel's name: why it was not taken, in one line; None where it was.
        """
        memo = trial_memo(self._clock(), self._zone)
        return try_all([worker.channel for worker in self._workers], memo)

    def send_test(self, text: str) -> SendTest:
        """Send `text`, past the ledger; raises ValueError unless it is 1 to 200 characters."""
        if self._kakao is None:
            return SendTest(False, reason=NO_KAKAO)
        try:
            self._kakao.send(Memo(text))
        except ChannelError as error:
            return SendTest(False, error.disposition, error.reason)
        return SendTest(True)

    @property
    def _shown_since(self) -> float:
        return self._clock() - DEAD_LETTERS_SHOWN_FOR

    def _notify(self) -> None:
        for worker in self._workers:
            worker.notify()

    def _mute(self, event: Event) -> Decision:
        # On record, so that a replay of the log under other settings does not tell old news.
        muted = self._ledger.mute(alert_of(event), self._clock(), Verdict.MUTED_BY_SETTINGS)
        return Decision(Verdict.MUTED_BY_SETTINGS if muted else Verdict.ALREADY_ALERTED)

    def _open(self, event: Event) -> Decision:
        alert, now = alert_of(event), self._clock()
        if not self._ledger.open(alert, now, now + self._unfinished_after):
            return Decision(Verdict.ALREADY_ALERTED, alert.key)
        self._notify()
        return Decision(Verdict.AWAITS_END, alert.key)

    def _record(self, event: Event) -> Decision:
        alert = alert_of(event)
        if any(alert.key in worker.sent_unrecorded for worker in self._workers):
            self._ledger.mute(alert, self._clock(), TOLD_UNRECORDED)
            return Decision(Verdict.ALREADY_ALERTED, alert.key)
        if not self._ledger.add(alert, self._clock()):
            return Decision(Verdict.ALREADY_ALERTED, alert.key)
        self._publish(AlertChange(alert, Outcome.DECIDED, self._clock()))
        self._notify()
        return Decision(Verdict.ALERT, alert.key)


def _midnight_in_korea(now: float) -> float:
    """The last one, from which on Kakao counts the day's memos."""
    today = datetime.fromtimestamp(now, KOREA).replace(hour=0, minute=0, second=0, microsecond=0)
    return today.timestamp()
