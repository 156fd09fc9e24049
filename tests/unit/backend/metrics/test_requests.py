"""Requests are counted by routes that there are, whatever anybody asks."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from backend.metrics.requests import RequestMeter
from backend.metrics.service import MetricsService
from testkit.figures import figure, figures

REQUESTS = "dolbom_http_requests_total"
SECONDS = "dolbom_http_request_duration_seconds"


@pytest.fixture
def meter() -> RequestMeter:
    app = FastAPI()

    @app.get("/rooms/{name}")
    async def room(name: str) -> str:
        if name == "cellar":
            raise ValueError
        return name

    return RequestMeter(app, {"/short"}, iter(range(1000)).__next__)


@pytest.fixture
def client(meter: RequestMeter) -> Iterator[TestClient]:
    with TestClient(meter, raise_server_exceptions=False) as client:
        yield client


def text_of(meter: RequestMeter) -> str:
    return MetricsService([meter]).text().decode()


def test_request_is_of_its_route_and_not_of_its_address(
    client: TestClient, meter: RequestMeter
) -> None:
    client.get("/rooms/hall")
    client.get("/rooms/kitchen")
    client.get("/rooms/cellar")
    of_rooms = {"route": "/rooms/{name}", "method": "GET"}
    assert figure(text_of(meter), REQUESTS, **of_rooms, status="2xx") == 2.0
    assert figure(text_of(meter), REQUESTS, **of_rooms, status="5xx") == 1.0
    assert figure(text_of(meter), f"{SECONDS}_sum", **of_rooms) == 3.0
    assert figure(text_of(meter), f"{SECONDS}_bucket", **of_rooms, le="0.5") == 0.0


def test_what_is_made_up_adds_no_figure(client: TestClient, meter: RequestMeter) -> None:
    for number in range(20):
        client.get(f"/made-up/{number}")
        client.request(f"MADEUP{number}", "/made-up")
    text = text_of(meter)
    assert figure(text, REQUESTS, route="none", method="GET", status="4xx") == 20.0
    assert figure(text, REQUESTS, route="none", method="other", status="4xx") == 20.0
    assert len(figures(text, REQUESTS)) == 2


def test_address_that_is_answered_before_there_is_a_route_is_named(
    client: TestClient, meter: RequestMeter
) -> None:
    client.post("/short")
    assert figure(text_of(meter), REQUESTS, route="/short", method="POST") == 1.0
