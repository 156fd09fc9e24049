"""Live connections of who looks at another household, and of keys that are good no more."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
import socketio

KEY = "k3y-of-the-house"
PASSWORD = "as long as a sentence"
MINJI = {"login": "minji", "name": "민지", "password": PASSWORD, "household": {"name": "댁"}}
PATIENCE_SEC = 10.0

Json = dict[str, Any]


@pytest.fixture(scope="module")
def server(serve: Callable[..., Any]) -> Any:
    """Household 1 of Minji's, who owns household 2 too."""
    started = serve(API_KEY=KEY)
    started.post("/setup", MINJI).raise_for_status()
    made = started.post("/households", {"name": "301호", "owner_id": 1}).json()
    assert made["household_id"] == 2
    return started


@pytest.fixture
def neighbours_key(server: Any) -> Json:
    """A key of household 2."""
    made: Json = server.post("/households/2/keys", {"name": "desk"}).json()
    return made


class Listener:
    """A client that does not come again by itself, and what it hears."""

    def __init__(self, url: str) -> None:
        self._url, self._io = url, socketio.AsyncClient(reconnection=False)
        self._gone, self._heard = asyncio.Event(), asyncio.Queue[Json]()
        self._io.on("disconnect", lambda *_: self._gone.set())
        self._io.on("heartbeat", self._heard.put)

    async def connect(self, token: str) -> None:
        """Hear of all cameras from now on."""
        await self._io.connect(self._url, auth={"token": token}, transports=["websocket"])
        assert "code" not in await self._io.call("subscribe", {"rooms": ["heartbeats"]})

    async def camera(self) -> str:
        """Which is heard of next."""
        heard = await asyncio.wait_for(self._heard.get(), PATIENCE_SEC)
        name: str = heard["camera_id"]
        return name

    async def gone(self) -> None:
        """Return once it is hung up on."""
        await asyncio.wait_for(self._gone.wait(), PATIENCE_SEC)

    async def close(self) -> None:
        await self._io.disconnect()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def beat(server: Any, key: str, camera_id: str) -> None:
    at = time.time()
    event = {"event_type": "HEARTBEAT", "event_id": f"{at}", "ts": at, "camera_id": camera_id}
    server.post("/event/payload", event, headers=bearer(key)).raise_for_status()


def test_who_looks_at_another_household_hears_of_that_one_alone(
    server: Any, neighbours_key: Json
) -> None:
    login = {"login": MINJI["login"], "password": PASSWORD}
    token = server.post("/auth/login", login).json()["access_token"]

    async def check() -> None:
        before, after = Listener(server.url), Listener(server.url)
        await before.connect(token)
        beat(server, KEY, "hall")
        assert await before.camera() == "hall"
        moved = server.post("/auth/household", {"household_id": 2}, headers=bearer(token))
        assert moved.json()["household_id"] == 2
        await before.gone()
        await after.connect(token)
        beat(server, KEY, "hall")
        beat(server, neighbours_key["key"], "bed.h2")
        assert await after.camera() == "bed.h2", "of the other household it hears nothing"
        await after.close()

    asyncio.run(check())


def test_key_that_is_ended_hears_nothing_more(server: Any, neighbours_key: Json) -> None:
    async def check() -> None:
        keyed, house = Listener(server.url), Listener(server.url)
        await keyed.connect(neighbours_key["key"])
        await house.connect(KEY)
        path = f"/households/2/keys/{neighbours_key['key_id']}"
        server.http.delete(path, headers=bearer(KEY)).raise_for_status()
        await keyed.gone()
        beat(server, KEY, "hall")
        assert await house.camera() == "hall", "another key is good still"
        await house.close()

    asyncio.run(check())
