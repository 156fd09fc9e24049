"""The dead letters over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2 as httpx
import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from backend.access.keys import HOUSEHOLD
from backend.alerts.channels.base import Alert
from backend.alerts.ledger.channels import NEWS_SEC
from backend.alerts.router import router
from backend.errors import install_handlers
from testkit.alone import AlertsAlone, AlertSettings

DEAD = {"key": "i1", "camera_id": "거실", "label": "fall", "channel": "kakao", "attempts": 0}


@pytest.fixture
def service(tmp_path: Path, kakao: Any, alert: Alert) -> Iterator[AlertsAlone]:
    """With one dead letter, and a sender that does not run."""
    service = AlertsAlone(
        AlertSettings(
            data_dir=tmp_path,
            time_zone=lambda _: ZoneInfo("Asia/Seoul"),
            anomalous_labels=frozenset({"fall"}),
        )
    )
    service._ledger.add(alert, service._clock())
    service._ledger._channels = ("kakao",)
    service._ledger.take_up(service._clock() + NEWS_SEC + 1)
    yield service
    service.stop()


@pytest.fixture
def http(service: AlertsAlone) -> TestClient:
    app = FastAPI()
    app.state.alerts = service

    @app.middleware("http")
    async def let_in(request: Request, answer: Any) -> Any:
        request.state.caller = HOUSEHOLD
        return await answer(request)

    app.include_router(router)
    install_handlers(app)
    return TestClient(app)


def resend(http: TestClient, body: object) -> httpx.Response:
    return http.post("/alerts/dead-letters/resend", json=body)  # type: ignore[return-value]


def test_dead_letters_are_shown_with_all_that_an_operator_needs(http: TestClient) -> None:
    (letter,) = http.get("/alerts/dead-letters").json()
    assert letter.pop("at") > 0
    assert letter == DEAD | {"reason": "nobody could be notified for more than a day"}


@pytest.mark.parametrize(
    ("body", "keys"), [({"all": True}, ["i1"]), ({"keys": ["i1", "i2"]}, ["i1"])]
)
def test_resending_answers_with_the_keys_that_are_on_their_way(
    http: TestClient, body: object, keys: list[str]
) -> None:
    assert resend(http, body).json() == {"keys": keys}
    assert http.get("/alerts/dead-letters").json() == []
    assert resend(http, {"keys": ["i1"]}).json() == {"keys": []}


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"keys": None},
        {"all": False},
        {"all": 1},
        {"all": True, "keys": ["i1"]},
        {"keys": "i1"},
        {"keys": [""]},
        {"key": ["i1"]},
    ],
)
def test_wrong_body_is_refused(http: TestClient, body: object) -> None:
    assert resend(http, body).status_code == 422
    assert len(http.get("/alerts/dead-letters").json()) == 1


def test_body_that_was_lost_on_its_way_sends_nothing(http: TestClient) -> None:
    assert http.post("/alerts/dead-letters/resend").status_code == 400
    assert len(http.get("/alerts/dead-letters").json()) == 1
