"""A sample record is one that a server goes on from, and what is said to be true of it is so."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import select

from backend.activity.service import ActivityService
from backend.alerts.ledger.tables import alerts, deliveries
from backend.cameras.tables import visits
from backend.cluster.name import own_name
from backend.comments.tables import comments
from backend.escalation.tables import answers, escalations, verdicts
from backend.events.journal.segment import names_in
from backend.incidents.store import Wanted, newest
from backend.record.generated import is_generated
from backend.sample.errors import UnusableFolder
from backend.sample.plan import ZONE, plan_of
from backend.sample.recording import records_of
from backend.sample.service import make_sample
from backend.sample.truth import IncidentTruth
from backend.storage.database import Database, open_database
from contract.incidents import IncidentState
from testkit.counted_day import counted_day
from testkit.households import HOME
from testkit.sample_home import WANTED, SampleHome, made, opened, sample_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SampleHome:
    return sample_home(tmp_path_factory.mktemp("sample") / "data")


@pytest.fixture(scope="module")
def database(home: SampleHome) -> Iterator[Database]:
    opened_now = open_database(None, home.data_dir)
    yield opened_now
    opened_now.close()


@pytest.fixture(scope="module")
def activity(home: SampleHome, database: Database) -> ActivityService:
    return ActivityService(
        home.data_dir / "events", database, lambda _: ZONE, server=own_name(home.data_dir)
    )


def of_alarms(truths: Sequence[IncidentTruth]) -> list[IncidentTruth]:
    """Those that were answered by themselves."""
    return [it for it in truths if it.part_of is None]


def test_hours_are_those_of_the_life(home: SampleHome, activity: ActivityService) -> None:
    for truth in home.truth.days:
        counted = counted_day(activity, truth.day)
        assert counted.active_hours == pytest.approx(truth.active_hours, rel=0.10, abs=0.25)
        assert counted.still_hours == pytest.approx(truth.still_hours, rel=0.10, abs=0.2)
        assert counted.lying_hours == pytest.approx(truth.lying_hours, rel=0.10, abs=0.1)
        assert counted.walked_minutes == pytest.approx(truth.walked_minutes, rel=0.02, abs=0.1)
        assert counted.walking_speed == pytest.approx(truth.walking_speed, rel=0.02, abs=0.01)
        assert counted.rises == truth.rises
        assert counted.blind_hours == pytest.approx(truth.blind_hours, abs=0.05)
        assert counted.first_moved_hour == pytest.approx(truth.first_moved_hour, abs=0.02)
        assert counted.last_moved_hour == pytest.approx(truth.last_moved_hour, abs=0.02)


def test_times_up_at_night_are_the_stirs(home: SampleHome, activity: ActivityService) -> None:
    for truth in home.truth.days:
        assert counted_day(activity, truth.day).times_up_at_night == truth.times_up_at_night


def test_all_is_counted_already(activity: ActivityService) -> None:
    assert not activity.count_piece()


def test_incidents_stand_as_the_server_leaves_them(home: SampleHome, database: Database) -> None:
    with database.reading() as db:
        found = {it.id: it for it in newest(db, Wanted(HOME, is_trouble=False), 1000)}
    assert found.keys() == {it.incident_id for it in home.truth.incidents}
    for truth in home.truth.incidents:
        incident = found[truth.incident_id]
        assert incident.state is IncidentState.RESOLVED
        assert (incident.label, incident.camera_id) == (truth.label, truth.camera_id)
        assert incident.began_at == truth.began_at


def test_answers_verdicts_and_notes_are_recorded(home: SampleHome, database: Database) -> None:
    with database.reading() as db:
        judged = {it.incident_id: it.verdict for it in db.execute(select(verdicts))}
        given = [(it.incident_id, it.answer, it.at) for it in db.execute(select(answers))]
        noted = set(db.scalars(select(comments.c.subject_id)))
        visited = list(db.execute(select(visits)))
    for truth in of_alarms(home.truth.incidents):
        assert judged[truth.incident_id] == truth.verdict
        assert truth.incident_id in noted
        first = min(at for incident, _, at in given if incident == truth.incident_id)
        assert first - truth.received_at == pytest.approx(truth.answered_after_sec, abs=0.001)
    assert len(visited) == len(home.truth.story.visited.all)


def test_nothing_is_left_to_be_sent_or_answered(database: Database) -> None:
    with database.reading() as db:
        assert set(db.scalars(select(deliveries.c.state))) <= {"sent", "withdrawn"}
        assert set(db.scalars(select(alerts.c.state))) == {"queued"}
        assert None not in set(db.scalars(select(escalations.c.over_at)))


def test_truth_has_what_can_be_asked_about(home: SampleHome) -> None:
    truth = home.truth
    assert [it.day for it in truth.days] == truth.story.days.all == WANTED_DAYS
    alarms = of_alarms(truth.incidents)
    times = [it.answered_after_sec for it in alarms if it.answered_after_sec is not None]
    assert len(times) == len(alarms)
    assert 10.0 < median(times) < 300.0
    assert sum(it.falls for it in truth.days) == len(truth.story.fall_days)
    false = len(truth.story.cat_days) + len(truth.story.sunlight_days)
    assert sum(it.false_alarms for it in truth.days) == false


WANTED_DAYS = [WANTED.last - timedelta(days=ago) for ago in reversed(range(WANTED.days))]


def test_same_seed_gives_the_same_bytes(home: SampleHome) -> None:
    plan, folder = plan_of(WANTED), made() / "events"
    again = [record.line for number in range(WANTED.days) for record in records_of(plan, number)]
    names = names_in(folder)
    assert len(names) == WANTED.days + 1
    assert b"".join((folder / str(name)).read_bytes() for name in names) == b"".join(again)


def test_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    with pytest.raises(UnusableFolder, match=r"expected .* to be empty"):
        make_sample(tmp_path, WANTED)
    assert [path.name for path in tmp_path.iterdir()] == ["events"]


def test_server_starts_on_it_and_shows_it(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "data")
    assert is_generated(home.data_dir)
    day = home.truth.days[-3].day
    with opened(home) as asked:
        hours = asked.ask("caregiver", "GET", f"/activity?from={day}&until={day}").json()
        cameras = asked.ask("owner", "GET", "/cameras").json()
        health = asked.ask("owner", "GET", "/health").json()
        incident = home.truth.incidents[0].incident_id
        course = asked.ask("caregiver", "GET", f"/incidents/{incident}/course").json()
    assert len(hours) == 2 * 24
    assert {it["camera_id"]: (it["place"], it["state"]) for it in cameras} == {
        "bedroom": ("침실", "stopped"),
        "living-room": ("거실", "stopped"),
    }
    assert health["alerts"]["status"] == "ok"
    assert health["log"]["status"] == "ok"
    assert {"seen", "answered", "resolved"} <= {it["kind"] for it in course["entries"]}
