"""Home Assistant through a real broker: what it shows, what it may ask, and who may be away."""

import asyncio
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr

from backend.bus import Bus
from backend.integrations.home_assistant.broker import Broker
from backend.integrations.home_assistant.happenings import Happenings
from backend.integrations.home_assistant.publishing import Publishing
from backend.integrations.home_assistant.service import HomeAssistantService
from backend.integrations.home_assistant.topics import HomeTopics
from backend.storage.database import SqliteDatabase
from testkit.home_assistant import UNAVAILABLE, HomeAssistant
from testkit.mosquitto import PASSWORD, Mosquitto
from testkit.residents import move_in

Json = dict[str, Any]
Eventually = Callable[..., Any]
MakeEvent = Callable[..., Json]
NO_HOME_YET, HOME, CAMERA = "돌봄", "Our home", "거실"
RELEASES = {"3.14": "2026.11.0", "3.13": "2025.4.4"}
"""The newest of Home Assistant by the Python that it runs on."""
ALONE = ("--isolated", "--no-project")
SOON_SEC = 30.0
"""So long states may be wrong after a restart where the machine is busy; ten are asked for."""


@contextmanager
def running_broker(folder: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(folder)
    broker.start()
    yield broker
    broker.kill()


@contextmanager
def running_home_assistant(broker: Mosquitto) -> Iterator[HomeAssistant]:
    home_assistant = HomeAssistant(broker.port)
    home_assistant.wait()
    yield home_assistant
    home_assistant.close()


@pytest.fixture(scope="module")
def common_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """One that runs for all tests that leave it so."""
    with running_broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture(scope="module")
def common_server(serve: Callable[..., Any], common_broker: Mosquitto) -> Any:
    """The server of a home that nobody has set up, with that broker."""
    return serve(MQTT_URL=common_broker.url)


@pytest.fixture
def common_home_assistant(common_broker: Mosquitto) -> Iterator[HomeAssistant]:
    """Connected to the common broker."""
    with running_home_assistant(common_broker) as home_assistant:
        yield home_assistant


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """One of the test's own, which keeps what is retained."""
    with running_broker(tmp_path / "broker") as broker:
        yield broker


@pytest.fixture
def home_assistant(broker: Mosquitto) -> Iterator[HomeAssistant]:
    """Connected to the test's own broker."""
    with running_home_assistant(broker) as home_assistant:
        yield home_assistant


@pytest.fixture
def server(server_factory: Callable[..., Any], broker: Mosquitto, tmp_path: Path) -> Any:
    """The server of a household that speaks English, with the test's own broker."""
    path = tmp_path / "data" / "database" / "dolbom.sqlite3"
    with closing(SqliteDatabase(path)) as database:
        move_in(database, 0.0, 1, name=HOME, language="en")
    return server_factory(MQTT_URL=broker.url, CAMERA_SILENT_AFTER=600)


def can_run(python: str) -> bool:
    """Whether uv has this Python, or can have it."""
    command = ["uv", "run", *ALONE, "--python", python, "python", "--version"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def beat(make_event: MakeEvent, ago: float = 0.0, **fields: object) -> Json:
    """A heartbeat of somebody who moves."""
    seen = {"pose_share": 1.0, "motion_share": 1.0, "fps": 10.0, "picture": "ok"}
    return make_event(ts=time.time() - ago, **seen, **fields)


def fall(make_event: MakeEvent) -> Json:
    return make_event("START", ts=time.time())


def test_devices_show_the_home_and_buttons_do_what_the_page_does(
    common_server: Any, common_home_assistant: HomeAssistant, make_event: MakeEvent,
    eventually: Eventually,
) -> None:  # fmt: skip
    server, home_assistant = common_server, common_home_assistant
    shows = partial(home_assistant.shows, CAMERA)
    server.send(beat(make_event, ago=3.0), beat(make_event))
    eventually(lambda: shows("activity") == "active", timeout=SOON_SEC)
    assert home_assistant.names() == {NO_HOME_YET, CAMERA}
    shown = {key: shows(key) for key in ("person", "fall", "connectivity", "problem", "picture")}
    assert shown == {
        "person": "ON", "fall": "OFF", "connectivity": "ON", "problem": "OFF", "picture": "ok",
    }  # fmt: skip

    server.send(fall(make_event))
    eventually(lambda: shows("fall") == "ON", timeout=SOON_SEC)
    assert home_assistant.shows(NO_HOME_YET, "alarm") == "ON"
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
    assert "Home Assistant" in server.http.get("/log", headers={"Accept": "text/html"}).text

    server.post(f"/incidents/{incident['id']}/resolution").raise_for_status()
    home_assistant.press(NO_HOME_YET, "here")
    home_assistant.press(CAMERA, "self_test")
    eventually(lambda: home_assistant.shows(NO_HOME_YET, "accompanied") == "ON", timeout=SOON_SEC)
    eventually(lambda: shows("fall") == "OFF", timeout=SOON_SEC)
    eventually(lambda: home_assistant.told(CAMERA)[-1]["event_type"] == "resolved")
    assert [it["camera_id"] for it in server.get("/self-tests").json()] == [CAMERA]

    home_assistant.start_again()
    eventually(lambda: shows("activity") == "active", timeout=SOON_SEC)
    server.http.delete(f"/cameras/{CAMERA}").raise_for_status()
    eventually(lambda: home_assistant.names() == {NO_HOME_YET}, timeout=SOON_SEC)


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
    eventually(lambda: server.health()["mqtt"]["status"] == "ok", timeout=SOON_SEC)

    server.stop()
    eventually(lambda: home_assistant.shows("hall", "fall") == UNAVAILABLE, timeout=SOON_SEC)
    broker.kill()
    broker.forgets = True
    server.start()
    reason = lambda: server.health()["mqtt"]["reason"]  # noqa: E731
    eventually(lambda: "MQTT_URL" in (reason() or ""), timeout=SOON_SEC)
    broker.start()
    eventually(lambda: home_assistant.shows("hall", "fall") == "OFF", timeout=SOON_SEC)


def test_broker_that_hangs_delays_no_alert(
    common_server: Any, common_broker: Mosquitto, make_event: MakeEvent, eventually: Eventually
) -> None:
    server, broker = common_server, common_broker
    eventually(lambda: server.health()["mqtt"]["status"] == "ok", timeout=SOON_SEC)
    broker.hang()
    server.send(make_event("END", ts=time.time(), camera_id="hall"))
    of_hall = partial(server.get, "/incidents", camera_id="hall")
    eventually(lambda: [it["state"] for it in of_hall().json()] == ["notified"], timeout=SOON_SEC)
    eventually(lambda: server.health()["mqtt"]["status"] == "degraded", timeout=20)
    broker.go_on()
    eventually(lambda: server.health()["mqtt"]["status"] == "ok", timeout=SOON_SEC)
    assert PASSWORD not in server.log()


def test_broker_that_refuses_says_so_and_no_log_has_the_password(
    common_broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    url = SecretStr(f"mqtt://dolbom:wrong-s3cret@127.0.0.1:{common_broker.port}")
    bus, nobody = Bus(), cast("Any", None)
    publishing = Publishing(HomeTopics("a1b2c3"), None)
    service = HomeAssistantService(Broker.of(url), nobody, publishing, Happenings(bus), nobody, bus)

    async def reason() -> str:
        await service.start()
        async with asyncio.timeout(SOON_SEC):
            while "uthori" not in str(service.health().reason):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await service.stop()
        return str(service.health().reason)

    assert "s3cret" not in asyncio.run(reason()) + caplog.text
    assert len([it for it in caplog.messages if "MQTT_URL is not reached" in it]) == 1


@pytest.mark.slow
def test_home_assistant_itself_takes_the_devices_and_the_blueprints(
    server: Any, home_assistant: HomeAssistant, make_event: MakeEvent, eventually: Eventually,
    repository: Path,
) -> None:  # fmt: skip
    server.send(beat(make_event))
    eventually(lambda: home_assistant.names() == {HOME, CAMERA}, timeout=SOON_SEC)
    python = "3.14" if can_run("3.14") else "3.13"
    release = RELEASES[python]
    environment = (*ALONE, "--python", python, "--with", f"homeassistant=={release}")
    checks = ("testkit/home_assistant_schema.py", "deploy/home-assistant/blueprints")
    checked = subprocess.run(
        ["uv", "run", *environment, "--with", "paho-mqtt<2.2", "python", *checks],
        input=json.dumps(list(home_assistant.devices.values())),
        capture_output=True, text=True, check=False, cwd=repository, timeout=200,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout == f"{release}: 18 entities, 2 blueprints\n"
