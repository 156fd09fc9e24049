"""Who hears what."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from backend.alerts.alert_change import AlertChange, Outcome
from backend.alerts.channels.base import Alert
from backend.events.journal.record import Record, as_json
from backend.events.messages import EventsRecorded
from backend.incidents.incident import begun
from backend.incidents.service import IncidentChanged
from testkit.alone import incident_event, typed
from testkit.households import HOME

Serving = Callable[..., Any]
KINDS = ("START", "END", "PROBS", "HEARTBEAT")


FALL: dict[str, object] = {"event_type": "START", "event_id": "e", "ts": 1.0, "event": "fall"}


def record(kind: str, **fields: object) -> Record:
    return Record.of(typed(FALL | {"event_type": kind, **fields}), 1.5)


def alert(camera_id: str) -> AlertChange:
    return AlertChange(
        Alert("key", "key", "event-id", "fall", camera_id, 1.0, HOME),
        Outcome.SENT,
        2.0,
        "kakao",
    )


def publish(site: Any) -> None:
    """One of each kind, of two cameras and of the server."""
    for camera in ("hall", "bedroom"):
        site.bus.publish(EventsRecorded([record(kind, camera_id=camera) for kind in KINDS]))
        site.bus.publish(alert(camera))
        site.bus.publish(
            IncidentChanged(begun(incident_event(FALL | {"camera_id": camera}), 2.0, HOME))
        )
    site.bus.publish(alert(""))


async def heard(site: Any, client: Any) -> list[tuple[str, str]]:
    """What it is told of all that there is, up to an answer to a picture sent behind."""
    publish(site)
    await asyncio.sleep(0.05)
    await client.io.emit("image_data")
    told = []
    while (news := await client.next())[0] != "prediction_error":
        told.append((news[0], news[1].get("event_type") or news[1]["camera_id"]))
    return told


@pytest.mark.parametrize(
    ("subscription", "expected"),
    [
        ({"rooms": ["events"]}, [("event", "START"), ("event", "END")] * 2),
        ({"rooms": ["events"], "cameras": ["hall"]}, [("event", "START"), ("event", "END")]),
        (
            {"rooms": ["probs", "heartbeats"], "cameras": ["hall"]},
            [("probs", "PROBS"), ("heartbeat", "HEARTBEAT")],
        ),
        ({"rooms": ["alerts"]}, [("alert", "hall"), ("alert", "bedroom"), ("alert", "server")]),
        ({"rooms": ["alerts"], "cameras": ["server"]}, [("alert", "server")]),
        ({"rooms": ["incidents"]}, [("incident", "hall"), ("incident", "bedroom")]),
        ({"rooms": ["events"], "cameras": ["attic"]}, []),
    ],
)
def test_listener_hears_what_it_asked_for_in_order_and_nothing_else(
    serving: Serving, subscription: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    async def check() -> None:
        async with serving() as site:
            client = await site.client()
            assert await heard(site, client) == []
            joined = await client.call("subscribe", subscription)
            assert joined == {"cameras": None} | subscription
            assert await heard(site, client) == expected
            # Asked for twice, of one camera and of all, it is told once.
            await client.call("subscribe", subscription | {"cameras": ["hall", "bedroom"]})
            if subscription == {"rooms": ["events"]}:
                assert await heard(site, client) == expected
            await client.call("unsubscribe", subscription | {"cameras": ["hall", "bedroom"]})
            await client.call("unsubscribe", subscription)
            assert await heard(site, client) == []

    asyncio.run(check())


def test_listener_gets_the_event_as_it_stands_in_the_log(serving: Serving) -> None:
    sent = record("START", camera_id="거실", more={"x": [1]})

    async def check() -> None:
        async with serving() as site:
            client = await site.client()
            await client.call("subscribe", {"rooms": ["events"], "cameras": ["거실"]})
            site.bus.publish(EventsRecorded([sent]))
            assert await client.next() == ("event", json.loads(as_json(sent.line)))

    asyncio.run(check())


WRONG: list[object] = [
    None,
    [],
    {},
    {"rooms": []},
    {"rooms": ["everything"]},
    {"rooms": ["events"], "cameras": []},
    {"rooms": ["events"], "cameras": ["a"] * 65},
    {"rooms": ["events"], "cameras": ["x" * 129]},
    {"rooms": ["events"], "camera": "hall"},
]


def test_subscription_that_makes_no_sense_is_answered_with_a_code(serving: Serving) -> None:
    async def check() -> None:
        async with serving() as site:
            client = await site.client()
            for wrong in WRONG:
                for event in ("subscribe", "unsubscribe"):
                    assert (await client.call(event, wrong))["code"] == "invalid_input"

    asyncio.run(check())


def test_rooms_of_a_client_are_bounded(serving: Serving) -> None:
    async def check() -> None:
        async with serving() as site:
            client, answers = await site.client(), []
            for number in range(3):
                cameras = [f"{number}-{camera}" for camera in range(64)]
                rooms = ["events", "probs", "heartbeats"]
                answer = await client.call("subscribe", {"rooms": rooms, "cameras": cameras})
                answers.append(answer.get("code"))
            assert answers == [None, None, "invalid_input"]

    asyncio.run(check())
