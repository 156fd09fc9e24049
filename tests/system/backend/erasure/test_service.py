"""What an erasure takes, what it leaves, and what is kept of it."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from backend.access.keys import HOUSEHOLD
from backend.alerts.ledger.tables import alerts, deliveries, memos
from backend.audit.service import AuditService
from backend.cameras.tables import visits
from backend.comments.store import By, add, rate
from backend.comments.tables import comments, ratings
from backend.erasure.errors import ErasureRunning
from backend.erasure.scope import Scope
from backend.escalation.tables import answers, escalations, steps, verdicts
from backend.events.journal.record import Record
from backend.incidents.store import Wanted
from backend.media import store as media_store
from backend.versions.comparisons import ComparisonService
from backend.versions.forgetting import IsGone
from contract.comments import Subject, SubjectKind
from contract.comparisons import Stretch, Truth
from contract.erasures import ErasedCounts, ErasureState
from contract.media import ImageType
from testkit.erasing_home import DAY, NOW, ErasingHome
from testkit.households import HOME
from testkit.picture_store import PictureStore
from testkit.telling_pictures import telling

OLD = NOW - 3 * DAY
JPEG = telling(ImageType.JPEG, (64, 48))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[ErasingHome]:
    home = ErasingHome(tmp_path / "data")
    yield home
    home.stop()


def labels(home: ErasingHome) -> list[str | None]:
    return [it.sent_id for it in home.events.incidents.newest(Wanted(HOME), 99)]


def two_cameras(home: ErasingHome) -> None:
    for camera in ("거실", "침실"):
        home.incident(f"{camera}-old", OLD, camera_id=camera)
        home.record("PROBS", f"{camera}-probs", ts=OLD, camera_id=camera)
        home.record("HEARTBEAT", f"{camera}-beat", ts=OLD, camera_id=camera)


def test_camera_is_erased_everywhere_and_another_is_left(home: ErasingHome) -> None:
    two_cameras(home)
    done = home.erase("거실")
    left = ["침실-old-start", "침실-old-end", "침실-probs", "침실-beat"]
    assert (done.counts.events, done.counts.incidents, done.kept) == (4, 1, 0)
    assert home.journal() == home.recent() == left
    assert home.stored() == left[:2]
    assert labels(home) == ["침실-old"]
    home.restart()
    assert home.journal() == home.recent() == left
    assert [it.event.camera_id for it in home.events.last_heartbeats()] == ["침실"]


def test_span_is_erased_of_all_cameras(home: ErasingHome) -> None:
    two_cameras(home)
    home.incident("later", NOW - 2 * DAY)
    home.record("PROBS", "until", ts=OLD + 3600)
    done = home.erase(since=OLD, until=OLD + 3600)
    assert home.journal() == home.recent() == ["later-start", "later-end", "until"]
    assert done.counts.model_dump() == {
        "events": 8, "incidents": 2, "alerts": 0, "notes": 0, "poses": 0, "dataset_files": 0,
        "pictures": 0, "conversations": 0, "predictions": 0, "batches": 0,
    }  # fmt: skip


@pytest.fixture
def pictures(home: ErasingHome, tmp_path: Path) -> PictureStore:
    """Three: of two cameras long ago, and one that somebody brought now."""
    store = PictureStore(tmp_path, clock=home.clock)
    for camera in ("거실", "침실", None):
        store.consent(camera, None)
    home.clock.now = OLD
    for camera in ("거실", "침실"):
        store.media.keep_camera_picture(camera, JPEG, f"{camera}-old", HOME)
    home.clock.now = NOW
    store.put(JPEG)
    home.media = store.media
    home.restart()
    return store


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (Scope(1, "거실", None, None), {"침실", None}),
        (Scope(1, None, OLD, OLD + 3600), {None}),
        (Scope(1, None, NOW, None), {"거실", "침실"}),
        (Scope(1, "거실", NOW, None), {"거실", "침실", None}),
    ],
)
def test_pictures_of_its_cameras_and_times_go(
    home: ErasingHome, pictures: PictureStore, scope: Scope, left: set[str | None]
) -> None:
    count = 3 - len(left)
    assert home.erasures.plan(HOUSEHOLD, scope).counts.pictures == count
    done = home.wait(home.erasures.begin(HOUSEHOLD, scope))
    assert done.counts.pictures == count
    with pictures.database.reading() as db:
        assert {it.camera_id for it in media_store.those(db)} == left
    assert len({key.split("/")[2] for key in pictures.driver.files}) == len(left)


def test_the_picture_of_an_incident_that_goes_on_stays(
    home: ErasingHome, pictures: PictureStore
) -> None:
    home.record("START", "begun", camera_id="거실", event="fall", incident_id="now")
    pictures.media.keep_camera_picture("거실", JPEG, "now", HOME)
    done = home.erase("거실")
    assert (done.counts.pictures, done.kept) == (1, 1)
    assert [it.incident_id for it in pictures.media.newest(HOME)] == ["now", "침실-old"]


def test_the_picture_of_an_incident_goes_with_it_though_it_came_later(
    home: ErasingHome, pictures: PictureStore
) -> None:
    home.incident("fell", OLD + 3)
    pictures.media.keep_camera_picture("거실", JPEG, "fell", HOME)
    done = home.erase("거실", since=OLD + 1, until=OLD + 4)
    assert (done.counts.pictures, done.counts.incidents) == (1, 1)
    assert [it.incident_id for it in pictures.media.newest(HOME)] == ["침실-old", "거실-old"]


def test_a_place_that_refuses_holds_an_erasure_up_and_is_said(
    home: ErasingHome, pictures: PictureStore
) -> None:
    pictures.driver.failure = "the disk is gone"
    begun = home.erasures.begin(HOUSEHOLD, Scope(1, "거실", None, None))
    for _ in range(500):
        if home.erasures.health().reason:
            break
        time.sleep(0.01)
    assert home.erasures.health().reason == "an erasure cannot go on: the disk is gone"
    pictures.driver.failure = None
    assert home.wait(begun).counts.pictures == 1


class Compared(ComparisonService):
    """Notes which of its stretches are gone."""

    def __init__(self, *stretches: Stretch) -> None:
        self.left = list(stretches)

    def forget(self, is_gone: IsGone) -> None:
        self.left = [it for it in self.left if not is_gone(it)]


def test_comparisons_name_no_incident_and_no_minute_that_is_erased(home: ErasingHome) -> None:
    two_cameras(home)
    ids = [it.id for it in home.events.incidents.newest(Wanted(HOME), 99)]
    cameras = [it.camera_id for it in home.events.incidents.newest(Wanted(HOME), 99)]
    stretches = [
        Stretch(track="t", incident_id=known, camera_id=camera, at=at, truth=Truth.UNJUDGED)
        for known, camera, at in (
            *zip(ids, cameras, (OLD, OLD), strict=True),
            (None, "거실", OLD),
            (None, "침실", OLD),
        )
    ]
    home.comparisons = compared = Compared(*stretches)
    home.use_factory()
    home.restart()
    home.erase("거실")
    assert compared.left == [it for it in stretches if it.camera_id == "침실"]


def test_incident_that_only_touches_the_span_goes_as_a_whole(home: ErasingHome) -> None:
    home.incident("touches", OLD - 1)
    home.record("PROBS", "before", ts=OLD - 1)
    assert home.erase(since=OLD, until=OLD + 10).counts.events == 2
    assert home.journal() == ["before"]


def test_camera_and_span_take_what_is_both(home: ErasingHome) -> None:
    two_cameras(home)
    home.incident("거실-later", NOW - 2 * DAY)
    home.erase("거실", until=NOW - 2 * DAY)
    assert labels(home) == ["거실-later", "침실-old"]


def test_erased_event_that_is_sent_again_is_answered_and_not_brought_back(
    home: ErasingHome,
) -> None:
    two_cameras(home)
    home.erase("거실")
    left = home.journal()
    for _ in range(2):
        two_cameras(home)
        assert home.journal() == home.recent() == left
        assert labels(home) == ["침실-old"]
        home.restart()


def test_event_of_an_erased_camera_that_is_new_is_recorded(home: ErasingHome) -> None:
    two_cameras(home)
    home.erase("거실")
    home.incident("new", NOW)
    assert labels(home) == ["new", "침실-old"]


def test_rebuilt_database_brings_nothing_back_and_knows_what_is_sent_again(
    home: ErasingHome,
) -> None:
    two_cameras(home)
    home.erase("거실")
    left = home.journal()
    home.stop()
    shutil.rmtree(home.folder / "database")
    home.start()
    home.incident("거실-old", OLD)
    assert home.journal() == home.recent() == left
    assert labels(home) == ["침실-old"]


def test_incident_that_goes_on_is_kept_with_its_events(home: ErasingHome) -> None:
    home.record("START", "fall-start", event="fall", incident_id="fall")
    home.record("END", "fall-end", event="fall", incident_id="fall", state="lying")
    home.record("PROBS", "probs")
    home.incident("over", OLD)
    done = home.erase("거실")
    assert (done.kept, done.counts.incidents) == (1, 1)
    assert home.journal() == home.recent() == home.stored() == ["fall-start", "fall-end"]
    assert [it.sent_id for it in home.events.incidents.newest(Wanted(HOME), 9)] == ["fall"]


def test_unanswered_incident_of_long_ago_is_erased_unless_somebody_is_still_asked(
    home: ErasingHome,
) -> None:
    home.clock.now = OLD
    for name in ("nobody-asked", "still-asked", "answered", "waiting"):
        home.record("START", name, event="on_floor", incident_id=name)
    home.clock.now = NOW
    ids = {it.sent_id: it.id for it in home.events.incidents.newest(Wanted(HOME), 9)}
    with home.database.writing() as db:
        asked = {"household_id": 1, "began_at": OLD, "is_test": False}
        over = {"incident_id": ids["answered"], "over_at": OLD}
        db.execute(insert(escalations).values(asked | over))
        db.execute(insert(escalations).values(asked | {"incident_id": ids["still-asked"]}))
        alert(db, ids["waiting"], "pending")
        alert(db, ids["nobody-asked"], "sent")
    assert home.erase("거실").kept == 2
    assert labels(home) == ["waiting", "still-asked"]


def alert(db: Any, incident: str, state: str) -> None:
    row = {
        "key": f"key-{incident}", "incident": incident, "event_id": "e", "label": "on_floor",
        "camera_id": "거실", "ended_at": OLD, "ended": False, "urgent": True, "state": "queued",
        "created_at": OLD, "due_at": OLD, "round": 0, "household_id": HOME,
    }  # fmt: skip
    db.execute(insert(alerts).values(row))
    delivery = {
        "key": f"key-{incident}", "channel": "kakao", "camera_id": "거실", "urgent": True,
        "state": state, "queued_at": OLD, "updated_at": OLD, "next_attempt_at": OLD,
        "household_id": HOME,
    }  # fmt: skip
    db.execute(insert(deliveries).values(delivery))


def test_camera_in_trouble_keeps_its_trouble_and_what_says_that_it_is_missed(
    home: ErasingHome,
) -> None:
    home.record("HEARTBEAT", "beat", ts=OLD)
    home.record("START", "silent", event="camera_silent", incident_id="silent", ts=OLD)
    home.erase("거실")
    home.restart()
    assert [it.head.event_id for it in home.events.last_heartbeats()] == ["beat"]
    assert home.stored() == ["silent"]


def test_span_leaves_the_last_heartbeat_by_which_a_camera_is_missed(home: ErasingHome) -> None:
    home.record("HEARTBEAT", "beat")
    home.erase(since=OLD)
    home.restart()
    assert home.journal() == []
    assert [it.head.event_id for it in home.events.last_heartbeats()] == ["beat"]


def test_what_people_said_and_what_was_sent_goes_with_the_incident(home: ErasingHome) -> None:
    home.incident("old", OLD)
    (incident,) = home.events.incidents.newest(Wanted(HOME), 9)
    with home.database.writing() as db:
        alert(db, incident.id, "sent")
        mine = {"incident_id": incident.id, "household_id": 1}
        said = By(1, None, Subject(kind=SubjectKind.INCIDENT, id=incident.id), OLD)
        add(db, said, "비밀")
        rate(db, said, 5)
        db.execute(insert(verdicts).values(mine | {"verdict": "fall", "at": OLD}))
        db.execute(insert(answers).values(mine | {"answer": "going", "way": "page", "at": OLD}))
        begun = {"began_at": OLD, "is_test": False, "over_at": OLD}
        db.execute(insert(escalations).values(mine | begun))
        step = {"incident_id": incident.id, "kind": "round", "round": 0, "stage": 1, "due_at": OLD}
        db.execute(insert(steps).values(step))
        db.execute(insert(visits).values(household_id=1, began_at=OLD, until=OLD + 9))
        sent = {"channel": "kakao", "urgent": True, "camera_id": "거실"}
        db.execute(insert(memos), [sent | {"sent_at": at} for at in (OLD, NOW - 9)])
    counts = home.erase(until=NOW).counts
    assert counts == ErasedCounts(events=2, incidents=1, alerts=1, notes=1)
    said_of_it = (comments, ratings, verdicts, answers, escalations, steps)
    taken = (*said_of_it, alerts, deliveries, visits)
    with home.database.reading() as db:
        for table in taken:
            assert db.scalar(select(func.count()).select_from(table)) == 0
        assert db.execute(select(memos.c.camera_id, memos.c.sent_at)).all() == [("", NOW - 9)]


def test_poses_go_with_their_incident_and_those_of_one_that_goes_on_stay(home: ErasingHome) -> None:
    home.see(NOW)
    home.incident("over", NOW)
    home.record("START", "now", event="fall", incident_id="now")
    while len(home.poses.replays()) < 2:
        home.see(NOW)
    planned = home.erasures.plan(HOUSEHOLD, Scope(1, "거실", None, None))
    done = home.erase("거실")
    (now,) = home.events.incidents.newest(Wanted(HOME), 9)
    assert home.poses.replays() == {now.id}
    assert home.poses.last_seen("거실") is None
    assert planned.counts.poses == done.counts.poses == 1
    home.restart()
    assert home.poses.replays() == {now.id}


def test_ordinary_minutes_go_with_their_camera(home: ErasingHome) -> None:
    for camera in ("거실", "침실"):
        for tick in range(500):
            home.see(OLD + tick / 5, camera)
    while len(home.poses.ordinary_minutes(0.0, NOW, lambda _: True)) < 2:
        time.sleep(0.02)
    home.erase("거실")
    assert [it.camera_id for it in home.poses.ordinary_minutes(0.0, NOW, lambda _: True)] == [
        "침실"
    ]
    home.erase("침실", OLD + 70, OLD + 80)
    assert len(home.poses.ordinary_minutes(0.0, NOW, lambda _: True)) == 1
    home.erase(None, OLD + 50, OLD + 51)
    assert home.poses.ordinary_minutes(0.0, NOW, lambda _: True) == []


def test_dry_run_counts_what_would_go_and_erases_nothing(home: ErasingHome) -> None:
    two_cameras(home)
    home.record("START", "now", event="fall")
    before = home.journal()
    planned = home.erasures.plan(HOUSEHOLD, Scope(1, "거실", None, None))
    assert (planned.number, planned.state, planned.kept) == (None, ErasureState.PLANNED, 1)
    assert home.journal() == before
    assert home.erasures.newest(1, 9) == []
    done = home.erase("거실")
    assert planned.counts == done.counts
    assert planned.kept == done.kept


def test_erasure_is_kept_on_record_by_who_when_what_and_how_much(home: ErasingHome) -> None:
    two_cameras(home)
    done = home.erase("거실", since=1.0)
    assert (done.number, done.camera_id, done.since, done.until) == (1, "거실", 1.0, None)
    assert (done.asked_at, done.finished_at, done.progress) == (NOW, NOW, 1.0)
    (entry,) = AuditService(home.database).entries(0.0, 2 * NOW, 9, HOME)
    assert (entry.action, entry.subject, entry.at) == ("erased", "1", NOW)


def secrets(home: ErasingHome) -> None:
    """Many of a camera that is to leave no trace, mixed with others."""
    for number in range(60):
        at = OLD + 10 * number
        mine = home.both(f"geheim-{number}", at, camera_id="비밀방", detail="geheim" * 40)
        home.post(*mine, *home.both(f"open-{number}", at))
    home.record("HEARTBEAT", "geheim-beat", camera_id="비밀방", ts=OLD)


def test_no_byte_of_what_is_erased_is_left_in_the_files(home: ErasingHome) -> None:
    secrets(home)
    damaged = home.folder / "events" / "damaged"
    damaged.mkdir()
    (damaged / "events-000000-2027-01-12.bin").write_bytes("비밀방".encode())
    (home.folder / "events" / "events-000000-2027-01-12.partial").write_bytes(b"geheim")
    (home.folder / "database" / "dolbom.sqlite3.damaged-1").write_bytes(b"geheim")
    assert home.bytes_of("events", "database").count("비밀방".encode()) > 100
    home.erase("비밀방")
    assert b"geheim" not in home.bytes_of("events", "database")
    assert "비밀방".encode() not in home.bytes_of("events")
    home.stop()
    # What the record keeps of the erasure is its camera.
    assert home.bytes_of("database").count("비밀방".encode()) == 1
    assert home.bytes_of("database").count(b"open-") > 100
    home.start()


def test_control_without_the_last_step_the_same_search_finds_what_was_deleted(
    home: ErasingHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home.database, "forget_deleted", lambda: None)
    secrets(home)
    home.erase("비밀방")
    assert b"geheim" in home.bytes_of("database")


def test_step_that_fails_is_repeated_and_counts_nothing_twice(
    home: ErasingHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_cameras(home)
    failures = [OSError(5, "Input/output error")] * 3
    replace, erase = home.events.eraser.replace, home.poses.erase_replays

    def failing(then: Any, *args: Any) -> Any:
        if failures:
            raise failures.pop()
        return then(*args)

    monkeypatch.setattr(home.events.eraser, "replace", lambda *a: failing(replace, *a))
    monkeypatch.setattr(home.poses, "erase_replays", lambda *a: failing(erase, *a))
    done = home.erase("거실")
    assert failures == []
    assert (done.counts.events, done.counts.incidents) == (4, 1)
    home.stop()
    assert home.erasures.health().status == "ok"
    home.start()


def test_failure_that_stays_is_said_and_the_rest_goes_on_after_a_restart(
    home: ErasingHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_cameras(home)
    failing = threading.Event()

    def fail(*_: Any) -> None:
        failing.set()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(home.poses, "erase_replays", fail)
    begun = home.erasures.begin(HOUSEHOLD, Scope(1, "거실", None, None))
    assert failing.wait(10)
    while not (reason := home.erasures.health().reason):
        failing.wait(0.01)
    assert "No space left on device" in reason
    with pytest.raises(ErasureRunning):
        home.erasures.begin(HOUSEHOLD, Scope(1, "침실", None, None))
    home.restart()
    assert home.wait(begun).counts.events == 4


def test_incident_that_is_handed_on_late_is_not_brought_back(home: ErasingHome) -> None:
    home.incident("old", OLD)
    records = list(home.events.recent.newest(9))
    home.erase("거실")
    home.notified.clear()
    home.events._feed.add(record for line in records if (record := Record.read(line)))
    home.incident("new", NOW)
    home.stop()
    assert home.notified == ["new-start", "new-end"]
    home.start()
    assert labels(home) == ["new"]
