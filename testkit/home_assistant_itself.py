"""Home Assistant itself, asked over HTTP as its page asks it; stopped and started again."""

import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2 as httpx

from testkit.home_assistant_root import HomeAssistantRoot
from testkit.mosquitto import PASSWORD, USER, Mosquitto
from testkit.processes import PartFailed, free_port

Json = dict[str, Any]
START_SEC, STOP_SEC, ANSWER_SEC = 300.0, 60.0, 30.0
"""The first start installs what its parts need."""
UNBUILT = "pymicro-vad,pyspeex-noise"
"""Two libraries of its voice assistant, which want a compiler."""
OWNER = {"name": "Mina", "username": "mina", "password": "a word for a trial", "language": "en"}
AUTOMATIONS = "automations.yaml"
LIGHT, LOCK = "Trial light", "Trial door"


@dataclass
class HomeAssistantItself:
    """One on a port of its own; `trouble` is what it logged of MQTT that is no mere information."""

    root: HomeAssistantRoot
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.url, trust_env=False, timeout=ANSWER_SEC)

    @property
    def url(self) -> str:
        """Where it answers; as an application is known there too."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def folder(self) -> Path:
        """Its configuration."""
        return self.root.folder / "config"

    def set_up(self, broker: Mosquitto, blueprints: Path) -> None:
        """Begin anew as a household does: an owner, and the integration MQTT."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(blueprints, self.folder / "blueprints" / "automation" / "dolbom")
        (self.folder / "configuration.yaml").write_text(self._configuration(), encoding="utf-8")
        (self.folder / AUTOMATIONS).write_text("[]", encoding="utf-8")
        self._begin()
        self._wait_until(lambda: self._http.get("/api/onboarding").is_success)
        code = self._post("/api/onboarding/users", OWNER | {"client_id": self.url})["auth_code"]
        wanted = {"grant_type": "authorization_code", "code": code, "client_id": self.url}
        token = self._http.post("/auth/token", data=wanted).raise_for_status().json()
        self._http.headers["Authorization"] = f"Bearer {token['access_token']}"
        self._connect(broker)
        self._wait_until(self._runs)  # automations wait for it

    def start(self) -> None:
        """Start it, and wait until it says that it runs."""
        self._begin()
        self._wait_until(self._runs)

    def stop(self) -> None:
        """Let it end in good order, if it runs."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(STOP_SEC)

    def kill(self) -> None:
        """kill -9, if it runs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def states(self) -> dict[str, Json]:
        """All of its entities by the names that its page shows; empty while it does not answer."""
        with contextlib.suppress(httpx.HTTPError):
            found = self._http.get("/api/states").raise_for_status().json()
            return {it["attributes"].get("friendly_name", it["entity_id"]): it for it in found}
        return {}

    def call(self, domain: str, service: str, **data: object) -> None:
        """What a press on its page does."""
        self._http.post(f"/api/services/{domain}/{service}", json=data).raise_for_status()

    def automate(self, blueprints: dict[str, Json]) -> None:
        """Use each of these blueprints with its inputs, and no other."""
        used = [
            {"id": path, "alias": path, "use_blueprint": {"path": f"dolbom/{path}", "input": given}}
            for path, given in blueprints.items()
        ]
        (self.folder / AUTOMATIONS).write_text(json.dumps(used), encoding="utf-8")
        self.call("automation", "reload")

    def trouble(self) -> list[str]:
        """Lines of its log."""
        lines = (self.folder / "hass.log").read_text(encoding="utf-8").splitlines()
        return [
            it
            for it in lines
            if (" WARNING " in it or " ERROR " in it)
            and any(word in it.lower() for word in ("mqtt", "dolbom", "automation"))
        ]

    def _begin(self) -> None:
        words = ("hass", "--config", "/config", "--skip-pip-packages", UNBUILT)
        with (self.folder / "hass.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.root.command(*words), stdout=log, stderr=log, process_group=0
            )

    def _connect(self, broker: Mosquitto) -> None:
        flows = "/api/config/config_entries/flow"
        other = {"set_client_cert": False, "set_ca_cert": "off", "transport": "tcp"}
        said = {"broker": "127.0.0.1", "port": broker.port, "protocol": "5"}
        said |= {"username": USER, "password": PASSWORD}
        flow = self._post(flows, {"handler": "mqtt"})["flow_id"]
        ended = self._post(f"{flows}/{flow}", said | {"other_settings": other})
        if ended["type"] != "create_entry":
            raise PartFailed(f"Home Assistant was not connected: {ended.get('errors')}")

    def _post(self, path: str, body: object) -> Json:
        answer: Json = self._http.post(path, json=body).raise_for_status().json()
        return answer

    def _runs(self) -> bool:
        answer = self._http.get("/api/config")
        return answer.is_success and answer.json()["state"] == "RUNNING"

    def _wait_until(self, holds: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + START_SEC
        while time.monotonic() < give_up_at:
            if self.process is None or self.process.poll() is not None:
                raise PartFailed("Home Assistant ended")
            with contextlib.suppress(httpx.TransportError):
                if holds():
                    return
            time.sleep(0.1)
        raise PartFailed("Home Assistant does not run")

    def _configuration(self) -> str:
        """Where it is midnight now, with a light and a lock that are there by their names only."""
        hours = 11 - (datetime.now(UTC).hour + 11) % 24
        home = {
            "name": "Trial",
            "latitude": 0,
            "longitude": 15 * hours,
            "time_zone": f"Etc/GMT{-hours:+d}",
        }
        things = [
            {"light": {"name": LIGHT, "command_topic": "trial/light"}},
            {"lock": {"name": LOCK, "command_topic": "trial/lock"}},
        ]
        http = {"server_host": "127.0.0.1", "server_port": self.port}
        return (
            f"homeassistant: {json.dumps(home)}\nhttp: {json.dumps(http)}\n"
            f"mqtt: {json.dumps(things)}\nautomation: !include {AUTOMATIONS}\n"
        )
