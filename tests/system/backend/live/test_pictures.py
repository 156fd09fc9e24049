"""Pictures in, predictions out, over a real connection."""

import asyncio
import base64
import logging
from collections.abc import Callable
from typing import Any

import pytest

Serving = Callable[..., Any]
Until = Callable[..., Any]


def test_picture_is_answered_with_its_request_id_however_it_travels(serving: Serving) -> None:
    image = bytes(range(256))
    ways = [
        {"image": image},
        {"image": base64.b64encode(image).decode()},
        {"image_base64": base64.b64encode(image).decode()},
    ]

    async def check() -> None:
        async with serving() as site:
            client = await site.client()
            for number, way in enumerate(ways):
                data = {"model_name": "counter", "request_id": f"r{number}", **way}
                await client.io.emit("image_data", data)
                event, answer = await client.next()
                assert (event, answer["request_id"]) == ("prediction_result", f"r{number}")
                assert (answer["label"], answer["confidence"], answer["skipped"]) == ("256", 1, 0)
                assert answer.keys() >= {"scores", "model_name", "version", "took_ms"}

    asyncio.run(check())


def test_client_that_is_too_fast_has_its_newest_picture_answered_and_is_told_what_was_skipped(
    serving: Serving, model: Any, until: Until
) -> None:
    async def check() -> None:
        async with serving(model) as site:
            client = await site.client()
            model.held.clear()
            for number in range(20):
                image = {"image": bytes(number + 1), "request_id": number}
                await client.io.emit("image_data", {"model_name": "counter"} | image)
            await until(lambda: site.live.figures()["skipped"] == 18)
            model.held.set()
            answers = [(await client.next())[1] for _ in range(2)]
            assert [(it["request_id"], it["skipped"]) for it in answers] == [(0, 0), (19, 18)]
            # The model sees what was before, for one that compares.
            assert model.asked == [(bytes(1), None), (bytes(20), bytes(1))]
            assert site.live.figures()["pictures"] == 20

    asyncio.run(check())


WRONG: list[tuple[object, str, object]] = [
    ({"model_name": "nobody", "image": b".", "request_id": "r"}, "unknown_model", "r"),
    ({"model_name": "counter", "request_id": "r"}, "invalid_input", "r"),
    ({"model_name": "counter", "image": "~", "request_id": "r"}, "broken_base64", "r"),
    ({"model_name": "counter", "image": "é", "request_id": 7}, "broken_base64", 7),
    ({"image": b".", "request_id": "r"}, "invalid_input", "r"),
    ({"model_name": "counter", "image": 7, "request_id": "r"}, "invalid_input", "r"),
    ({"model_name": "counter", "image": b".", "image_base64": "YQ=="}, "invalid_input", None),
    ({"model_name": "counter", "image": b".", "request_id": {}}, "invalid_input", None),
    (b"only a picture", "invalid_input", None),
    (["a", "list"], "invalid_input", None),
    (None, "invalid_input", None),
]


def test_what_cannot_be_answered_is_an_error_with_a_code(serving: Serving) -> None:
    async def check() -> None:
        async with serving() as site:
            client = await site.client()
            for data, code, request_id in WRONG:
                await client.io.emit("image_data", data)
                event, answer = await client.next()
                assert (event, answer["code"]) == ("prediction_error", code)
                assert answer["request_id"] == request_id
                assert answer["message"]
            # The connection has come to no harm.
            await client.io.emit("image_data", {"model_name": "counter", "image": b"."})
            assert (await client.next())[0] == "prediction_result"

    asyncio.run(check())


def test_fault_of_ours_is_an_error_with_a_code_and_a_traceback_in_the_log(
    serving: Serving, model: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    model.predict = fail

    async def check() -> None:
        async with serving(model) as site:
            client = await site.client()
            for _ in range(2):
                await client.io.emit("image_data", {"model_name": "counter", "image": b"."})
                assert (await client.next())[1]["code"] == "internal_error"

    with caplog.at_level(logging.ERROR):
        asyncio.run(check())
    assert "ZeroDivisionError" in caplog.text


def test_models_that_there_are_none_of_are_not_kept_and_those_that_there_are_are_bounded(
    serving: Serving, model: Any
) -> None:
    answer = model.predict

    async def any_name(_name: str, image: bytes, previous: bytes | None) -> object:
        return await answer("counter" if not _name.startswith("x") else "x", image, previous)

    model.predict = any_name

    async def codes(client: Any, names: list[str]) -> list[str | None]:
        found = []
        for name in names:
            await client.io.emit("image_data", {"model_name": name, "image": b"."})
            found.append((await client.next())[1].get("code"))
        return found

    async def check() -> None:
        async with serving(model) as site:
            client = await site.client()
            unknown = await codes(client, [f"x{number}" for number in range(20)])
            assert unknown == ["unknown_model"] * 20
            known = await codes(client, [f"m{number}" for number in range(9)])
            assert known == [None] * 8 + ["invalid_input"]

    asyncio.run(check())


def test_answer_for_a_client_that_has_gone_is_not_waited_for(
    serving: Serving, model: Any, until: Until
) -> None:
    cancelled = asyncio.Event()

    async def never(*_: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    model.predict = never

    async def check() -> None:
        async with serving(model) as site:
            client = await site.client()
            await client.io.emit("image_data", {"model_name": "counter", "image": b"."})
            await until(lambda: site.live.figures()["pictures"] == 1)
            await client.io.disconnect()
            await until(cancelled.is_set)

    asyncio.run(check())
