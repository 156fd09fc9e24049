"""Poses for those who look on: of what they asked for, and the newest rather than all of them."""

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect

from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.poses.frame import PoseFrame, PosesSeen
from contract.poses import LivePoses
from testkit.alone import typed

Serving = Callable[..., Any]
START = {"event_type": "START", "event_id": "e", "ts": 1.0, "event": "fall", "camera_id": "hall"}
MOST_PUBLISHED = 200
"""20 s of poses: what the two machines hold of them is little."""


def frame(at: float, camera_id: str = "hall", people: int = 1) -> PoseFrame:
    joints = np.full((people, 13, 3), 1 / 3, dtype=np.float16)
    numbers = tuple(range(1, people + 1))
    return PoseFrame(camera_id, at, at, 1.5, numbers, joints, ("fall",), ((0.1,),) * people)


def test_listener_is_shown_the_poses_of_the_cameras_it_asked_for(serving: Serving) -> None:
    async def check() -> None:
        async with serving() as site:
            client = await site.client()
            await client.call("subscribe", {"rooms": ["poses"], "cameras": ["hall"]})
            site.bus.publish(PosesSeen(frame(1.0, "bedroom")))
            site.bus.publish(PosesSeen(frame(2.0, "hall")))
            event, data = await client.next()
            assert event == "pose"
            assert data == {
                "camera_id": "hall",
                "at": 2.0,
                "received_at": 2.0,
                "aspect": 1.5,
                "people": [{"person": 1, "joints": [[0.333, 0.333, 0.333]] * 13}],
                "scores": {"fall": 0.1},
            }
            await client.call("subscribe", {"rooms": ["poses"]})
            site.bus.publish(PosesSeen(frame(3.0, "bedroom")))
            assert (await client.next())[1]["camera_id"] == "bedroom"

    asyncio.run(check())


def test_nothing_is_made_of_poses_that_nobody_looks_at(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[PoseFrame] = []
    live = PoseFrame.live

    def noted(self: PoseFrame) -> LivePoses:
        made.append(self)
        return live(self)

    monkeypatch.setattr(PoseFrame, "live", noted)

    async def check() -> None:
        async with serving() as site:
            client = await site.client()
            await client.call("subscribe", {"rooms": ["poses"], "cameras": ["bedroom"]})
            site.bus.publish(PosesSeen(frame(1.0, "hall")))
            site.bus.publish(PosesSeen(frame(2.0, "bedroom")))
            assert (await client.next())[1]["at"] == 2.0
            assert [seen.camera_id for seen in made] == ["bedroom"]

    asyncio.run(check())


async def slow_client(port: int) -> ClientConnection:
    """One that has asked for poses and events, and whose machine holds little that it has not read.

    Engine.io and socket.io as they are on the wire.
    """
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect(("127.0.0.1", port))
    url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    client = await connect(url, sock=small, max_queue=1, compression=None, ping_interval=None)
    await client.recv()
    await client.send("40")
    await client.recv()
    await client.send('421["subscribe",{"rooms":["poses","events"]}]')
    await client.recv()
    return client


def test_client_that_does_not_read_misses_poses_and_no_event(
    serving: Serving, until: Callable[..., Any]
) -> None:
    async def check() -> None:
        async with serving() as site:
            slow, quick = await slow_client(site.port), await site.client()
            await quick.call("subscribe", {"rooms": ["poses"]})
            published = 0
            while site.live.figures()["poses_skipped"] < 5:
                published += 1
                assert published < MOST_PUBLISHED
                site.bus.publish(PosesSeen(frame(float(published), people=4)))
                assert (await quick.next())[1]["at"] == float(published)
            site.bus.publish(EventsRecorded([Record.of(typed(START), 2.0)]))
            shown, event = 0, None
            while event is None:
                packet = json.loads(
                    str(await asyncio.wait_for(slow.recv(), 30)).lstrip("0123456789")
                )
                shown += packet[0] == "pose"
                event = packet[1] if packet[0] == "event" else None
            assert event["event_id"] == "e"
            assert shown <= published - 5
            # Once it reads again it is shown what is new.
            await until(lambda: not site.live.app.is_behind(slow_sid(site)))
            site.bus.publish(PosesSeen(frame(0.5)))
            assert '"at":0.5' in str(await asyncio.wait_for(slow.recv(), 30))
            await slow.close()

    asyncio.run(check())


def slow_sid(site: Any) -> str:
    """Engine.io's name of the client that came first."""
    return next(iter(site.live._server.environ))
