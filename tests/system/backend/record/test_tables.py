"""The record as tables, of a journal and a database that grow, are torn, erased and deleted."""

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import insert, select, update

from backend.activity.tables import hours
from backend.cameras.tables import cameras
from backend.escalation.tables import escalations, verdicts
from backend.incidents.store import incidents
from backend.record.archive import Archive
from backend.record.closed_file import DIFFERS, make
from backend.record.closing import make_apart
from backend.storage.errors import QuestionTooLarge, QuestionTooLong
from contract.record import RecordTable
from testkit.erasing_home import DAY, NOW, ErasingHome

OLD = NOW - 3 * DAY


@pytest.fixture
def home(tmp_path: Path) -> Iterator[ErasingHome]:
    home = ErasingHome(tmp_path / "data")
    yield home
    home.stop()


def archive_of(home: ErasingHome) -> Archive:
    return home.record_tables.archive


def close_day(home: ErasingHome) -> None:
    """Go on in another file, and keep the closed ones."""
    home.clock.now += 2 * DAY
    home.record("HEARTBEAT", f"next-{home.clock.now}", camera_id="부엌")
    archive_of(home).make_missing(lambda: False)


def parquets(home: ErasingHome) -> list[Path]:
    return sorted((home.folder / "record" / "events").iterdir())


def ask(home: ErasingHome, sql: str, household_id: int = 1) -> list[tuple[object, ...]]:
    home.record_tables.snapshots.drop()  # else the last one is good for a moment
    with home.record_tables.snapshot(household_id) as snapshot:
        return snapshot.duck.ask(sql)


def by_camera(home: ErasingHome, household_id: int = 1) -> dict[object, object]:
    sql = "SELECT camera_id, count(*) FROM events GROUP BY ALL"
    return dict(ask(home, sql, household_id))  # type: ignore[arg-type]


def lose_rows(parquet: Path) -> None:
    """Let it hold seven rows, and say the same of itself as before."""
    told = "SELECT value FROM parquet_kv_metadata(?)"
    with duckdb.connect() as connection:
        ((said,),) = connection.execute(told, [str(parquet)]).fetchall()
        connection.execute(
            f"COPY (FROM read_parquet('{parquet}') LIMIT 7) TO '{parquet}.new' "
            f"(FORMAT parquet, KV_METADATA {{tallies: '{said.decode()}'}})"
        )
    Path(f"{parquet}.new").replace(parquet)


def two_cameras(home: ErasingHome, count: int = 20) -> None:
    for number in range(count):
        for camera in ("거실", "침실"):
            home.record("PROBS", f"{camera}-{number}", camera_id=camera, ts=OLD + number)


def test_closed_file_says_the_same_as_the_log(home: ErasingHome) -> None:
    two_cameras(home)
    home.incident("fall", OLD)
    sql = "SELECT * EXCLUDE (delay_sec), round(delay_sec, 3) FROM events ORDER BY ALL"
    before = ask(home, sql)
    close_day(home)
    assert [path.suffix for path in parquets(home)] == [".parquet"]
    after = ask(home, f"{sql.replace('FROM events', 'FROM events WHERE place <> $$부엌$$')}")
    assert after == before
    assert len(before) == 42
    assert home.record_tables.health().status == "ok"
    assert home.record_tables.shown(1).waiting_files == 0


def test_another_process_makes_the_same(home: ErasingHome, tmp_path: Path) -> None:
    two_cameras(home)
    (source,) = (home.folder / "events").glob("*.jsonl")
    make(source, tmp_path / "one.parquet")
    make_apart(source, tmp_path / "other.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "other.parquet").read_bytes()
    with pytest.raises(ValueError, match="nowhere"):
        make_apart(tmp_path / "nowhere", tmp_path / "third.parquet")


def test_lines_that_are_torn_or_foreign_harm_nothing(home: ErasingHome) -> None:
    two_cameras(home, 2)
    home.stop()
    (file,) = (home.folder / "events").glob("*.jsonl")
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(
        b"".join([lines[0], b'{"hello": 1}\n', b"\xff\xfe\n", *lines[1:3], lines[3][:40]])
    )
    home.start()
    assert sum(map(int, map(str, by_camera(home).values()))) == 3
    home.record("PROBS", "after")
    assert sum(map(int, map(str, by_camera(home).values()))) == 4


def test_half_a_line_counts_once_it_is_whole(home: ErasingHome) -> None:
    two_cameras(home, 1)
    (file,) = (home.folder / "events").glob("*.jsonl")
    whole = file.read_bytes()
    file.write_bytes(whole[:-30])
    assert by_camera(home) == {"거실": 1}
    with file.open("ab") as appended:
        appended.write(whole[-30:])
    assert by_camera(home) == {"거실": 1, "침실": 1}


def test_file_that_differs_is_said_and_not_used_and_made_anew(home: ErasingHome) -> None:
    two_cameras(home)
    close_day(home)
    (path,) = parquets(home)
    lose_rows(path)
    assert by_camera(home) == {"거실": 20, "침실": 20, "부엌": 1}
    assert DIFFERS in str(home.record_tables.health().reason)
    archive_of(home).tidy()
    archive_of(home).make_missing(lambda: False)
    assert parquets(home) == [path]
    assert by_camera(home) == {"거실": 20, "침실": 20, "부엌": 1}
    assert home.record_tables.health().status == "ok"


def test_file_that_is_no_parquet_is_not_used(home: ErasingHome) -> None:
    two_cameras(home)
    close_day(home)
    parquets(home)[0].write_bytes(b"PAR1 nothing")
    assert by_camera(home)["거실"] == 20
    assert "cannot be read" in str(home.record_tables.health().reason)


def test_parquet_goes_with_its_file(home: ErasingHome) -> None:
    two_cameras(home)
    close_day(home)
    sorted((home.folder / "events").glob("*.jsonl"))[0].unlink()
    assert by_camera(home) == {"부엌": 1}
    archive_of(home).tidy()
    assert parquets(home) == []


def test_question_whose_file_is_gone_is_asked_again_of_a_new_snapshot(home: ErasingHome) -> None:
    two_cameras(home)
    close_day(home)
    ask(home, "SELECT 1")
    sorted((home.folder / "events").glob("*.jsonl"))[0].unlink()
    archive_of(home).tidy()  # and the snapshot is good for a while yet
    tables = {it.name: it.rows for it in home.record_tables.shown(1).tables}
    assert tables[RecordTable.EVENTS] == 1


def test_who_is_down_after_a_false_alarm_lay_nowhere(home: ErasingHome) -> None:
    home.incident("fall", OLD)
    home.incident("down", OLD + 30, event="still_down")
    sql = "SELECT label, floor_sec FROM incidents ORDER BY ALL"
    assert ask(home, sql) == [("fall", 2.0), ("still_down", 2.0)]
    with home.database.writing() as db:
        fall, down = db.scalars(select(incidents.c.id).order_by(incidents.c.began_at))
        of = {"household_id": 1, "incident_id": fall}
        db.execute(insert(verdicts).values(of | {"verdict": "false_alarm", "at": NOW}))
        part = {"incident_id": down, "part_of": fall, "began_at": NOW, "is_test": False}
        db.execute(insert(escalations).values(of | part))
    assert ask(home, sql) == [("fall", None), ("still_down", None)]


def test_what_is_erased_is_in_no_table_and_no_file(home: ErasingHome) -> None:
    two_cameras(home)
    home.incident("fall", OLD, camera_id="거실")
    close_day(home)
    assert by_camera(home)["거실"] == 22
    home.erase("거실")
    assert parquets(home) == []
    assert "거실".encode() not in home.bytes_of("record")
    assert by_camera(home) == {"침실": 20, "부엌": 1}
    assert ask(home, "SELECT count(*) FROM incidents") == [(0,)]
    archive_of(home).make_missing(lambda: False)
    assert by_camera(home) == {"침실": 20, "부엌": 1}
    assert "거실".encode() not in home.bytes_of("record")


def test_erasure_that_ended_halfway_leaves_nothing_at_the_next_start(
    home: ErasingHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_cameras(home)
    close_day(home)
    (kept,) = parquets(home)
    content = kept.read_bytes()
    home.erase("거실")
    kept.write_bytes(content)  # as a kill before it was deleted leaves it
    (kept.parent / "half.partial").write_bytes(content)
    home.restart()
    assert "거실" not in by_camera(home)
    home.erase("침실")
    assert parquets(home) == []


def test_snapshot_stays_as_it_is_while_it_is_used(home: ErasingHome) -> None:
    two_cameras(home, 1)
    with home.record_tables.snapshot(1) as before:
        home.record("PROBS", "later")
        home.record_tables.snapshots.drop()
        with home.record_tables.snapshot(1) as after:
            assert after.version != before.version
            assert before.duck.ask("SELECT count(*) FROM events") == [(2,)]
            assert after.duck.ask("SELECT count(*) FROM events") == [(3,)]
    with pytest.raises(duckdb.ConnectionException):
        before.duck.ask("SELECT 1")


def test_nothing_new_builds_nothing_new(home: ErasingHome) -> None:
    two_cameras(home, 1)
    with home.record_tables.snapshot(1) as one, home.record_tables.snapshot(1) as other:
        assert one is other


def test_log_is_read_for_who_asks_about_events(home: ErasingHome) -> None:
    two_cameras(home, 1)
    with home.record_tables.snapshot(1, with_events=False) as without:
        assert without.duck.ask("SELECT count(*) FROM person_days") == [(0,)]
        with pytest.raises(duckdb.CatalogException):
            without.duck.ask("FROM events")
        with home.record_tables.snapshot(1) as whole:
            assert whole.duck.ask("SELECT count(*) FROM events") == [(2,)]
        with home.record_tables.snapshot(1, with_events=False) as again:
            assert again is whole


@pytest.mark.parametrize("change", ["place", "verdict", "hour"])
def test_whatever_changes_changes_the_version(home: ErasingHome, change: str) -> None:
    home.incident("fall", OLD)
    ask(home, "SELECT 1")
    with home.record_tables.snapshot(1) as before:
        version = before.version
    with home.database.writing() as db:
        if change == "place":
            camera = {"household_id": 1, "camera_id": "거실", "place": "창가"}
            db.execute(insert(cameras).values(camera))
        elif change == "verdict":
            db.execute(update(incidents).values(is_test=True))
        else:
            values = dict.fromkeys((it.name for it in hours.columns), 1.0) | {"camera_id": "거실"}
            db.execute(insert(hours).values(values))
    home.record_tables.snapshots.drop()
    with home.record_tables.snapshot(1) as after:
        assert after.version != version


def test_households_see_their_own(home: ErasingHome) -> None:
    two_cameras(home)
    home.incident("mine", OLD, camera_id="거실")
    home.incident("theirs", OLD, camera_id="침실")
    with home.database.writing() as db:
        theirs = {"household_id": 2, "camera_id": "침실", "place": "그들의 방"}
        db.execute(insert(cameras).values(theirs))
        others = incidents.c.camera_id == "침실"
        db.execute(update(incidents).where(others).values(household_id=2))
        row = dict.fromkeys((it.name for it in hours.columns), 1.0)
        for number, camera in enumerate(("거실", "침실"), start=1):
            of = {"household_id": number, "number": number, "camera_id": camera}
            db.execute(insert(hours).values(row | of))
    for household_id, camera, place in ((1, "거실", "거실"), (2, "침실", "그들의 방")):
        for table in ("days", "hours", "incidents", "events"):
            found = ask(home, f"SELECT DISTINCT camera_id, place FROM {table}", household_id)  # noqa: S608
            assert found == [(camera, place)], table
        assert ask(home, "SELECT sum(incidents) FROM person_days", household_id) == [(0,)]
    assert ask(home, "SELECT count(*) FROM events", 3) == [(0,)]


def test_camera_of_which_nothing_is_kept_says_by_its_name_whose_it_is(home: ErasingHome) -> None:
    for camera in ("현관", "현관.h2", "현관.h22"):
        home.record("HEARTBEAT", camera, camera_id=camera)
    for household_id, camera in ((1, "현관"), (2, "현관.h2"), (22, "현관.h22")):
        assert by_camera(home, household_id) == {camera: 1}


def test_questions_have_bounds(home: ErasingHome) -> None:
    two_cameras(home, 1)
    with home.record_tables.snapshot(1) as snapshot:
        with pytest.raises(QuestionTooLong):
            snapshot.duck.ask("SELECT sum(a.range) FROM range(9999999) a, range(99999) b", (), 0.2)
        with pytest.raises(QuestionTooLarge):
            snapshot.duck.ask("SELECT list(range) FROM range(100000000)")
        with pytest.raises(duckdb.PermissionException):
            snapshot.duck.ask("FROM read_text('/etc/hostname')")
        assert snapshot.duck.ask("SELECT count(*) FROM events WHERE camera_id = ?", ["거실"]) == [
            (1,)
        ]


def test_many_ask_while_much_is_recorded(home: ErasingHome) -> None:
    failures: list[Exception] = []

    def ask_often() -> None:
        try:
            for _ in range(15):
                with home.record_tables.snapshot(1) as snapshot:
                    snapshot.duck.ask("SELECT count(*) FROM events")
        except Exception as error:  # noqa: BLE001 (it is looked at below)
            failures.append(error)

    threads = [threading.Thread(target=ask_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    two_cameras(home, 50)
    close_day(home)
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(map(int, map(str, by_camera(home).values()))) == 101
