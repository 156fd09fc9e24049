"""`run-backup` beside a server that is running, and `run-restore` of what it has kept."""

import json
import multiprocessing
import os
import shutil
import signal
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from backend.app import create_app
from backend.backups.errors import BackupError
from backend.backups.manifest import Manifest, names_in
from backend.backups.restoring import find_backup, restore
from backend.backups.taking import FILES, LOCK, Home, take_backup
from backend.config import BackendSettings
from backend.moving.places import place_of
from backend.storage.database import open_database
from common.files import claim
from testkit.asked_home import ADDRESS, KEY, MINJI, NOWHERE, URL, AskedHome, asked_home
from testkit.kept_pictures import keep_picture

NOW = 1_795_939_200.0
FALL = {"camera_id": "hall", "event": "fall", "incident_id": "i"}
START = FALL | {"event_type": "START", "event_id": "one", "ts": 1.0e9}
END = FALL | {"event_type": "END", "event_id": "two", "ts": 1.0e9 + 2, "duration_sec": 2.0}
LETTER = "zones/hall.json"


def nobody(_total: int) -> Callable[[], None]:
    """Nobody looks."""
    return lambda: None


@contextmanager
def opened_again(data_dir: Path) -> Iterator[AskedHome]:
    """A server on a DATA_DIR that has a household; its owner logs in by the password."""
    settings = BackendSettings(
        _env_file=None, data_dir=data_dir, api_key=SecretStr(KEY), ntfy_url=NOWHERE
    )
    app = create_app(settings)
    with TestClient(app, URL, client=ADDRESS, follow_redirects=False) as http:
        home = AskedHome(app, http, {"household": KEY, "stranger": None})
        shown = {"login": MINJI["login"], "password": MINJI["password"]}
        answer = home.ask("stranger", "POST", "/auth/login", json=shown).raise_for_status()
        home.keys["owner"] = answer.json()["access_token"]
        yield home


def heartbeat(number: int) -> dict[str, Any]:
    ts = time.time()
    return {"event_type": "HEARTBEAT", "event_id": f"h{number}", "camera_id": "hall", "ts": ts}


def ids_in(data_dir: Path) -> set[str]:
    """Of the events in the log."""
    files = (data_dir / "events").glob("*.jsonl")
    return {json.loads(line)["event_id"] for it in files for line in it.read_text().splitlines()}


def test_household_comes_back_as_it_was_while_events_arrived(command: Any, tmp_path: Path) -> None:
    data_dir, folder, sent = tmp_path / "data", tmp_path / "backups", 0

    def send(event: dict[str, Any]) -> None:
        home.ask("household", "POST", "/event/payload", json=event).raise_for_status()

    with asked_home(data_dir) as home:
        picture = keep_picture(home.app.state.factory_database, home.app.state.media_driver)
        original = f"/images/{picture.id}/original"
        seen = home.ask("owner", "GET", original).raise_for_status().content
        send(START)
        send(heartbeat(0))
        token = home.keys["owner"]
        part = command.start("run-backup", str(folder), DATA_DIR=data_dir)
        while part.process.poll() is None:
            send(heartbeat(sent := sent + 1))
        assert (part.process.returncode, sent > 1) == (0, True), part.last_line()
        (incident,) = home.ask("owner", "GET", "/incidents").json()
    shutil.rmtree(data_dir)
    status, said = command.run("run-restore", str(folder), DATA_DIR=data_dir)
    assert (status, "start the server" in said) == (0, True), said
    with opened_again(data_dir) as home:
        home.keys["before"] = token
        assert home.ask("before", "GET", "/auth/me").status_code == 200
        assert home.ask("owner", "GET", original).raise_for_status().content == seen
        assert {"one", "h0"} <= ids_in(data_dir)
        for event in (START, END, END):
            send(event)
        (found,) = home.ask("owner", "GET", "/incidents").json()
        assert (found["id"], found["ended_at"]) == (incident["id"], END["ts"])
        assert home.ask("owner", "GET", "/health").json()["log"]["reason"] is None
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in tmp_path.rglob("backups/**/*")}
    assert modes == {0}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """What a server leaves, in small."""
    made = tmp_path / "data"
    database = open_database(None, made)
    assert database.is_durable()
    database.close()
    for name, text in {
        LETTER: "zones",
        "media.key": "k" * 64,
        "events/events-000000-2026-11-21.jsonl": "one\ntwo\nhal",
        "events/.lock": "",
        "record/events/made-again.parquet": "x",
        "blobs/ab/" + "ab" * 32: "a version",
        "jobs/work/1/scratch": "x",
    }.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def take(data_dir: Path, folder: Path, now: float = NOW, most: int = 14) -> Manifest:
    home = Home(data_dir, place_of(None, data_dir))
    return take_backup(home, folder, most, now, nobody)


def bring_back(folder: Path, target: Path) -> dict[str, str]:
    """The restored files that are text."""
    restore(folder, find_backup(folder, None), target, place_of(None, target), nobody)
    paths = [path for path in target.rglob("*") if path.is_file() and path.suffix != ".sqlite3"]
    return {path.relative_to(target).as_posix(): path.read_text() for path in paths}


def test_files_come_back_but_for_what_is_made_again_and_half_a_line(
    data_dir: Path, folder: Path, tmp_path: Path
) -> None:
    take(data_dir, folder)
    assert bring_back(folder, tmp_path / "new") == {
        LETTER: "zones",
        "media.key": "k" * 64,
        "events/events-000000-2026-11-21.jsonl": "one\ntwo\n",
        "blobs/ab/" + "ab" * 32: "a version",
    }
    with_another = Home(data_dir, place_of(None, data_dir), [data_dir / "media.key"])
    take_backup(with_another, folder, 14, NOW + 1, nobody)
    assert bring_back(folder, tmp_path / "other")["settings/media.key"] == "k" * 64


def test_next_night_keeps_what_has_changed_alone_and_the_oldest_goes(
    data_dir: Path, folder: Path
) -> None:
    first = take(data_dir, folder)
    before = {path: path.stat().st_mtime_ns for path in (folder / FILES).glob("??/*")}
    (data_dir / LETTER).write_text("other zones")
    second = take(data_dir, folder, NOW + 86_400)
    after = {path: path.stat().st_mtime_ns for path in (folder / FILES).glob("??/*")}
    assert after.items() >= before.items()
    changed = {it.path for it in set(second.files) - set(first.files)}
    assert changed - {"database/dolbom.sqlite3"} == {LETTER}
    take(data_dir, folder, NOW + 2 * 86_400, most=2)
    assert names_in(folder) == ["2026-11-30T08-00-00Z", "2026-12-01T08-00-00Z"]


def kept(folder: Path, path: str) -> Path:
    digest = {file.path: file.sha256 for file in find_backup(folder, None).files}[path]
    return folder / FILES / digest[:2] / digest


@pytest.mark.parametrize("wrong", ["altered", "torn", "missing"])
def test_backup_that_is_not_as_it_was_is_refused_by_the_name_of_the_file(
    data_dir: Path, folder: Path, tmp_path: Path, wrong: str
) -> None:
    take(data_dir, folder)
    place, target = kept(folder, "media.key"), tmp_path / "new"
    place.chmod(0o600)
    if wrong == "missing":
        place.unlink()
    else:
        place.write_text("j" * 64 if wrong == "altered" else "k" * 63)
    with pytest.raises(BackupError, match=r"media\.key of the backup 2026-.* is missing, torn or"):
        bring_back(folder, target)
    assert not target.exists()


@pytest.mark.parametrize(("old", "new"), [("zones/hall", "zones/kids"), ('"seal"', '"sea')])
def test_list_that_is_not_as_it_was_is_refused(
    data_dir: Path, folder: Path, old: str, new: str
) -> None:
    path = folder / f"{take(data_dir, folder).name}.json"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(BackupError, match=r"Z\.json is torn or was altered"):
        find_backup(folder, None)
    with pytest.raises(BackupError, match=r"Z\.json is torn or was altered"):
        take(data_dir, folder, NOW + 86_400)
    assert len(names_in(folder)) == 2


@pytest.mark.parametrize("steps", [1, 3])
def test_kill_in_the_middle_leaves_the_one_before(
    data_dir: Path, folder: Path, tmp_path: Path, steps: int
) -> None:
    take(data_dir, folder)
    (data_dir / LETTER).write_text("other zones")

    def killed() -> None:
        left = iter(range(steps))

        def step() -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        home = Home(data_dir, place_of(None, data_dir))
        take_backup(home, folder, 14, NOW + 86_400, lambda _total: step)

    child = multiprocessing.get_context("fork").Process(target=killed)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert len(names_in(folder)) == 1
    assert bring_back(folder, tmp_path / "new")[LETTER] == "zones"
    take(data_dir, folder, NOW + 86_400)
    assert bring_back(folder, tmp_path / "newer")[LETTER] == "other zones"


def test_full_data_dir_is_refused(data_dir: Path, folder: Path) -> None:
    take(data_dir, folder)
    with pytest.raises(BackupError, match=r"to be empty, and it holds blobs: stop the server"):
        bring_back(folder, data_dir)


def test_place_that_does_not_do_is_refused(data_dir: Path, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="expected a folder outside of"):
        take(data_dir, data_dir / "backups")
    with pytest.raises(BackupError, match="expected the DATA_DIR of a server at"):
        take(tmp_path / "nowhere", folder)
    folder.mkdir(mode=0o755)
    with pytest.raises(BackupError, match="can be read by others"):
        take(data_dir, folder)
    folder.chmod(0o700)
    with claim(folder / LOCK), pytest.raises(BackupError, match="another backup is being made"):
        take(data_dir, folder)
    with pytest.raises(BackupError, match="expected a backup in"):
        find_backup(folder, None)
