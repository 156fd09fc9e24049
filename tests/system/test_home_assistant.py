"""Home Assistant through a real broker: what it shows, what it may ask, and who may be away."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from backend.storage.database import SqliteDatabase
from testkit.home_assistant import UNAVAILABLE, HomeAssistant
from testkit.mosquitto import PASSWORD, Mosquitto
from testkit.residents import move_in

Json = dict[str, Any]
Eventually = Callable[..., Any]
MakeEvent = Callable[..., Json]
HOME, CAMERA = "Our home", "거실"
RELEASE = "homeassistant==2025.4.4"
"""The newest that runs on a Python that this project runs on too."""
SOON_SEC = 10.0
"""So long after a restart the states may be wrong."""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """One that runs, and keeps what is retained."""
    broker = Mosquitto(tmp_path / "broker")
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def home_assistant(broker: Mosquitto) -> Iterator[HomeAssistant]:
    """Connected to the broker."""
    home_assistant = HomeAssistant(broker.port)
    home_assistant.wait()
    yield home_assistant
    home_assistant.close()


@pytest.fixture
def server(server_factory: Callable[..., Any], broker: Mosquitto, tmp_path: Path) -> Any:
    """The server of a household that speaks English, with this broker."""
    path = tmp_path / "data" / "database" / "dolbom.sqlite3"
    with closing(SqliteDatabase(path)) as database:
        move_in(database, 0.0, 1, name=HOME, language="en")
    return server_factory(MQTT_URL=broker.url, CAMERA_SILENT_AFTER=60)


def beat(make_event: MakeEvent, ago: float = 0.0, **fields: object) -> Json:
    """A heartbeat of somebody who moves."""
    seen = {"pose_share": 1.0, "motion_share": 1.0, "fps": 10.0, "picture": "ok"}
    return make_event(ts=time.time() - ago, **seen, **fields)


def fall(make_event: MakeEvent) -> Json:
    return make_event("START", ts=time.time())


def test_devices_show_the_home_and_buttons_do_what_the_page_does(
    server: Any, home_assistant: HomeAssistant, make_event: MakeEvent, eventually: Eventually
) -> None:
    shows = partial(home_assistant.shows, CAMERA)
    server.send(beat(make_event, ago=3.0), beat(make_event))
    eventually(lambda: shows("activity") == "active", timeout=SOON_SEC)
    assert home_assistant.names() == {HOME, CAMERA}
    shown = {key: shows(key) for key in ("person", "fall", "connectivity", "problem", "picture")}
    assert shown == {
        "person": "ON", "fall": "OFF", "connectivity": "ON", "problem": "OFF", "picture": "ok",
    }  # fmt: skip

    server.send(fall(make_event))
    eventually(lambda: shows("fall") == "ON", timeout=SOON_SEC)
    assert home_assistant.shows(HOME, "alarm") == "ON"
    home_assistant.press(CAMERA, "acknowledge", "PRESS", retain=True)
    home_assistant.press(CAMERA, "acknowledge", '{"answer": "all_well"}')
    home_assistant.press(CAMERA, "acknowledge")
    eventually(
        lambda: (
            [it["event_type"] for it in home_assistant.told(CAMERA)] == ["start", "acknowledged"]
        )
    )
    (incident,) = server.get("/incidents").json()
    assert incident["state"] == "acknowledged"
    course = server.get(f"/incidents/{incident['id']}/course").json()["entries"]
    (answered,) = [it for it in course if it["kind"] == "answered"]
    assert (answered["detail"], answered["way"]) == ("going", "home_assistant")
    (noted,) = [it for it in server.get("/audit").json() if it["action"] == "answered"]
    assert noted["way"] == "home_assistant"
    assert "all_well" not in server.log()

    server.post(f"/incidents/{incident['id']}/resolution").raise_for_status()
    home_assistant.press(HOME, "here")
    home_assistant.press(CAMERA, "self_test")
    eventually(lambda: home_assistant.shows(HOME, "accompanied") == "ON", timeout=SOON_SEC)
    eventually(lambda: shows("fall") == "OFF", timeout=SOON_SEC)
    assert [it["camera_id"] for it in server.get("/self-tests").json()] == [CAMERA]

    home_assistant.start_again()
    eventually(lambda: shows("activity") == "active", timeout=SOON_SEC)
    server.http.delete(f"/cameras/{CAMERA}").raise_for_status()
    eventually(lambda: home_assistant.names() == {HOME}, timeout=SOON_SEC)


def test_states_are_right_soon_after_each_restart(
    server: Any, broker: Mosquitto, home_assistant: HomeAssistant, make_event: MakeEvent,
    eventually: Eventually,
) -> None:  # fmt: skip
    shows = partial(home_assistant.shows, CAMERA)
    server.send(beat(make_event))
    eventually(lambda: shows("fall") == "OFF", timeout=SOON_SEC)
    server.kill()
    eventually(lambda: shows("fall") == UNAVAILABLE, timeout=SOON_SEC)
    server.start()
    server.send(fall(make_event))
    eventually(lambda: shows("fall") == "ON", timeout=SOON_SEC)

    broker.stop()
    eventually(lambda: server.health()["mqtt"]["status"] == "degraded", timeout=SOON_SEC)
    server.send(beat(make_event, camera_id="hall"))
    server.http.delete(f"/cameras/{CAMERA}").raise_for_status()
    broker.start()
    eventually(lambda: home_assistant.names() == {HOME, "hall"}, timeout=SOON_SEC)
    eventually(lambda: home_assistant.shows("hall", "fall") == "OFF", timeout=SOON_SEC)
    assert server.health()["mqtt"]["status"] == "ok"

    server.stop()
    eventually(lambda: home_assistant.shows("hall", "fall") == UNAVAILABLE, timeout=SOON_SEC)
    broker.kill()
    broker.forgets = True
    server.start()
    assert "MQTT_URL" in server.health()["mqtt"]["reason"]
    broker.start()
    eventually(lambda: home_assistant.shows("hall", "fall") == "OFF", timeout=SOON_SEC)


def test_broker_that_hangs_or_refuses_delays_no_alert_and_is_told_no_secret(
    server: Any, broker: Mosquitto, sandbox: Any, make_event: MakeEvent, eventually: Eventually
) -> None:
    eventually(lambda: server.health()["mqtt"]["status"] == "ok", timeout=SOON_SEC)
    broker.hang()
    began = time.monotonic()
    server.send(make_event("END", ts=time.time()))
    eventually(sandbox.memos, timeout=5)
    assert time.monotonic() - began < 5
    eventually(lambda: server.health()["mqtt"]["status"] == "degraded", timeout=20)
    broker.go_on()
    eventually(lambda: server.health()["mqtt"]["status"] == "ok", timeout=SOON_SEC)
    server.restart(MQTT_URL=f"mqtt://dolbom:wrong-s3cret@127.0.0.1:{broker.port}")
    reason = eventually(lambda: server.health()["mqtt"]["reason"], timeout=SOON_SEC)
    eventually(lambda: "uthori" in server.health()["mqtt"]["reason"], timeout=SOON_SEC)
    assert "s3cret" not in server.log() + reason
    assert PASSWORD not in server.log()


@pytest.mark.slow
def test_home_assistant_itself_takes_the_devices_and_the_blueprints(
    server: Any, home_assistant: HomeAssistant, make_event: MakeEvent, eventually: Eventually,
    repository: Path,
) -> None:  # fmt: skip
    server.send(beat(make_event))
    eventually(lambda: home_assistant.names() == {HOME, CAMERA}, timeout=SOON_SEC)
    environment = ("--isolated", "--no-project", "--python", "3.13", "--with", RELEASE)
    checks = ("testkit/home_assistant_schema.py", "deploy/home-assistant/blueprints")
    checked = subprocess.run(
        ["uv", "run", *environment, "--with", "paho-mqtt<2.2", "python", *checks],
        input=json.dumps(list(home_assistant.devices.values())),
        capture_output=True, text=True, check=False, cwd=repository, timeout=200,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout == "2025.4.4: 18 entities, 2 blueprints\n"
