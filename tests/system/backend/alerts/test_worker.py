"""The sending thread, with a channel that does as it is told."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import Alert, ChannelError, Disposition, Memo
from backend.alerts.ledger.ledger import Ledger
from backend.alerts.pace import Pace
from backend.alerts.sender import Sender
from backend.bus import Bus
from backend.storage.database import SqliteDatabase
from common.backoff import Backoff
from common.clock import SteadyClock

SEOUL = ZoneInfo("Asia/Seoul")
FAST = Pace(retry=Backoff(0.01, 0.05), wait=0.02, check_failed=0.05)
Eventually = Callable[[Callable[[], object]], None]


@dataclass
class Channel:
    """Fails as `failures` say, one a memo, then takes everything."""

    name = "double"
    failures: list[Exception] = field(default_factory=list)
    taken: queue.Queue[Memo] = field(default_factory=queue.Queue)
    tried: list[Memo] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    check_failure: ChannelError | None = None
    up: bool = True
    checks: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    def send(self, memo: Memo) -> None:
        self.tried.append(memo)
        self.gate.wait(30)
        if self.failures:
            raise self.failures.pop(0)
        self.taken.put(memo)

    def check(self) -> None:
        self.checks += 1
        if self.check_failure:
            raise self.check_failure

    def is_up(self) -> bool:
        return self.up

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Rig:
    ledger: Ledger
    channel: Channel
    sender: Sender
    published: list[AlertChange]

    def tell(self, alert: Alert) -> None:
        self.ledger.add(alert, 0.0)
        self.sender.notify()


@pytest.fixture
def pace() -> Pace:
    return FAST


@pytest.fixture
def rig(tmp_path: Path, pace: Pace) -> Iterator[Rig]:
    with closing(SqliteDatabase(tmp_path / "dolbom.sqlite3")) as database:
        ledger = Ledger(database, ["double"])
        channel = Channel()
        bus, published = Bus(), list[AlertChange]()
        bus.subscribe(AlertChange, published.append)
        sender = Sender(database, channel, lambda _: SEOUL, pace=pace, bus=bus)
        yield Rig(ledger, channel, sender, published)
        channel.gate.set()
        assert sender.stop(time.monotonic() + 30)


def fail(disposition: Disposition) -> ChannelError:
    return ChannelError(disposition, f"because of {disposition}")


def test_alert_that_was_there_before_is_sent(rig: Rig, alert: Alert) -> None:
    rig.tell(alert)
    rig.sender.start()
    assert rig.channel.taken.get(timeout=30).text.startswith("낙상")


def test_notify_wakes_the_worker(rig: Rig, alert: Alert, eventually: Eventually) -> None:
    rig.sender.start()
    eventually(lambda: rig.channel.checks)
    rig.tell(alert)
    rig.channel.taken.get(timeout=30)
    eventually(lambda: rig.ledger.counts()["sent"] == 1)


def test_time_in_a_memo_is_of_the_zone_that_is_set_by_then(tmp_path: Path, alert: Alert) -> None:
    zones = [SEOUL]
    with closing(SqliteDatabase(tmp_path / "dolbom.sqlite3")) as database:
        ledger, channel = Ledger(database, ["double"]), Channel()
        sender = Sender(database, channel, lambda _: zones[-1], pace=FAST, bus=Bus())
        ledger.add(alert, 0.0)
        sender.start()
        before = channel.taken.get(timeout=30).text
        zones.append(ZoneInfo("Europe/Berlin"))
        ledger.add(replace(alert, key="next", incident="next", event_id="next"), 0.0)
        sender.notify()
        assert channel.taken.get(timeout=30).text != before
        assert sender.stop(time.monotonic() + 30)


@pytest.mark.parametrize("disposition", [Disposition.RETRY, Disposition.QUOTA, Disposition.ACCESS])
def test_memo_that_was_not_sent_is_tried_until_it_is(
    rig: Rig, alert: Alert, disposition: Disposition
) -> None:
    rig.channel.failures = [fail(disposition)] * 5
    rig.tell(alert)
    rig.sender.start()
    assert not rig.channel.taken.get(timeout=30).resend
    assert len(rig.channel.tried) == 6


def test_memo_without_an_answer_is_resent_once_and_marked(
    rig: Rig, alert: Alert, eventually: Eventually
) -> None:
    rig.channel.failures = [fail(Disposition.AMBIGUOUS)]
    rig.tell(alert)
    rig.sender.start()
    assert rig.channel.taken.get(timeout=30).text.startswith("[재전송] 낙상")
    eventually(lambda: rig.ledger.counts()["sent"] == 1)
    assert len(rig.channel.tried) == 2


def test_second_memo_without_an_answer_is_the_last(
    rig: Rig, alert: Alert, eventually: Eventually
) -> None:
    rig.channel.failures = [fail(Disposition.AMBIGUOUS)] * 2
    rig.tell(alert)
    rig.sender.start()
    eventually(lambda: rig.ledger.counts()["dead"] == 1)
    assert len(rig.channel.tried) == 2
    (letter,) = rig.ledger.dead_letters(0.0)
    assert "because of ambiguous" in letter.reason


def test_resend_is_kept_while_the_channel_is_down(
    rig: Rig, alert: Alert, eventually: Eventually
) -> None:
    rig.channel.failures = [fail(Disposition.AMBIGUOUS)]
    rig.channel.up = False
    rig.tell(alert)
    rig.sender.start()
    eventually(lambda: "kept" in str(rig.sender.failure))
    assert len(rig.channel.tried) == 1
    rig.channel.up = True
    assert rig.channel.taken.get(timeout=30).resend


def test_permanent_failure_is_a_dead_letter_at_once(
    rig: Rig, alert: Alert, eventually: Eventually
) -> None:
    rig.channel.failures = [fail(Disposition.PERMANENT)]
    rig.tell(alert)
    rig.sender.start()
    eventually(lambda: rig.ledger.counts()["dead"] == 1)
    (letter,) = rig.ledger.dead_letters(0.0)
    assert (letter.reason, letter.attempts) == ("because of permanent", 1)


# Longer than the next alert takes on a machine that is slow.
@pytest.mark.parametrize("pace", [replace(FAST, wait=2.0)])
def test_stuck_alert_does_not_hold_up_the_next(rig: Rig, alert: Alert) -> None:
    rig.channel.failures = [fail(Disposition.QUOTA)]
    rig.tell(alert)
    rig.tell(replace(alert, key="i2", incident="i2", camera_id="침실"))
    rig.sender.start()
    assert "침실" in rig.channel.taken.get(timeout=30).text
    assert "거실" in rig.channel.taken.get(timeout=30).text


def test_bug_in_a_channel_neither_ends_the_thread_nor_loses_the_alert(
    rig: Rig, alert: Alert, caplog: pytest.LogCaptureFixture
) -> None:
    rig.channel.failures = [RuntimeError("bug")]
    rig.tell(alert)
    rig.sender.start()
    assert rig.channel.taken.get(timeout=30).resend
    assert rig.sender.is_alive
    assert "RuntimeError: bug" in caplog.text


def test_stop_lets_the_memo_on_its_way_finish(rig: Rig, alert: Alert) -> None:
    rig.channel.gate.clear()
    rig.tell(alert)
    rig.sender.start()
    while not rig.channel.tried:
        pass
    threading.Timer(0.05, rig.channel.gate.set).start()
    assert rig.sender.stop(time.monotonic() + 30)
    assert rig.ledger.counts()["sent"] == 1


def test_stop_does_not_wait_for_a_hanging_channel(rig: Rig, alert: Alert) -> None:
    rig.channel.gate.clear()
    rig.tell(alert)
    rig.sender.start()
    while not rig.channel.tried:
        pass
    assert not rig.sender.stop(time.monotonic() + 0.05)
    assert rig.ledger.counts()["sending"] == 1


def test_worker_that_was_never_started_stops(rig: Rig) -> None:
    assert rig.sender.stop(0)


def test_failed_check_is_reported_and_repeated_until_all_is_well(
    rig: Rig, eventually: Eventually
) -> None:
    rig.channel.check_failure = fail(Disposition.ACCESS)
    rig.sender.start()
    eventually(lambda: str(rig.sender.failure) == "because of access")
    rig.channel.check_failure = None
    eventually(lambda: rig.sender.failure is None)
    assert rig.channel.checks >= 2


@pytest.mark.parametrize("pace", [replace(FAST, give_up=5)])
def test_memo_that_fails_without_a_reason_is_given_up_after_so_many_attempts(
    rig: Rig, alert: Alert, eventually: Eventually
) -> None:
    rig.channel.failures = [fail(Disposition.UNEXPLAINED)] * 1000
    rig.tell(alert)
    rig.sender.start()
    eventually(lambda: rig.ledger.counts()["dead"] == 1)
    assert len(rig.channel.tried) == 5
    assert all(not memo.resend for memo in rig.channel.tried)


def test_attempts_until_one_is_given_up_take_a_day() -> None:
    pace = Pace()
    assert sum(pace.retry.delay(number, 0.5) for number in range(1, pace.give_up)) > 86_400


def test_channel_that_works_again_gets_at_once_what_waits(
    tmp_path: Path, alert: Alert, eventually: Eventually
) -> None:
    slow = replace(FAST, wait=3600.0, check_failed=0.02)
    with closing(SqliteDatabase(tmp_path / "waiting.sqlite3")) as database:
        ledger, channel = Ledger(database, ["double"]), Channel()
        channel.failures = [fail(Disposition.ACCESS)]
        channel.check_failure = fail(Disposition.ACCESS)
        sender = Sender(database, channel, lambda _: SEOUL, pace=slow, bus=Bus())
        ledger.add(alert, 0.0)
        sender.start()
        eventually(lambda: channel.checks >= 3)
        assert ledger.counts()["pending"] == 1
        channel.check_failure = None
        eventually(lambda: ledger.counts()["sent"] == 1)
        assert sender.stop(time.monotonic() + 30)


@pytest.mark.parametrize("steady", [True, False])
def test_clock_that_is_set_back_by_a_day_delays_no_alert(
    tmp_path: Path,
    alert: Alert,
    eventually: Eventually,
    monkeypatch: pytest.MonkeyPatch,
    steady: bool,
) -> None:
    wall_clock = time.time
    with closing(SqliteDatabase(tmp_path / "clock.sqlite3")) as database:
        clock = SteadyClock() if steady else lambda: time.time()
        ledger, channel = Ledger(database, ["double"]), Channel()
        channel.failures = [fail(Disposition.RETRY)]
        pace = Pace(retry=Backoff(first_sec=0.4))
        sender = Sender(database, channel, lambda _: SEOUL, pace=pace, bus=Bus(), clock=clock)
        ledger.add(alert, clock())
        sender.start()
        eventually(lambda: ledger.counts()["pending"] == 1 and channel.tried)
        monkeypatch.setattr(time, "time", lambda: wall_clock() - 86_400)
        if steady:
            eventually(lambda: ledger.counts()["sent"] == 1)
        else:
            time.sleep(1.0)
        # What this is worth: by the wall clock it would wait for a day.
        assert ledger.counts()["sent"] == steady
        assert sender.stop(time.monotonic() + 30)


@pytest.mark.parametrize(
    ("failures", "outcome", "reason"),
    [
        ([], Outcome.SENT, None),
        ([Disposition.RETRY], Outcome.SENT, None),
        ([Disposition.AMBIGUOUS], Outcome.SENT, None),
        ([Disposition.AMBIGUOUS] * 2, Outcome.DEAD, "because of ambiguous"),
        ([Disposition.PERMANENT], Outcome.DEAD, "because of permanent"),
    ],
)
def test_what_became_of_an_alert_is_published_once(
    rig: Rig,
    alert: Alert,
    failures: list[Disposition],
    outcome: Outcome,
    reason: str | None,
    eventually: Eventually,
) -> None:
    rig.channel.failures = [fail(disposition) for disposition in failures]
    rig.tell(alert)
    rig.sender.start()
    eventually(lambda: rig.published)
    (change,) = rig.published
    assert (change.alert, change.outcome, change.reason) == (alert, outcome, reason)
    assert change.channel == "double"
