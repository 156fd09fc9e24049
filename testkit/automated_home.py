"""A home with a broker, a server and Home Assistant itself; its one camera is generated."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2 as httpx

from backend.integrations.home_assistant import words
from backend.storage.database import SqliteDatabase
from testkit.home_assistant import HomeAssistant
from testkit.home_assistant_itself import LIGHT, LOCK, HomeAssistantItself
from testkit.home_assistant_root import HomeAssistantRoot
from testkit.mosquitto import Mosquitto
from testkit.residents import move_in
from testkit.stoppable_server import StoppableServer

HOME, CAMERA, MISSING = "Our home", "거실", "missing"
SEEN = {"pose_share": 1.0, "motion_share": 1.0, "fps": 10.0, "picture": "ok"}

Json = dict[str, Any]
Shown = dict[str, str]


@dataclass
class AutomatedHome:
    """The three, who listens at the broker too, and whether somebody lies on the floor."""

    broker: Mosquitto
    server: StoppableServer
    home_assistant: HomeAssistantItself
    listener: HomeAssistant
    has_fallen: bool = False

    def turn(self) -> None:
        """Let somebody fall, or say that it is over; the camera beats on, and sees who moves."""
        self._send(*(_event("HEARTBEAT", ago) | SEEN for ago in (3.0, 0.0)))
        if self.has_fallen:
            self._ask("POST", f"/incidents/{self.incident()['id']}/resolution")
        else:
            self._send(_event("START") | {"event": "fall", "incident_id": uuid4().hex})
        self.has_fallen = not self.has_fallen

    def incident(self) -> Json:
        """The newest."""
        found: Json = self._ask("GET", "/incidents").json()[0]
        return found

    def expected(self) -> Shown:
        """How each entity is to be that tells no time and is no button."""
        is_on = "on" if self.has_fallen else "off"
        of_home = {words.ALARM: is_on, words.PROBLEM: "off", words.ACCOMPANIED: "off"}
        of_camera = {
            words.FALL: is_on, words.STILL_DOWN: "off", words.ON_FLOOR: "off", words.PERSON: "on",
            words.CONNECTIVITY: "on", words.PROBLEM: "off", words.ACTIVITY: "active",
            words.PICTURE: "ok",
        }  # fmt: skip
        return _named(HOME, of_home) | _named(CAMERA, of_camera)

    def wrong(self) -> Shown:
        """What Home Assistant shows otherwise."""
        states, expected = self.home_assistant.states(), self.expected()
        shown = {name: states.get(name, {}).get("state", MISSING) for name in expected}
        return {name: it for name, it in shown.items() if it != expected[name]}

    def is_right(self) -> bool:
        """Whether Home Assistant shows the home as it is."""
        return not self.wrong()

    def is_right_at_broker(self) -> bool:
        """Whether the broker has been told whether somebody lies on the floor."""
        return self.listener.shows(CAMERA, "fall") == ("ON" if self.has_fallen else "OFF")

    def shows(self, name: str) -> str:
        """The state of an entity by its name."""
        found: str = self.home_assistant.states().get(name, {}).get("state", MISSING)
        return found

    def told(self) -> str:
        """The type of the camera's newest event."""
        event = self.home_assistant.states().get(f"{CAMERA} {words.INCIDENT.en}", {})
        return str(event.get("attributes", {}).get("event_type"))

    def switch_off(self) -> None:
        """The light, and lock the door."""
        for name, service in ((LIGHT, ("light", "turn_off")), (LOCK, ("lock", "lock"))):
            self.home_assistant.call(*service, entity_id=self.entity_id(name))

    def entity_id(self, name: str) -> str:
        """How Home Assistant calls what it shows by this name."""
        found: str = self.home_assistant.states()[name]["entity_id"]
        return found

    def _send(self, *events: Json) -> None:
        self._ask("POST", "/event/payloads", json=list(events))

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        url = f"{self.server.url}{path}"
        return httpx.request(method, url, trust_env=False, **options).raise_for_status()


@contextmanager
def automated_home(root: HomeAssistantRoot, blueprints: Path) -> Iterator[AutomatedHome]:
    """One in which somebody has just fallen, and Home Assistant was set up afterwards."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as ends:
        folder = Path(name)
        broker = Mosquitto(folder / "broker")
        settings = {"MQTT_URL": broker.url, "CAMERA_SILENT_AFTER": "3600"}
        server = StoppableServer(folder / "data", settings=settings)
        with closing(SqliteDatabase(folder / "data" / "database" / "dolbom.sqlite3")) as database:
            move_in(database, 0.0, 1, name=HOME, language="en")
        broker.start()
        ends.callback(broker.kill)
        server.start()
        ends.callback(server.kill)
        listener = HomeAssistant(broker.port)
        ends.callback(listener.close)
        home = AutomatedHome(broker, server, HomeAssistantItself(root), listener)
        home.turn()
        ends.callback(home.home_assistant.kill)
        home.home_assistant.set_up(broker, blueprints)
        yield home


def _event(kind: str, ago: float = 0.0) -> Json:
    at = time.time() - ago
    return {"event_type": kind, "event_id": uuid4().hex, "camera_id": CAMERA, "ts": at}


def _named(device: str, shown: dict[words.Words, str]) -> Shown:
    return {f"{device} {it.en}": state for it, state in shown.items()}
