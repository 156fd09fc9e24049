"""Who is let in, what a camera may hear, and what is left of those who went."""

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import aiohttp
import httpx2 as httpx
import numpy as np
import pytest
import socketio.exceptions

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.policy import alert_of
from backend.cameras.names import household_named
from backend.events.journal.record import Record
from backend.events.messages import EventsRecorded
from backend.http.websocket_limits import BoundedWebSocket
from backend.incidents.incident import begun
from backend.incidents.service import IncidentChanged
from backend.live import socketio_limits
from backend.live.client import Client
from backend.live.protocol import Topic
from backend.poses.frame import PoseFrame, PosesSeen
from testkit.alone import typed

Serving = Callable[..., Any]
Until = Callable[..., Any]
WEBSOCKET = ["websocket"]
GONE = {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
HANDSHAKE = "/socket.io/?EIO=4&transport=websocket"
KEY, HALL, METRICS = "k3y-of-the-house", "k3y-of-the-hallway", "k3y-of-prometheus"
NEIGHBOURS = "key-of-household-2-0123456789"


def recorded(kind: str, camera_id: str, **fields: object) -> Record:
    sent = {"event_type": kind, "event_id": "e", "camera_id": camera_id, "ts": 1.0, "event": "fall"}
    return Record.of(typed(sent | fields), 2.0)


def poses_of(camera_id: str) -> PoseFrame:
    joints = np.zeros((1, 13, 3), dtype=np.float16)
    return PoseFrame(camera_id, 1.0, 1.0, 1.5, (1,), joints, ("fall",), ((0.1,),))


def test_key_opens_the_connection_as_header_or_as_token(serving: Serving) -> None:
    right: list[dict[str, Any]] = [
        {"auth": {"token": KEY}},
        {"auth": {"token": HALL}},
        {"headers": {"Authorization": f"Bearer {KEY}"}},
        {"headers": {"Authorization": "Bearer wrong"}, "auth": {"token": KEY}},
    ]

    async def check() -> None:
        async with serving(api_key=KEY) as site:
            for options in right:
                client = await site.client(**options)
                assert "code" not in await client.call("subscribe", {"rooms": ["events"]})
            assert site.live.figures()["connected"] == len(right)

    asyncio.run(check())


def test_without_a_key_or_with_a_wrong_one_nobody_is_let_in(serving: Serving) -> None:
    wrong: list[dict[str, Any]] = [
        {},
        {"auth": {"token": KEY + "x"}},
        {"auth": {"token": "\udc80"}},
        {"auth": {"token": None}},
        {"auth": {"key": KEY}},
        {"auth": KEY},
        {"headers": {"Authorization": KEY}},
        {"auth": {"token": METRICS}},
        {"headers": {"Authorization": f"Bearer {METRICS}"}},
    ]

    async def check() -> None:
        async with serving(api_key=KEY) as site:
            for options in wrong:
                with pytest.raises(socketio.exceptions.ConnectionError):
                    await site.client(**options)
            figures = site.live.figures()
            assert (figures["connects"], figures["connected"]) == (0, 0)

    asyncio.run(check())


def test_refusal_says_what_to_do_and_is_counted(serving: Serving) -> None:
    async def check() -> None:
        async with serving(api_key=KEY) as site:
            refusal: list[Any] = []
            client = socketio.AsyncClient(reconnection=False)
            client.on("connect_error", refusal.append)
            with pytest.raises(socketio.exceptions.ConnectionError):
                await client.connect(
                    site.url, auth={"token": "wr0ng"}, transports=WEBSOCKET, wait_timeout=30
                )
            assert refusal[0]["data"]["code"] == "unauthorized"
            assert "API_KEY" in refusal[0]["message"]
            assert "wr0ng" not in str(refusal)
            assert site.live.figures()["refused"] == 1

    asyncio.run(check())


def test_household_hears_of_its_own_cameras_alone(serving: Serving) -> None:
    async def check() -> None:
        async with serving(api_key=KEY) as site:
            first = await site.client(auth={"token": KEY})
            second = await site.client(auth={"token": NEIGHBOURS})
            for client, other in ((first, "hall.h2"), (second, "hall")):
                wanted = {"rooms": ["events"], "cameras": [other]}
                assert (await client.call("subscribe", wanted))["code"] == "unknown_camera"
                await client.call("subscribe", {"rooms": [it.value for it in Topic]})
            for camera_id in ("hall", "hall.h2"):
                start = recorded("START", camera_id)
                beat, scores = (recorded(kind, camera_id) for kind in ("HEARTBEAT", "PROBS"))
                incident = begun(start.event, 1.0, household_named(camera_id))
                alert = alert_of(incident, start.event, 1.0)
                site.bus.publish(EventsRecorded([start, beat, scores]))
                site.bus.publish(PosesSeen(poses_of(camera_id)))
                site.bus.publish(IncidentChanged(incident))
                site.bus.publish(AlertChange(alert, Outcome.DECIDED, 1.0))
            for client, camera_id in ((first, "hall"), (second, "hall.h2")):
                told = [await client.next() for _ in Topic]
                assert {event for event, _ in told} == {it.event for it in Topic}
                assert {data["camera_id"] for _, data in told} == {camera_id}
            assert first.told.empty()
            assert second.told.empty()

    asyncio.run(check())


def test_camera_sends_pictures_and_hears_of_itself_alone(serving: Serving) -> None:
    async def check() -> None:
        async with serving(api_key=KEY) as site:
            camera = await site.client(auth={"token": HALL})
            refused = await camera.call("subscribe", {"rooms": ["events"], "cameras": ["bedroom"]})
            assert refused["code"] == "forbidden"
            assert (await camera.call("subscribe", {"rooms": ["events"]}))["cameras"] == ["hall"]
            for name in ("bedroom", "hall"):
                site.bus.publish(EventsRecorded([recorded("START", name)]))
            assert (await camera.next())[1]["camera_id"] == "hall"
            await camera.io.emit("image_data", {"model_name": "counter", "image": b"."})
            assert (await camera.next())[0] == "prediction_result"

    asyncio.run(check())


def test_stranger_that_stays_one_is_hung_up_on(
    serving: Serving, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socketio_limits, "INTRODUCTION_SEC", 0.2)
    monkeypatch.setattr(socketio_limits, "ROUND_SEC", 0.05)

    async def check() -> None:
        async with serving(api_key=KEY) as site:
            guest = await site.client(auth={"token": KEY})
            sessions = site.live.app._server.environ
            async with aiohttp.ClientSession() as http:
                async with http.ws_connect(f"{site.url}{HANDSHAKE}") as silent:
                    assert (await silent.receive_str()).startswith("0{")
                    assert len(sessions) == 2
                    assert (await silent.receive()).type in GONE
                await until(lambda: len(sessions) == 1)
            assert guest.io.connected

    asyncio.run(check())


def test_client_that_says_good_bye_and_stays_becomes_a_stranger(
    serving: Serving, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socketio_limits, "INTRODUCTION_SEC", 0.2)
    monkeypatch.setattr(socketio_limits, "ROUND_SEC", 0.05)

    async def check() -> None:
        async with serving() as site, aiohttp.ClientSession() as http:
            async with http.ws_connect(f"{site.url}{HANDSHAKE}") as client:
                await client.send_str("40")
                await until(lambda: site.live.figures()["connected"] == 1)
                await client.send_str("41")
                await until(lambda: site.live.figures()["disconnects"] == 1)
            await until(lambda: not site.live.app._server.environ)

    asyncio.run(check())


def test_client_that_answers_no_ping_is_hung_up_on(
    serving: Serving, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    async def check() -> None:
        async with serving() as site, aiohttp.ClientSession() as http:
            engine = site.live.app._server.eio
            engine.ping_interval = engine.ping_timeout = 0.2
            async with http.ws_connect(f"{site.url}{HANDSHAKE}") as client:
                await client.send_str("40")
                while (message := await client.receive()).type is aiohttp.WSMsgType.TEXT:
                    await client.send_str("40")
                assert message.type in {*GONE, aiohttp.WSMsgType.CLOSE}
            await until(lambda: not (site.live.app._server.environ or engine.sockets))
            assert site.live.figures()["connected"] == 0

    asyncio.run(check())
    assert "Traceback" not in caplog.text


def test_polling_is_refused_with_what_is_expected(serving: Serving) -> None:
    async def check() -> None:
        async with serving() as site:
            refusal: list[Any] = []
            client = socketio.AsyncClient(reconnection=False)
            client.on("connect_error", refusal.append)
            with pytest.raises(socketio.exceptions.ConnectionError, match="426"):
                await client.connect(site.url, wait_timeout=30)
            assert refusal[0]["code"] == "websocket_expected"
            assert "transports: ['websocket']" in refusal[0]["message"]
            async with httpx.AsyncClient(base_url=site.url, trust_env=False) as http:
                for method in ("GET", "POST", "PUT", "OPTIONS"):
                    answer = await http.request(method, HANDSHAKE, content=b"." * 100_000)
                    assert answer.status_code == 426
                    assert answer.headers["upgrade"] == "websocket"
            assert site.live.app._server.environ == {}

    asyncio.run(check())


def test_wrong_tokens_slow_their_address_down_and_a_right_one_from_there_is_taken(
    serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async def check() -> None:
        async with serving(api_key=KEY) as site:
            codes = []
            for _ in range(30):
                client = socketio.AsyncClient(reconnection=False)
                client.on("connect_error", lambda told: codes.append(told["data"]["code"]))
                with pytest.raises(socketio.exceptions.ConnectionError):
                    await client.connect(
                        site.url,
                        auth={"token": "wr0ng"},
                        transports=WEBSOCKET,
                        wait_timeout=30,
                    )
            assert set(codes) == {"unauthorized", "too_many_requests"}
            guest = await site.client(auth={"token": f" {KEY} "})
            assert "code" not in await guest.call("subscribe", {"rooms": ["events"]})

    asyncio.run(check())
    assert "wr0ng" not in caplog.text


@pytest.mark.parametrize("token", [KEY, "wr0ng"])
def test_other_namespace_is_refused_with_what_was_expected(serving: Serving, token: str) -> None:
    async def check() -> None:
        async with serving(api_key=KEY) as site:
            refusal: list[Any] = []
            client = socketio.AsyncClient(reconnection=False)
            client.on("connect_error", refusal.append, namespace="/admin")
            with pytest.raises(socketio.exceptions.ConnectionError):
                await client.connect(
                    site.url,
                    auth={"token": token},
                    namespaces=["/admin"],
                    transports=WEBSOCKET,
                    wait_timeout=30,
                )
            assert refusal[0]["message"] == "expected the namespace `/`, there is no other"
            assert refusal[0]["data"]["code"] == "invalid_input"
            await client.disconnect()

    asyncio.run(check())


def test_event_with_two_attachments_is_refused_once_by_its_request_id(serving: Serving) -> None:
    async def check() -> None:
        async with serving() as site:
            client = await site.client()
            data = {"model_name": "counter", "request_id": "7", "image": b"a", "image_base64": b"b"}
            await client.io.emit("image_data", data)
            event, answer = await client.next()
            assert (event, answer["request_id"], answer["code"]) == (
                "prediction_error",
                "7",
                "invalid_input",
            )
            assert "one attachment" in answer["message"]
            # The next event is read as ever, and nothing was told in between.
            await client.io.emit("image_data", {"model_name": "counter", "image": b"abc"})
            event, answer = await client.next()
            assert (event, answer["label"]) == ("prediction_result", "3")

    asyncio.run(check())


def test_listener_that_does_not_read_is_hung_up_on_and_delays_nobody(
    serving: Serving, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socketio_limits, "ROUND_SEC", 0.05)
    monkeypatch.setattr(socketio_limits, "MAX_UNREAD_PACKETS", 20)
    monkeypatch.setattr(BoundedWebSocket, "reading_sec", 300.0)

    async def check() -> None:
        async with serving() as site, aiohttp.ClientSession() as http:
            listener = await site.client()
            await listener.call("subscribe", {"rooms": ["probs"]})
            # A client that never comes back for what it is told.
            in_a_hurry = aiohttp.ClientWSTimeout(ws_close=0.1)
            async with http.ws_connect(f"{site.url}{HANDSHAKE}", timeout=in_a_hurry) as deaf:
                await deaf.send_str("40")
                await deaf.send_str('42["subscribe",{"rooms":["probs"]}]')
                await until(lambda: site.live.figures()["connected"] == 2)
                deaf._response.connection.transport.pause_reading()
                for number in range(60):
                    news = recorded("PROBS", "hall", seq=number, note="." * 500_000)
                    site.bus.publish(EventsRecorded([news]))
                    assert (await listener.next())[1]["seq"] == number
                await until(lambda: site.live.figures()["connected"] == 1)
            assert listener.io.connected

    asyncio.run(check())


def test_nothing_is_left_of_clients_that_went(serving: Serving, until: Until) -> None:
    async def visit(site: Any) -> None:
        client = await site.client()
        await client.call("subscribe", {"rooms": ["events"], "cameras": ["hall"]})
        await client.io.emit("image_data", {"model_name": "counter", "image": bytes(1000)})
        await client.next()
        await client.io.disconnect()
        site.clients.remove(client.io)

    async def check() -> None:
        async with serving() as site:
            for _ in range(10):
                await asyncio.gather(*(visit(site) for _ in range(20)))
            server = site.live.app._server
            await until(lambda: site.live.figures()["disconnects"] == 200)
            await until(lambda: not (server.environ or server.manager.rooms or server.eio.sockets))
            assert site.live.figures()["connects"] == 200
            assert site.live.figures()["connected"] == 0
            gc.collect()
            assert not [it for it in gc.get_objects() if isinstance(it, Client)]

    asyncio.run(check())
