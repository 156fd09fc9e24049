"""The record of every alert, across kills."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from backend.alerts.channels.base import Alert
from backend.alerts.ledger.channels import NEWS_SEC, NOT_CONFIGURED, OLD_NEWS
from backend.alerts.ledger.deliveries import (
    KILLED_WHILE_SENDING,
    UNANSWERED_TWICE,
    Attempt,
    Deliveries,
)
from backend.alerts.ledger.ledger import Ledger, Waiting
from backend.storage.database import SqliteDatabase
from testkit.households import HOME

NOW = 1_000_000.0


def of(key: str, *, resend: bool = False) -> Attempt:
    """An attempt to send the alert with this key."""
    return Attempt((Alert(key, key, key, "fall", "거실", NOW, HOME),), 1, resend)


class Book:
    """The ledger as a start of the server opens it, and two channels' halves of it."""

    def __init__(
        self, path: Path, *channels: str, now: float = NOW, forgotten_until: float = 0.0
    ) -> None:
        self.database = SqliteDatabase(path)
        self.ledger = Ledger(self.database, channels or ("kakao",), forgotten_until)
        self.ledger.take_up(now)
        self.kakao = Deliveries(self.database, "kakao")
        self.ntfy = Deliveries(self.database, "ntfy-1")

    def close(self) -> None:
        self.database.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "database" / "dolbom.sqlite3"


@pytest.fixture
def book(path: Path) -> Iterator[Book]:
    with closing(Book(path)) as opened:
        yield opened


def test_alert_is_taken_once_as_it_was_recorded(book: Book, alert: Alert) -> None:
    assert book.ledger.add(alert, NOW).is_new
    attempt = book.kakao.take_due(NOW)
    assert attempt is not None
    assert (attempt.alerts[0], attempt.number, attempt.resend) == (alert, 1, False)
    assert book.kakao.take_due(NOW) is None


def test_same_incident_is_recorded_once_whatever_became_of_it(book: Book, alert: Alert) -> None:
    assert book.ledger.add(alert, NOW).is_new
    assert not book.ledger.add(replace(alert, event_id="other"), NOW).is_new
    book.kakao.take_due(NOW)
    book.kakao.mark_sent(of(alert.key), NOW)
    assert not book.ledger.add(alert, NOW).is_new
    assert book.ledger.counts() == {
        "open": 0,
        "pending": 0,
        "sending": 0,
        "sent": 1,
        "dead": 0,
        "muted": 0,
    }


def test_oldest_alert_goes_first(book: Book, alert: Alert) -> None:
    for number in range(3):
        book.ledger.add(replace(alert, key=f"i{number}", incident=f"i{number}"), NOW)
    taken = [book.kakao.take_due(NOW) for _ in range(3)]
    assert [attempt.keys[0] for attempt in taken if attempt] == ["i0", "i1", "i2"]


def test_postponed_alert_lets_the_others_pass_and_comes_back(book: Book, alert: Alert) -> None:
    book.ledger.add(alert, NOW)
    book.ledger.add(replace(alert, key="i2", incident="i2"), NOW + 1)
    book.kakao.take_due(NOW)
    book.kakao.postpone(of(alert.key), NOW, NOW + 30, "Kakao answered 503")
    following = book.kakao.take_due(NOW + 1)
    assert following is not None
    assert following.keys[0] == "i2"
    assert book.kakao.next_due_at() == NOW + 30
    assert book.kakao.take_due(NOW + 29) is None
    again = book.kakao.take_due(NOW + 30)
    assert again is not None
    assert (again.keys[0], again.number, again.resend) == ("i1", 2, False)


def test_waiting_alert_tells_its_reason(book: Book, alert: Alert) -> None:
    assert book.ledger.oldest_unsent() is None
    book.ledger.add(alert, NOW)
    book.kakao.take_due(NOW)
    book.kakao.postpone(of(alert.key), NOW, NOW + 30, "Kakao answered 503")
    assert book.ledger.oldest_unsent() == Waiting(NOW, "kakao", "Kakao answered 503")


def test_ambiguous_attempt_is_followed_by_one_resend_and_no_more(book: Book, alert: Alert) -> None:
    book.ledger.add(alert, NOW)
    book.kakao.take_due(NOW)
    book.kakao.mark_ambiguous(of(alert.key), NOW, NOW + 1, "time-out")
    resend = book.kakao.take_due(NOW + 1)
    assert resend is not None
    assert resend.resend
    book.kakao.mark_ambiguous(of(alert.key), NOW + 1, NOW + 2, "time-out")
    assert book.kakao.take_due(NOW + 100) is None
    (letter,) = book.ledger.dead_letters(NOW)
    assert letter.reason == f"{UNANSWERED_TWICE} (time-out)"


def test_resend_that_did_not_leave_is_still_a_resend(book: Book, alert: Alert) -> None:
    book.ledger.add(alert, NOW)
    book.kakao.take_due(NOW)
    book.kakao.mark_ambiguous(of(alert.key), NOW, NOW, "time-out")
    book.kakao.take_due(NOW)
    book.kakao.postpone(of(alert.key), NOW, NOW, "cannot be reached")
    again = book.kakao.take_due(NOW)
    assert again is not None
    assert again.resend


def test_pending_alert_survives_a_restart_and_is_due_at_once(path: Path, alert: Alert) -> None:
    with closing(Book(path)) as book:
        book.ledger.add(alert, NOW)
        book.kakao.take_due(NOW)
        book.kakao.postpone(of(alert.key), NOW, NOW + 3600, "quota")
    with closing(Book(path)) as book:
        book.kakao.recover(NOW + 5)
        attempt = book.kakao.take_due(NOW + 5)
    assert attempt is not None
    assert (attempt.alerts[0], attempt.resend) == (alert, False)


def test_kill_while_sending_is_the_ambiguous_moment(
    path: Path, tmp_path: Path, alert: Alert
) -> None:
    with closing(Book(path)) as killed:
        killed.ledger.add(alert, NOW)
        killed.kakao.take_due(NOW)
        path = shutil.copytree(path.parent, tmp_path / "as the kill leaves it") / path.name
    with closing(Book(path)) as book:
        book.kakao.recover(NOW)
        assert book.ledger.oldest_unsent().reason == KILLED_WHILE_SENDING  # type: ignore[union-attr]
        attempt = book.kakao.take_due(NOW)
        assert attempt is not None
        assert attempt.resend
    with closing(Book(path)) as book:
        book.kakao.recover(NOW)
        assert book.kakao.take_due(NOW) is None
        assert book.ledger.counts()["dead"] == 1


def test_sent_and_dead_alerts_stay_as_they_are_over_a_restart(path: Path, alert: Alert) -> None:
    with closing(Book(path)) as book:
        for key in ("a", "b"):
            book.ledger.add(replace(alert, key=key, incident=key), NOW)
            book.kakao.take_due(NOW)
        book.kakao.mark_sent(of("a"), NOW)
        book.kakao.bury(of("b"), NOW, "Kakao answered 400, code -2")
    with closing(Book(path)) as book:
        book.kakao.recover(NOW)
        assert book.kakao.take_due(NOW + 1e6) is None
        assert book.ledger.counts() == {
            "open": 0,
            "pending": 0,
            "sending": 0,
            "sent": 1,
            "dead": 1,
            "muted": 0,
        }


def test_dead_letters_are_newest_first_and_forgotten_after_a_while(
    book: Book, alert: Alert
) -> None:
    for at, key in enumerate(("a", "b", "c")):
        book.ledger.add(replace(alert, key=key, incident=key), NOW)
        book.kakao.take_due(NOW)
        book.kakao.bury(of(key), NOW + at, "refused")
    assert [letter.alert.key for letter in book.ledger.dead_letters(NOW + 1)] == ["c", "b"]


def test_writes_are_synced_to_the_disk(book: Book) -> None:
    file = book.database._mirror._file
    assert file is not None
    assert file._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert file._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_threads_neither_lose_nor_share_an_alert(book: Book, alert: Alert) -> None:
    keys = [f"i{number}" for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        added = threads.map(
            lambda key: book.ledger.add(replace(alert, key=key, incident=key), NOW), keys * 2
        )
        taken = threads.map(lambda _: book.kakao.take_due(NOW), keys)
        assert sum(entry.is_new for entry in added) == len(keys)
        first = [key for attempt in taken if attempt for key in attempt.keys]
    rest = []
    while attempt := book.kakao.take_due(NOW):
        rest += attempt.keys
    assert sorted(first + rest) == sorted(keys)


def test_failed_write_leaves_the_ledger_usable(book: Book, alert: Alert) -> None:
    broken = replace(alert, camera_id=None)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        book.ledger.add(broken, NOW)
    assert book.ledger.add(alert, NOW).is_new


def test_open_incident_is_reported_by_its_end_alone(book: Book, alert: Alert) -> None:
    begun = replace(alert, key="begin", event_id="start", duration_sec=None, ended=False)
    assert book.ledger.open(begun, NOW, NOW + 30).is_new
    assert book.kakao.take_due(NOW + 29) is None
    assert book.ledger.add(alert, NOW + 5).is_new
    attempt = book.kakao.take_due(NOW + 5)
    assert attempt is not None
    assert attempt.alerts == (replace(alert, key="begin"),)
    book.kakao.mark_sent(attempt, NOW + 5)
    assert book.kakao.take_due(NOW + 60) is None


def test_incident_without_an_end_is_reported_in_time_and_its_late_end_is_not(
    path: Path, alert: Alert
) -> None:
    begun = replace(alert, key="begin", event_id="start", duration_sec=None, ended=False)
    with closing(Book(path)) as book:
        book.ledger.open(begun, NOW, NOW + 30)
    with closing(Book(path)) as book:
        book.kakao.recover(NOW + 1)
        assert book.kakao.take_due(NOW + 29) is None
        assert book.kakao.next_due_at() == NOW + 30
        attempt = book.kakao.take_due(NOW + 30)
        assert attempt is not None
        assert attempt.alerts[0] == begun
        book.kakao.mark_sent(attempt, NOW + 30)
        assert not book.ledger.add(alert, NOW + 40).is_new
        assert not book.ledger.open(begun, NOW + 40, NOW + 70).is_new
        assert book.ledger.counts()["sent"] == 1


def test_muted_alert_stays_muted(book: Book, alert: Alert) -> None:
    assert book.ledger.mute(alert, NOW, "muted_by_settings").is_new
    assert not book.ledger.add(alert, NOW + 1).is_new
    assert book.kakao.take_due(NOW + 100) is None
    assert book.ledger.counts()["muted"] == 1


def keys_taken(deliveries: Deliveries, now: float = NOW) -> list[str]:
    taken = []
    while attempt := deliveries.take_due(now):
        taken += attempt.keys
        deliveries.mark_sent(attempt, now)
    return taken


def test_each_channel_delivers_on_its_own(path: Path, alert: Alert) -> None:
    with closing(Book(path, "kakao", "ntfy-1")) as book:
        book.ledger.add(alert, NOW)
        book.kakao.take_due(NOW)
        book.kakao.postpone(of(alert.key), NOW, NOW + 600, "quota")
        assert keys_taken(book.ntfy) == ["i1"]
        assert book.kakao.next_due_at() == NOW + 600
        assert book.ntfy.next_due_at() is None
        counts = book.ledger.counts()
        assert (counts["pending"], counts["sent"]) == (1, 1)
        book.kakao.bury(of(alert.key), NOW, "refused")
        (letter,) = book.ledger.dead_letters(NOW)
        assert (letter.alert, letter.channel, letter.reason) == (alert, "kakao", "refused")


def test_open_incident_is_taken_over_by_every_channel_or_by_its_end(
    path: Path, alert: Alert
) -> None:
    begun = replace(alert, key="begin", event_id="start", duration_sec=None, ended=False)
    with closing(Book(path, "kakao", "ntfy-1")) as book:
        book.ledger.open(begun, NOW, NOW + 30)
        assert book.ledger.counts()["open"] == 1
        assert keys_taken(book.ntfy, NOW + 30) == ["begin"]
        assert not book.ledger.add(alert, NOW + 31).is_new
        assert keys_taken(book.kakao, NOW + 31) == ["begin"]


def test_new_channel_tells_what_nobody_was_told_and_nothing_else(path: Path, alert: Alert) -> None:
    with closing(Book(path)) as book:
        for key in ("delivered", "waiting", "refused"):
            book.ledger.add(replace(alert, key=key, incident=key), NOW)
            book.kakao.take_due(NOW)
        book.kakao.mark_sent(of("delivered"), NOW)
        book.kakao.postpone(of("waiting"), NOW, NOW + 600, "Kakao answered 503")
        book.kakao.bury(of("refused"), NOW, "Kakao answered 400, code -2")
        book.ledger.mute(replace(alert, key="muted", incident="muted"), NOW, "muted")
    with closing(Book(path, "kakao", "ntfy-1", now=NOW + 60)) as book:
        assert keys_taken(book.ntfy, NOW + 60) == ["waiting", "refused"]


def test_new_channel_tells_no_old_news(path: Path, alert: Alert) -> None:
    with closing(Book(path)) as book:
        book.ledger.add(alert, NOW)
    with closing(Book(path, "kakao", "ntfy-1", now=NOW + NEWS_SEC + 1)) as book:
        assert keys_taken(book.ntfy, NOW + NEWS_SEC + 1) == []
        assert keys_taken(book.kakao, NOW + NEWS_SEC + 1) == ["i1"]


class Silent(Book):
    """No channel at all."""

    def __init__(self, path: Path, now: float = NOW) -> None:
        self.database = SqliteDatabase(path)
        self.ledger = Ledger(self.database, ())
        self.ledger.take_up(now)


@pytest.mark.parametrize(("later", "told"), [(60.0, True), (NEWS_SEC + 1, False)])
def test_alert_without_any_channel_waits_for_one_and_is_never_forgotten(
    path: Path, alert: Alert, later: float, told: bool
) -> None:
    with closing(Silent(path)) as silent:
        silent.ledger.add(alert, NOW)
        assert silent.ledger.counts()["pending"] == 1
        assert silent.ledger.oldest_unsent() == Waiting(NOW, None, None)
        assert silent.ledger.resend([alert.key], NOW, HOME) == []
    with closing(Book(path, now=NOW + later)) as book:
        assert keys_taken(book.kakao, NOW + later) == (["i1"] if told else [])
        letters = book.ledger.dead_letters(NOW)
        assert [letter.reason for letter in letters] == ([] if told else [OLD_NEWS])
        assert book.ledger.oldest_unsent() is None


def test_removed_channel_leaves_dead_letters_and_takes_them_up_when_it_is_back(
    path: Path, alert: Alert
) -> None:
    with closing(Book(path)) as book:
        for key in ("waiting", "sending"):
            book.ledger.add(replace(alert, key=key, incident=key), NOW)
        assert book.kakao.take_due(NOW)
        book.kakao.postpone(of("waiting"), NOW, NOW + 600, "quota")
        assert book.kakao.take_due(NOW)
    with closing(Silent(path)) as silent:
        letters = silent.ledger.dead_letters(NOW)
        assert {(letter.alert.key, letter.channel, letter.reason) for letter in letters} == {
            ("waiting", "kakao", NOT_CONFIGURED),
            ("sending", "kakao", NOT_CONFIGURED),
        }
    with closing(Book(path)) as book:
        attempts = [book.kakao.take_due(NOW), book.kakao.take_due(NOW)]
        marked = {a.keys[0]: a.resend for a in attempts if a}
        assert marked == {"waiting": False, "sending": True}


def test_dead_letter_is_sent_again_marked_only_if_it_may_have_arrived(
    book: Book, alert: Alert
) -> None:
    for key in ("refused", "unanswered"):
        book.ledger.add(replace(alert, key=key, incident=key), NOW)
    book.kakao.take_due(NOW)
    book.kakao.bury(of("refused"), NOW, "Kakao answered 400, code -2")
    for _ in range(2):
        book.kakao.take_due(NOW)
        book.kakao.mark_ambiguous(of("unanswered"), NOW, NOW, "time-out")
    assert book.ledger.count_dead(NOW) == 2
    keys = ["refused", "unanswered", "unknown"]
    assert book.ledger.resend(keys, NOW + 5, HOME) == ["refused", "unanswered"]
    assert book.ledger.count_dead(NOW) == 0
    attempts = [book.kakao.take_due(NOW + 5), book.kakao.take_due(NOW + 5)]
    assert [(a.keys[0], a.number, a.resend) for a in attempts if a] == [
        ("refused", 1, False),
        ("unanswered", 1, True),
    ]
    book.kakao.mark_ambiguous(of("unanswered"), NOW + 6, NOW + 6, "time-out")
    assert book.ledger.count_dead(NOW) == 1
    assert book.ledger.resend(["refused"], NOW + 6, HOME) == []


def test_dead_letter_of_a_removed_channel_is_sent_through_those_that_there_are(
    path: Path, alert: Alert
) -> None:
    with closing(Book(path, "ntfy-1")) as book:
        book.ledger.add(alert, NOW)
    with closing(Book(path, "kakao", now=NOW + NEWS_SEC + 1)) as book:
        assert keys_taken(book.kakao, NOW + NEWS_SEC + 1) == []
        assert book.ledger.resend([alert.key], NOW + NEWS_SEC + 1, HOME) == [alert.key]
        assert keys_taken(book.kakao, NOW + NEWS_SEC + 1) == [alert.key]
        assert book.ledger.count_dead(0) == 0


@pytest.mark.parametrize("start", [0, 4096], ids=["the head", "a page"])
def test_damaged_ledger_is_kept_and_what_it_may_have_reported_is_reported_as_such(
    path: Path, alert: Alert, start: int
) -> None:
    with closing(Book(path)) as book:
        book.ledger.add(alert, NOW)
    content = path.read_bytes()
    damaged = content[:start] + b"\xa5" * 4096 + content[start + 4096 :]
    path.write_bytes(damaged)
    with closing(Book(path, forgotten_until=alert.ended_at)) as book:
        assert book.database.forgotten
        (kept,) = path.parent.glob("*.damaged-1")
        assert kept.read_bytes() == damaged
        book.ledger.add(alert, NOW)
        book.ledger.add(
            replace(alert, key="later", incident="later", ended_at=alert.ended_at + 1), NOW
        )
    with closing(Book(path)) as book:
        assert not book.database.forgotten
        attempts = [book.kakao.take_due(NOW) for _ in range(2)]
    assert [(a.keys[0], a.resend) for a in attempts if a] == [(alert.key, True), ("later", False)]


def test_second_server_does_not_take_the_ledger_of_a_running_one_for_damaged(
    path: Path, book: Book
) -> None:
    with pytest.raises(OSError, match="another server writes here"):
        Book(path)
    assert [found.name for found in path.parent.glob("*damaged*")] == []
