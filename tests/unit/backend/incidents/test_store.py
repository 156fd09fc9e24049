"""Which incident an event belongs to, and how far the incident is by it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backend.cameras import camera_store
from backend.incidents import store
from backend.incidents.store import Taken, Wanted
from backend.storage.database import Database, SqliteDatabase
from contract.events import FALL, ON_FLOOR, RECOVERED, STILL_DOWN
from contract.incidents import Incident, IncidentState
from contract.trouble import FORGOTTEN
from testkit.alone import incident_event
from testkit.households import HOME

NOW = 1_800_000_000.0
DAY = 86_400.0
OPEN, NOTIFIED, RESOLVED = IncidentState.OPEN, IncidentState.NOTIFIED, IncidentState.RESOLVED


class Book:
    """The incidents of one house."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def take(self, kind: str, ts: float = NOW, **fields: Any) -> Taken:
        values = {"event_id": f"{kind} {ts}", "camera_id": "hall", "ts": ts, "event": FALL}
        event = incident_event({"event_type": kind} | values | fields)
        with self.database.writing() as db:
            return store.take(db, event, ts + 0.5)

    def all(self, limit: int = 99, **wanted: Any) -> list[Incident]:
        with self.database.reading() as db:
            return store.newest(db, Wanted(**{"household_id": HOME} | wanted), limit)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with closing(SqliteDatabase(tmp_path / "database" / "dolbom.sqlite3")) as database:
        yield Book(database)


def test_start_and_end_are_one_incident_with_what_both_said(book: Book) -> None:
    begun = book.take("START", incident_id="i", person=2).incident
    assert (begun.state, begun.began_at, begun.ended_at) == (OPEN, NOW, None)
    over = book.take("END", NOW + 3, incident_id="i", duration_sec=3.0, state="lying").incident
    assert over == begun.model_copy(
        update={"ended_at": NOW + 3, "duration_sec": 3.0, "seen": "lying"}
    )
    assert book.all() == [over]


def test_incident_is_of_the_household_whose_camera_saw_it(book: Book) -> None:
    with book.database.writing() as db:
        camera_store.keep(db, 7, "hall")
    begun = book.take("START", incident_id="i").incident
    over = book.take("END", NOW + 3, incident_id="i", state="lying").incident
    assert begun.household_id == over.household_id == 7
    assert book.all() == []
    assert book.all(household_id=7) == [over]
    assert "household_id" not in over.model_dump()
    assert book.take("START", camera_id="attic").incident.household_id == 1


@pytest.mark.parametrize("kind", ["START", "END"])
def test_event_that_comes_again_changes_nothing(book: Book, kind: str) -> None:
    first = book.take(kind, incident_id="i")
    again = book.take(kind, incident_id="i", event_id="another", detail="x")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.incident == first.incident
    assert len(book.all()) == 1


def test_end_without_a_start_began_before_it_by_its_duration(book: Book) -> None:
    alone = book.take("END", duration_sec=2.0).incident
    assert (alone.began_at, alone.ended_at) == (NOW - 2, NOW)
    late = book.take("START", NOW - 3).incident
    assert late.id == alone.id
    assert (late.began_at, late.ended_at, late.duration_sec) == (NOW - 3, NOW, 2.0)


@pytest.mark.parametrize(
    ("label", "state", "after"),
    [
        (FALL, None, OPEN),
        (FALL, "fall+lying", OPEN),
        (FALL, f"fall+{RECOVERED}", RESOLVED),
        (STILL_DOWN, "normal", RESOLVED),
        (ON_FLOOR, "normal", RESOLVED),
        ("camera_dark", None, RESOLVED),
        ("walking", None, RESOLVED),
    ],
)
def test_end_resolves_all_but_a_fall_after_which_nobody_was_seen_to_get_up(
    book: Book, label: str, state: str | None, after: IncidentState
) -> None:
    book.take("START", event=label, incident_id="i")
    over = book.take("END", NOW + 2, event=label, incident_id="i", state=state)
    assert over.incident.state is after


def test_only_an_open_incident_becomes_notified_and_stays_so(book: Book) -> None:
    fall = book.take("START", incident_id="i").incident
    dark = book.take("END", event="camera_dark", incident_id="d").incident
    with book.database.writing() as db:
        assert [it.id for it in store.mark_notified(db, [fall.id, dark.id])] == [fall.id]
        assert store.mark_notified(db, [fall.id]) == []
    assert book.take("END", NOW + 2, incident_id="i").incident.state is NOTIFIED


def test_trouble_of_weeks_is_ended_by_its_end(book: Book) -> None:
    named = {"event": "camera_silent", "incident_id": "w"}
    begun = book.take("START", **named, duration_sec=40.0).incident
    assert begun.began_at == NOW - 40
    with book.database.reading() as db:
        assert store.open_troubles(db) == [begun]
        assert store.last_trouble(db, "hall") is None
    over = book.take("END", NOW + 30 * DAY, **named, state=FORGOTTEN).incident
    assert over.id == begun.id
    with book.database.reading() as db:
        assert store.open_troubles(db) == []
        assert store.last_trouble(db, "hall") == over


def test_newest_are_of_what_is_wanted(book: Book) -> None:
    for number in range(5):
        book.take("START", NOW + number, incident_id=f"i{number}")
    book.take("START", NOW + 1, incident_id="b", camera_id="bedroom")
    book.take("END", NOW + 9, incident_id="f", event="lying")
    assert [it.began_at - NOW for it in book.all(camera_id="hall", label=FALL)] == [4, 3, 2, 1, 0]
    assert [it.began_at - NOW for it in book.all(since=NOW + 1, until=NOW + 3)] == [2, 1, 1]
    assert [it.camera_id for it in book.all(camera_id="bedroom")] == ["bedroom"]
    assert [it.label for it in book.all(state=RESOLVED)] == ["lying"]
    assert len(book.all(2)) == 2
    newest = book.all()[0]
    with book.database.reading() as db:
        assert store.find(db, newest.id) == newest
        assert store.find(db, "nobody") is None


def test_incident_is_found_by_what_its_camera_sent_and_only_in_its_household(book: Book) -> None:
    book.take("END", incident_id="i", ts=NOW - 9 * DAY)
    newer = book.take("END", incident_id="i").incident
    book.take("END", incident_id="i", camera_id="kitchen")
    with book.database.reading() as db:
        assert store.of_sent(db, "hall", "i", 1) == newer
        assert store.of_sent(db, "hall", "other", 1) is None
        assert store.of_sent(db, "hall", "i", 2) is None


def test_person_answers_what_is_not_over_and_says_when_it_is(book: Book) -> None:
    fall = book.take("END", incident_id="i").incident
    over = book.take("END", incident_id="j", state=RECOVERED).incident
    ids = [fall.id, over.id]
    with book.database.writing() as db:
        assert [it.state for it in store.acknowledge(db, ids)] == [IncidentState.ACKNOWLEDGED]
        assert store.acknowledge(db, ids) == []
        assert store.mark_notified(db, ids) == []
        assert [it.id for it in store.resolve(db, ids)] == [fall.id]
        assert store.resolve(db, ids) == []
        assert store.of_household(db, fall.id, 1) is not None
        assert store.of_household(db, fall.id, 2) is None


def test_fall_that_somebody_is_still_down_of_is_of_the_same_person_and_not_long_ago(
    book: Book,
) -> None:
    book.take("END", NOW - 2 * DAY, incident_id="old", duration_sec=2.0, person=1)
    book.take("END", NOW - 60, incident_id="before", duration_sec=2.0, person=1)
    fall = book.take("END", NOW, incident_id="fall", duration_sec=2.0, person=1).incident
    book.take("END", NOW, incident_id="other", duration_sec=2.0, person=2)
    book.take("END", NOW, incident_id="there", duration_sec=2.0, person=1, camera_id="bath")
    fields = {"event": STILL_DOWN, "duration_sec": 15.0, "person": 1, "incident_id": "down"}
    down = book.take("START", NOW + 15, **fields).incident
    with book.database.reading() as db:
        found = store.falls_before(db, down, 3600.0)
    assert [it.sent_id for it in found] == ["fall", "before"]
    assert found[0] == fall


def test_self_test_is_no_fall_as_long_as_each_of_its_events_says_so(book: Book) -> None:
    assert book.take("START", incident_id="i", test=True).incident.is_test
    assert book.take("END", NOW + 1, incident_id="i", test=True).incident.is_test
    assert not book.take("START", incident_id="j").incident.is_test


@pytest.mark.parametrize("marked", ["START", "END"])
def test_event_without_the_mark_makes_a_self_test_a_fall(book: Book, marked: str) -> None:
    book.take("START", incident_id="i", **({"test": True} if marked == "START" else {}))
    taken = book.take(
        "END", NOW + 1, incident_id="i", **({"test": True} if marked == "END" else {})
    )
    assert not taken.incident.is_test
