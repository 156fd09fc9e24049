"""What the application holds of the alerts: events in, health and the debug routes' answers out."""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import Alert, Channel, ChannelError
from backend.alerts.channels.registry import nobody
from backend.alerts.dead_letter import Letter
from backend.alerts.ledger import told
from backend.alerts.ledger.course import first_alert
from backend.alerts.ledger.deliveries import Deliveries
from backend.alerts.ledger.entries import Entry, News, Plan
from backend.alerts.ledger.ledger import Along, DeadLetter, Ledger, nothing_along
from backend.alerts.ledger.states import AlertState
from backend.alerts.limits import Quota
from backend.alerts.policy import Policy, Ruling, alert_of, decides
from backend.alerts.recipients import Everybody, Recipients
from backend.alerts.sender import Sender
from backend.alerts.sender_answer import prospect
from backend.alerts.settings import AlertSettings
from backend.alerts.switchboard import Switchboard
from backend.alerts.tellings import Telling, Tellings
from backend.alerts.test_alert import trial_memo, try_all
from backend.bus import Bus
from backend.incidents.service import IncidentChanged
from backend.incidents.store import mark_notified
from backend.part import Part, part
from backend.seen import within
from backend.storage.database import Database
from contract.events import IncidentEvent
from contract.incidents import Incident

logger = logging.getLogger(__name__)

__all__ = ["AlertService", "AlertSettings", "Decision"]

NO_CHANNEL = nobody()
DEAD_LETTERS_SHOWN_FOR = 7 * 86_400.0
STOP_SEC = 4.0
"""How long a memo that is on its way may take to finish when its channel is closed."""
SLOW_AFTER = 60.0
"""Seconds after which an alert that still waits is a failure of the queue."""


@dataclass(frozen=True)
class Decision:
    """What became of an event, the key of its alert if it has one, and what was new in it."""

    ruling: Ruling
    key: str | None = None
    news: News | None = None


@dataclass(frozen=True)
class First:
    """How an incident is first notified, where the caller knows more of it than the event says.

    It waits for `hold_sec`, goes to `channels`, or to those that the recipients say if None, and
    `along` writes what belongs to it in the same transaction. With `mute` nobody is notified, and
    that is why.
    """

    channels: tuple[str, ...] | None = None
    hold_sec: float = 0.0
    along: Along = nothing_along
    mute: str | None = None


class AlertService:
    """Thread-safe. `start` it before events come, `stop` it after the last one.

    `clock` gives seconds since 1970, and nobody sets it; `wall_clock` is the machine's, for what
    has a date: the expiry of a token, and the day of a quota. What becomes of the alerts is
    published, from any thread. `server` is the name of this one, among others that share the
    database.
    """

    def __init__(
        self,
        settings: AlertSettings,
        channels: Sequence[Channel],
        database: Database,
        bus: Bus,
        clock: Callable[[], float] = time.time,
        wall_clock: Callable[[], float] = time.time,
        recipients: Recipients | None = None,
        server: str = "",
    ) -> None:
        self._server = server
        self._recipients = recipients or Everybody()
        self._clock, self._wall_clock, self._bus = clock, wall_clock, bus
        self._database = database
        self._settings = settings
        self._policy = Policy(settings.anomalous_labels, settings.alert_events)
        forgotten_until = clock() if database.forgotten else 0.0
        names = [channel.name for channel in channels]
        self._ledger = Ledger(database, names, forgotten_until, settings.limits)
        self.tellings = Tellings()
        """What people were told of by the `Teller`, until it is in the ledger."""
        self._switchboard = Switchboard(channels, self._sender)
        self._is_taken_up = False

    def start(self) -> None:
        """Begin to send."""
        if not self.channels:
            logger.warning(NO_CHANNEL)
        elif self.channel_warning:
            logger.warning(self.channel_warning)
        self._ledger.take_up(self._clock(), self._recipients.reach())
        self._is_taken_up = True
        self._switchboard.start()

    def stop(self, timeout: float = STOP_SEC) -> None:
        """Let the memos that are on their way finish, for `timeout` seconds at most."""
        self._switchboard.stop(timeout)

    @property
    def channels(self) -> dict[str, Channel]:
        """Those that are open, by their names."""
        return self._switchboard.channels

    def open_channel(self, channel: Channel) -> None:
        """Send through this one too; one of this name is closed first.

        It gets what nobody was notified of yet. Channels that were open in the last run are to be
        opened before `start`, which gives up what waits for those that are not.
        """
        if channel.name in self.channels:
            self.close_channel(channel.name)
        with within(None):  # its person may belong to several households
            if self._is_taken_up:
                self._ledger.open_channel(channel.name, self._clock(), self._recipients.reach())
            else:
                self._ledger.add_channel(channel.name)
        self._switchboard.open(channel)

    def close_channel(self, name: str) -> None:
        """Send through this one no more, and give up what waits for it. May wait for a memo."""
        self._switchboard.close(name, STOP_SEC)
        with within(None):
            self._ledger.close_channel(name, self._clock())

    def withdraw(self, household_id: int, channels: Sequence[str]) -> None:
        """Send nothing more through these channels of what is this household's."""
        self._ledger.withdraw(household_id, channels, self._clock())

    def consider(
        self,
        incident: Incident,
        event: IncidentEvent,
        received_at: float | None = None,
        first: First | None = None,
    ) -> Decision:
        """Decide on an event of `incident`, and have somebody notified if that is to be.

        `first` says more of how that is done, where more is known. Idempotent: what is on record
        can be handed over again.
        """
        ruling, first = self.ruling(event), first or First()
        alert = alert_of(incident, event, received_at)
        match ruling:
            case Ruling.ALERT:
                decision = self._record(alert, first)
            case Ruling.AWAITS_END:
                decision = self._open(alert, first)
            case Ruling.MUTED_BY_SETTINGS | Ruling.RECOVERED if decides(event):
                decision = self._mute(alert, ruling)
            case _:
                decision = Decision(ruling)
        _log(event, decision)
        return decision

    def settle(self, incident: Incident, event: IncidentEvent) -> None:
        """Let the ledger know what people were told of this without it, where another server has
        entered the alert."""
        alert = alert_of(incident, event, None)
        telling = self.tellings.of(alert)
        if telling is None:
            return
        with self._database.writing() as db:
            first = first_alert(db, incident.id)
            if first is None:
                return
            notified = [] if telling.by_another else self._settle(db, first, telling)
        self._forget(telling, first, notified)

    def look_round(self) -> None:
        """Send what is due, whichever server has entered it."""
        self._switchboard.notify(self._ledger.due_channels(self._clock()))

    def take_over(self, server: str) -> None:
        """That one was killed: what it was sending is tried once more."""
        self._ledger.take_over(server, self._clock())
        self._switchboard.notify()

    def ruling(self, event: IncidentEvent) -> Ruling:
        """Whether somebody is notified of such an event, and if not, why."""
        return self._policy.ruling(event)

    def follow_up(self, db: Connection, alert: Alert, channels: Sequence[str], now: float) -> bool:
        """Enter a later round or a notice, within a transaction of the caller's.

        False where it is there already. It leaves once `announce` says that the transaction is
        over.
        """
        return self._ledger.follow_up(db, alert, channels, now)

    def announce(self, *entered: Alert) -> None:
        """These were entered, and the transaction is over: publish and send them."""
        for alert in entered:
            self._bus.publish(AlertChange(alert, Outcome.DECIDED, self._clock()))
        self._switchboard.notify()

    def prospect(self, event: IncidentEvent) -> str | None:
        """What will become of `event`, whose label is known, in the words for its sender."""
        return prospect(
            event, self._policy.ruling(event), has_channel=bool(self.channel_failures())
        )

    def health(self, household_id: int) -> Part:
        """The queue of a household's alerts, and what was given up of them."""
        reason = self.ledger_failure or self._queue_failure(household_id) or self.policy_failure
        letters = [Letter.of(letter) for letter in self.dead_letters(household_id)]
        return part(reason, counts=self.counts(household_id), dead_letters=letters)

    def channel_health(self, household_id: int) -> Part:
        """Whether each channel of a household could send."""
        names = self._channels_of(household_id)
        return part(self._failure_of(names), warning=self.warning_of(names))

    def counts(self, household_id: int | None = None) -> dict[str, int]:
        """How many deliveries of one household, or of all, stand where: an alert counts once a
        channel."""
        return self._ledger.counts(household_id)

    def dead_letters(self, household_id: int, limit: int = 20) -> list[DeadLetter]:
        """What of a household could not be delivered in the last week, newest first."""
        return self._ledger.dead_letters(self._shown_since, limit, household_id)

    def count_dead_letters(self, household_id: int | None = None) -> int:
        """How many there are of one household, or of all."""
        return self._ledger.count_dead(self._shown_since, household_id)

    def resend(self, household_id: int, keys: Sequence[str] | None = None) -> list[str]:
        """Queue the dead letters of a household's alerts again, those of the last week if None.

        Returns the keys of those that had any.
        """
        if keys is None:
            letters = self._ledger.dead_letters(self._shown_since, household_id=household_id)
            keys = list(dict.fromkeys(letter.alert.key for letter in letters))
        channels = self._recipients.channels_of(household_id, self._ledger.channels)
        queued = self._ledger.resend(keys, self._clock(), household_id, channels)
        self._database.is_durable()  # no log says to a later run that it was asked for
        self._switchboard.notify()
        return queued

    def channel_failures(self) -> dict[str, str | None]:
        """What is wrong with each channel, by its name; None while it works. Asks nobody."""
        return {
            sender.channel.name: sender.failure.reason if sender.failure else None
            for sender in self._switchboard.senders
        }

    @property
    def channel_failure(self) -> str | None:
        """Which channel fails and why, in one line; None while all channels work. Asks nobody."""
        return self._failure_of(self.channels)

    @property
    def channel_warning(self) -> str | None:
        """That nothing rings although alerts are sent, in one line; None where something does."""
        return self.warning_of(self.channels)

    def _failure_of(self, names: Collection[str]) -> str | None:
        if not names:
            return NO_CHANNEL
        failures = self.channel_failures().items()
        failing = (f"{name}: {reason}" for name, reason in failures if reason and name in names)
        return "; ".join(failing) or None

    def warning_of(self, names: Collection[str]) -> str | None:
        """The same of these channels."""
        open_now = self.channels
        if not names or any(open_now[name].rings for name in names if name in open_now):
            return None
        named = " and ".join(names)
        return f"memos by {named} make no sound, and nothing rings: set ALERT_URLS to what does"

    @property
    def expiry_warning(self) -> str | None:
        """What will stop a channel's memos before long, in one line. Asks nobody."""
        warnings = (channel.warning for channel in self.channels.values())
        return "; ".join(warning for warning in warnings if warning) or None

    @property
    def ledger_failure(self) -> str | None:
        """Why the ledger is in memory only, in one line; None while it is on the disk."""
        return self._database.failure

    @property
    def policy_failure(self) -> str | None:
        """That the settings mute everything, in one line; None while they do."""
        if self._policy.notified_labels:
            return None
        anomalous = ", ".join(sorted(self._policy.anomalous_labels))
        return f"ALERT_EVENTS mutes everything: expected at least one of {anomalous}"

    @property
    def queue_failure(self) -> str | None:
        """Why alerts do not leave, in one line; None while they do."""
        return self._queue_failure(None)

    def _queue_failure(self, household_id: int | None) -> str | None:
        if not all(sender.is_alive for sender in self._switchboard.senders):
            return "the thread that sends alerts does not run"
        if dead := self.count_dead_letters(household_id):
            return f"alerts of the last week that could not be delivered: {dead}"
        now, oldest = self._clock(), self._ledger.oldest_unsent(household_id)
        if oldest and now - oldest.since > SLOW_AFTER:
            waits_for = oldest.reason or ("it is being sent" if oldest.channel else NO_CHANNEL)
            through = f" for {oldest.channel}" if oldest.channel else ""
            return f"an alert has been waiting{through} for {now - oldest.since:.0f} s: {waits_for}"
        return None

    def memos_today(self, channel: Channel) -> int:
        """How many memos a channel with a quota has taken since its day began."""
        quota = self._quota(channel)
        since = quota.began_at() if quota else 0.0
        return Deliveries(self._database, channel.name).memos_since(since)

    def failure_of(self, name: str) -> ChannelError | None:
        """What this channel's last failure was; None since it last worked."""
        return self._switchboard.failure_of(name)

    def test_channels(self, household_id: int) -> dict[str, str | None]:
        """Send what a fall would send to a household's channels now, marked as a test, past the
        ledger.

        Blocks until each has answered.

        By the channel's name: why it was not taken, in one line; None where it was.
        """
        memo = trial_memo(self._wall_clock(), self._settings.time_zone(household_id))
        open_now = self.channels
        return try_all([open_now[it] for it in self._channels_of(household_id)], memo)

    def _channels_of(self, household_id: int) -> Sequence[str]:
        """Those that are open and reach somebody of this household."""
        return self._recipients.channels_of(household_id, tuple(self.channels))

    @property
    def _shown_since(self) -> float:
        return self._clock() - DEAD_LETTERS_SHOWN_FOR

    def _sender(self, channel: Channel) -> Sender:
        return Sender(
            self._database,
            channel,
            self._settings.time_zone,
            pace=self._settings.pace,
            limits=self._settings.limits,
            quota=self._quota(channel),
            clock=self._clock,
            bus=self._bus,
            recipients=self._recipients,
            server=self._server,
        )

    def _quota(self, channel: Channel) -> Quota | None:
        """The channel's quota, by the clock of the alerts."""
        if (quota := channel.quota) is None:
            return None

        def began_at() -> float:
            now = self._wall_clock()
            return self._clock() - (now - quota.began(now))

        return Quota(quota.memos, began_at)

    def _mute(self, alert: Alert, reason: Ruling) -> Decision:
        # On record, so that a replay under other settings does not send old news.
        return _decision(reason, self._ledger.mute(alert, self._clock(), reason))

    def _open(self, alert: Alert, first: First) -> Decision:
        now = self._clock()
        plan = self._plan(alert, first, AlertState.OPEN, now + self._settings.unfinished_after)
        with self._entering(alert, plan, first.along) as entry:
            if entry.is_new:
                self._switchboard.notify()
            return _decision(Ruling.AWAITS_END, entry)

    def _record(self, alert: Alert, first: First) -> Decision:
        state = AlertState.OPEN if first.hold_sec else AlertState.QUEUED
        plan = self._plan(alert, first, state, self._clock() + first.hold_sec)
        with self._entering(alert, plan, first.along) as entry:
            if entry.is_new:
                self.announce(replace(alert, key=entry.key))
            return _decision(Ruling.ALERT, entry)

    @contextmanager
    def _entering(self, alert: Alert, plan: Plan, along: Along) -> Iterator[Entry]:
        """In the ledger, with what people were told of it already; nobody is within the block."""
        try:
            yield self._enter(alert, plan, along)
        finally:
            self.tellings.reopen(alert)

    def _enter(self, alert: Alert, plan: Plan, along: Along) -> Entry:
        found: list[tuple[Telling, list[Incident]]] = []

        def with_telling(db: Connection, entry: Entry, plan: Plan) -> None:
            along(db, entry, plan)
            # Asked here: who waited for the database may have been told meanwhile.
            if telling := self.tellings.close(alert):
                found.append((telling, self._take(db, alert, entry, telling)))

        entry = self._ledger.enter(alert, plan, with_telling)
        for telling, notified in found:
            self._forget(telling, replace(alert, key=entry.key), notified)
        return entry

    def _take(self, db: Connection, alert: Alert, entry: Entry, telling: Telling) -> list[Incident]:
        """Enter what people were told of an alert; the incidents that have changed by it."""
        if not telling.by_another:
            return self._settle(db, replace(alert, key=entry.key), telling)
        if entry.is_new:
            until = self._clock() + told.ELSEWHERE_SEC
            told.doubt(db, entry.key, until, told.TOLD_ELSEWHERE)
        return []

    def _settle(self, db: Connection, alert: Alert, telling: Telling) -> list[Incident]:
        """Enter what was sent of `alert`, which is there; the incidents that have changed by it."""
        # What is on its way is looked at before what has arrived: it may arrive just now.
        now, doubtful = self._clock(), telling.doubtful | telling.sending
        sent = dict(telling.sent)
        told.doubt(db, alert.key, now, told.NO_ANSWER, doubtful)
        told.settle(db, alert, sent, self._server, now)
        return mark_notified(db, [alert.incident]) if sent else []

    def _forget(self, telling: Telling, alert: Alert, notified: Sequence[Incident]) -> None:
        """The ledger has it, as `alert`: publish it."""
        self.tellings.drop(telling)
        said = replace(telling.alert, key=alert.key, incident=alert.incident)
        for channel, at in telling.sent.items():
            self._bus.publish(AlertChange(said, Outcome.SENT, at, channel))
        for incident in notified:
            self._bus.publish(IncidentChanged(incident))

    def _plan(self, alert: Alert, first: First, state: AlertState, due: float) -> Plan:
        if first.mute:
            return Plan(AlertState.MUTED, self._clock(), due, reason=first.mute)
        channels = first.channels
        if channels is None:
            reach = self._recipients.reach(alert.household_id)
            channels = tuple(it for it in self._ledger.channels if reach.includes(it, alert))
        return Plan(state, self._clock(), due, channels)


def _decision(ruling: Ruling, entry: Entry) -> Decision:
    return Decision(ruling if entry.is_new else Ruling.ALREADY_ALERTED, entry.key, entry.news)


def _log(event: IncidentEvent, decision: Decision) -> None:
    """A replay says nothing new."""
    silent = decision.news is News.REPEAT
    why = f" ({decision.news})" if decision.news not in (None, News.ALL) else ""
    level = logging.DEBUG if silent else logging.INFO
    what = (event.event_type, event.event, event.camera_id, decision.ruling, why)
    logger.log(level, "%s %s of %s: %s%s", *what)
