"""A household of two whose phones are stand-ins that say when something came, for `phones`."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

import httpx2 as httpx
import socketio

from testkit.household import Household, household
from testkit.ntfy_server import NtfyServer
from testkit.push_service import Browser, PushService

T = TypeVar("T")
PATIENCE_SEC = 30.0
LOOK_SEC = 0.002
PASSWORD = "a sentence that is easy to remember"  # noqa: S105
PAGE = {"Accept": "text/html"}
GOING = "Mina is going."


@dataclass(frozen=True)
class Answered:
    """An incident that the first person has answered, `at` seconds since 1970."""

    incident_id: str
    camera: str
    at: float


@dataclass(frozen=True)
class PhoneHome:
    """The household at `at`: Mina has ntfy and a browser, Jun has ntfy; their topics."""

    at: Household
    http: httpx.Client
    ntfy: NtfyServer
    browser: Browser
    mina: str
    jun: str

    def rang(self, camera: str) -> float | None:
        """When Mina's ntfy rang for a fall, once her browser has too; None before."""
        has_all = self._push_of(camera) is not None and self._times(self.mina, camera)
        return self.rang_at(camera) if has_all else None

    def rang_at(self, camera: str) -> float:
        """When Mina's ntfy first rang for a fall of this camera."""
        return self._times(self.mina, camera)[0]

    def pushed_at(self, camera: str) -> float:
        """When the push service first had it."""
        return wait_for(lambda: self._push_of(camera))

    def be_over(self) -> None:
        """Nobody is to be notified of anything again."""
        for incident in self.http.get("/incidents").raise_for_status().json():
            if incident["state"] != "resolved":
                self.http.post(f"/incidents/{incident['id']}/resolution")

    def answer_a_fall(self, camera: str) -> Answered:
        """Let somebody fall, and Mina press "I am going" once all phones have rung."""
        for kind, state in (("START", "running"), ("END", "lying")):
            event = {"event_type": kind, "event": "fall", "camera_id": camera, "state": state}
            event |= {"event_id": f"{camera}-{kind}", "incident_id": camera}
            said = event | {"ts": time.time()}
            self.http.post("/event/payload", json=said).raise_for_status()
        wait_for(lambda: self._times(self.jun, camera))
        mine = wait_for(lambda: [it for it in self.ntfy.of(self.mina) if camera in it["title"]])
        (incident,) = self.http.get("/incidents", params={"camera_id": camera}).json()
        at = time.time()
        self.ntfy.press(mine[0], "I am going").raise_for_status()
        return Answered(incident["id"], camera, at)

    def told_at(self, answered: Answered) -> float:
        """When Jun's ntfy said that Mina is going."""
        return wait_for(lambda: self._times(self.jun, answered.camera)[1:])[0]

    def _times(self, topic: str, camera: str) -> list[float]:
        came = zip(self.ntfy.messages, self.ntfy.times, strict=False)
        return [at for it, at in came if it["topic"] == topic and camera in _words(it["title"])]

    def _push_of(self, camera: str) -> float | None:
        pushes = [it for it in self.browser.pushes if camera in _words(it.payload["title"])]
        return pushes[0].at if pushes else None


class PageListener:
    """Page Now of the other person: asks for its state again as soon as something has changed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._socket = socketio.AsyncClient(reconnection=False)
        self._http = httpx.Client(base_url=url, headers=PAGE, trust_env=False, timeout=30.0)
        self._said: dict[str, float] = {}

    def __enter__(self) -> "PageListener":
        self._thread.start()
        self._await(self._connect())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._await(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._http.close()

    def says_at(self, incident_id: str) -> float:
        """When the page had the word that somebody goes to this incident."""
        return wait_for(lambda: self._said.get(incident_id))

    def _await(self, doing: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(doing, self._loop).result(PATIENCE_SEC)

    async def _connect(self) -> None:
        async def see(incident: dict[str, Any]) -> None:
            await asyncio.to_thread(self._look, incident)

        self._socket.on("incident", see)
        await self._socket.connect(self._url, transports=["websocket"])
        await self._socket.call("subscribe", {"rooms": ["incidents"]})

    async def _leave(self) -> None:
        await self._socket.disconnect()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _look(self, incident: dict[str, Any]) -> None:
        page = self._http.get("/now").text
        for card in page.split("<article")[1:]:
            if f"/incidents/{incident['id']}" in card and GOING in card:
                self._said.setdefault(incident["id"], time.time())


@contextmanager
def phone_home() -> Iterator[PhoneHome]:
    """Start all of it."""
    with closing(NtfyServer()) as ntfy, closing(PushService()) as push:
        settings = {"NTFY_URL": ntfy.url, "PUSH_HOSTS": push.host}
        with household(settings) as at, _client(at.server_url) as http:
            browser = _move_in(http, push)
            mina, jun = (message["topic"] for message in ntfy.messages)
            yield PhoneHome(at, http, ntfy, browser, mina, jun)


def wait_for(found: Callable[[], T | None]) -> T:
    """What comes to be there; raises TimeoutError."""
    give_up_at = time.monotonic() + PATIENCE_SEC
    while not (value := found()):
        if time.monotonic() > give_up_at:
            raise TimeoutError("a phone was not told")
        time.sleep(LOOK_SEC)
    return value


def _client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False, timeout=30.0)


def _move_in(http: httpx.Client, push: PushService) -> Browser:
    mina = {"login": "mina", "name": "Mina", "password": PASSWORD, "language": "en"}
    home = {"household": {"name": "Home", "language": "en"}}
    http.post("/setup", json=mina | home).raise_for_status()
    http.cookies.clear()
    invitation = http.post("/people/invitations", json={"role": "caregiver"}).raise_for_status()
    code = invitation.json()["address"].rpartition("/")[2]
    jun = {"login": "jun", "name": "Jun", "password": PASSWORD, "language": "en"}
    http.post("/auth/register", json=jun | {"invitation": code}).raise_for_status()
    http.cookies.clear()
    http.put("/people/2", json={"stage": 1}).raise_for_status()
    for number in (1, 2):
        _confirm(http, {"kind": "ntfy", "person_id": number})
    browser = push.subscribe(http.get("/push/key").json()["key"])
    _confirm(http, {"kind": "web_push", "person_id": 1, "subscription": browser.subscription})
    return browser


def _confirm(http: httpx.Client, contact: dict[str, Any]) -> None:
    number = http.post("/contacts", json=contact).raise_for_status().json()["id"]
    http.post(f"/contacts/{number}/test", json={}).raise_for_status()
    http.post(f"/contacts/{number}/confirmation", json={"arrived": True}).raise_for_status()


def _words(title: str) -> list[str]:
    return title.split()
