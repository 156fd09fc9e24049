"""The record of every alert, across kills."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from backend.alerts.channel import Alert
from backend.alerts.ledger import KILLED_WHILE_SENDING, UNANSWERED_TWICE, Ledger

NOW = 1_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "alerts" / "ledger.sqlite3"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with closing(Ledger(path)) as opened:
        yield opened


def test_alert_is_taken_once_as_it_was_recorded(ledger: Ledger, alert: Alert) -> None:
    assert ledger.add(alert, NOW)
    attempt = ledger.take_due(NOW)
    assert attempt is not None
    assert (attempt.alert, attempt.number, attempt.resend) == (alert, 1, False)
    assert ledger.take_due(NOW) is None


def test_same_incident_is_recorded_once_whatever_became_of_it(ledger: Ledger, alert: Alert) -> None:
    assert ledger.add(alert, NOW)
    assert not ledger.add(replace(alert, event_id="other"), NOW)
    ledger.take_due(NOW)
    ledger.mark_sent(alert.key, NOW)
    assert not ledger.add(alert, NOW)
    assert ledger.counts() == {
        "open": 0,
        "pending": 0,
        "sending": 0,
        "sent": 1,
        "dead": 0,
        "muted": 0,
    }


def test_oldest_alert_goes_first(ledger: Ledger, alert: Alert) -> None:
    for number in range(3):
        ledger.add(replace(alert, key=f"i{number}"), NOW)
    taken = [ledger.take_due(NOW) for _ in range(3)]
    assert [attempt.alert.key for attempt in taken if attempt] == ["i0", "i1", "i2"]


def test_postponed_alert_lets_the_others_pass_and_comes_back(ledger: Ledger, alert: Alert) -> None:
    ledger.add(alert, NOW)
    ledger.add(replace(alert, key="i2"), NOW + 1)
    ledger.take_due(NOW)
    ledger.postpone(alert.key, NOW, NOW + 30, "Kakao answered 503")
    following = ledger.take_due(NOW + 1)
    assert following is not None
    assert following.alert.key == "i2"
    assert ledger.next_due_at() == NOW + 30
    assert ledger.take_due(NOW + 29) is None
    again = ledger.take_due(NOW + 30)
    assert again is not None
    assert (again.alert.key, again.number, again.resend) == ("i1", 2, False)


def test_waiting_alert_tells_its_reason(ledger: Ledger, alert: Alert) -> None:
    assert ledger.oldest_unsent() is None
    ledger.add(alert, NOW, "no channel")
    waiting = ledger.oldest_unsent()
    assert waiting is not None
    assert (waiting.created_at, waiting.reason) == (NOW, "no channel")


def test_ambiguous_attempt_is_followed_by_one_resend_and_no_more(
    ledger: Ledger, alert: Alert
) -> None:
    ledger.add(alert, NOW)
    ledger.take_due(NOW)
    ledger.mark_ambiguous(alert.key, NOW, NOW + 1, "time-out")
    resend = ledger.take_due(NOW + 1)
    assert resend is not None
    assert resend.resend
    ledger.mark_ambiguous(alert.key, NOW + 1, NOW + 2, "time-out")
    assert ledger.take_due(NOW + 100) is None
    (letter,) = ledger.dead_letters(NOW)
    assert letter.reason == f"{UNANSWERED_TWICE} (time-out)"


def test_resend_that_did_not_leave_is_still_a_resend(ledger: Ledger, alert: Alert) -> None:
    ledger.add(alert, NOW)
    ledger.take_due(NOW)
    ledger.mark_ambiguous(alert.key, NOW, NOW, "time-out")
    ledger.take_due(NOW)
    ledger.postpone(alert.key, NOW, NOW, "cannot be reached")
    again = ledger.take_due(NOW)
    assert again is not None
    assert again.resend


def test_pending_alert_survives_a_restart_and_is_due_at_once(path: Path, alert: Alert) -> None:
    with closing(Ledger(path)) as ledger:
        ledger.add(alert, NOW)
        ledger.take_due(NOW)
        ledger.postpone(alert.key, NOW, NOW + 3600, "quota")
    with closing(Ledger(path)) as ledger:
        ledger.recover(NOW + 5)
        attempt = ledger.take_due(NOW + 5)
    assert attempt is not None
    assert (attempt.alert, attempt.resend) == (alert, False)


def test_kill_while_sending_is_the_ambiguous_moment(path: Path, alert: Alert) -> None:
    killed = Ledger(path)
    killed.add(alert, NOW)
    killed.take_due(NOW)
    with closing(Ledger(path)) as ledger:
        ledger.recover(NOW)
        assert ledger.oldest_unsent().reason == KILLED_WHILE_SENDING  # type: ignore[union-attr]
        attempt = ledger.take_due(NOW)
        assert attempt is not None
        assert attempt.resend
    with closing(Ledger(path)) as ledger:
        ledger.recover(NOW)
        assert ledger.take_due(NOW) is None
        assert ledger.counts()["dead"] == 1
    killed.close()


def test_sent_and_dead_alerts_stay_as_they_are_over_a_restart(path: Path, alert: Alert) -> None:
    with closing(Ledger(path)) as ledger:
        for key in ("a", "b"):
            ledger.add(replace(alert, key=key), NOW)
            ledger.take_due(NOW)
        ledger.mark_sent("a", NOW)
        ledger.bury("b", NOW, "Kakao answered 400, code -2")
    with closing(Ledger(path)) as ledger:
        ledger.recover(NOW)
        assert ledger.take_due(NOW + 1e6) is None
        assert ledger.counts() == {
            "open": 0,
            "pending": 0,
            "sending": 0,
            "sent": 1,
            "dead": 1,
            "muted": 0,
        }


def test_dead_letters_are_newest_first_and_forgotten_after_a_while(
    ledger: Ledger, alert: Alert
) -> None:
    for at, key in enumerate(("a", "b", "c")):
        ledger.add(replace(alert, key=key), NOW)
        ledger.take_due(NOW)
        ledger.bury(key, NOW + at, "refused")
    assert [letter.alert.key for letter in ledger.dead_letters(NOW + 1)] == ["c", "b"]


def test_writes_are_synced_to_the_disk(path: Path, ledger: Ledger) -> None:
    assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_threads_neither_lose_nor_share_an_alert(ledger: Ledger, alert: Alert) -> None:
    keys = [f"i{number}" for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        added = threads.map(lambda key: ledger.add(replace(alert, key=key), NOW), keys * 2)
        taken = threads.map(lambda _: ledger.take_due(NOW), keys)
        assert sum(added) == len(keys)
        first = [attempt.alert.key for attempt in taken if attempt]
    rest = []
    while attempt := ledger.take_due(NOW):
        rest.append(attempt.alert.key)
    assert sorted(first + rest) == sorted(keys)


def test_failed_write_leaves_the_ledger_usable(ledger: Ledger, alert: Alert) -> None:
    broken = replace(alert, camera_id=None)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        ledger.add(broken, NOW)
    assert ledger.add(alert, NOW)


def test_open_incident_is_told_by_its_end_alone(ledger: Ledger, alert: Alert) -> None:
    begun = replace(alert, event_id="start", duration_sec=None, ended=False)
    assert ledger.open(begun, NOW, NOW + 30)
    assert ledger.take_due(NOW + 29) is None
    assert ledger.add(alert, NOW + 5)
    attempt = ledger.take_due(NOW + 5)
    assert attempt is not None
    assert attempt.alert == alert
    ledger.mark_sent(alert.key, NOW + 5)
    assert ledger.take_due(NOW + 60) is None


def test_incident_without_an_end_is_told_in_time_and_its_late_end_is_not(
    path: Path, alert: Alert
) -> None:
    begun = replace(alert, event_id="start", duration_sec=None, ended=False)
    with closing(Ledger(path)) as ledger:
        ledger.open(begun, NOW, NOW + 30)
    with closing(Ledger(path)) as ledger:
        ledger.recover(NOW + 1)
        assert ledger.take_due(NOW + 29) is None
        assert ledger.next_due_at() == NOW + 30
        attempt = ledger.take_due(NOW + 30)
        assert attempt is not None
        assert attempt.alert == begun
        ledger.mark_sent(alert.key, NOW + 30)
        assert not ledger.add(alert, NOW + 40)
        assert not ledger.open(begun, NOW + 40, NOW + 70)
        assert ledger.counts()["sent"] == 1


def test_muted_alert_stays_muted(ledger: Ledger, alert: Alert) -> None:
    assert ledger.mute(alert, NOW, "muted_by_settings")
    assert not ledger.add(alert, NOW + 1)
    assert ledger.take_due(NOW + 100) is None
    assert ledger.counts()["muted"] == 1
