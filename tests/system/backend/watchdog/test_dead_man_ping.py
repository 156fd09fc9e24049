"""The call outside, to a real server."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from backend.watchdog.dead_man_ping import Ping

Eventually = Callable[..., Any]


@dataclass
class Household:
    well: bool = True

    def is_well(self) -> bool:
        return self.well


@pytest.fixture
def household() -> Household:
    return Household()


@pytest.fixture
def start(household: Household) -> Iterator[Callable[[str], Ping]]:
    pings = []

    def begin(url: str) -> Ping:
        ping = Ping(SecretStr(url), household.is_well, every_sec=0.02)
        ping.start()
        pings.append(ping)
        return ping

    yield begin
    for ping in pings:
        ping.stop()


def address(endpoint: Any, path: str = "/s3cr3t") -> str:
    return f"http://127.0.0.1:{endpoint.port}{path}"


def test_address_is_called_again_and_again_until_it_stops(
    start: Callable[[str], Ping], endpoint: Any, eventually: Eventually
) -> None:
    ping = start(address(endpoint))
    eventually(lambda: len(endpoint.paths) >= 3)
    assert set(endpoint.paths) == {"/s3cr3t"}
    ping.stop()
    ping._thread.join(5)
    calls = len(endpoint.paths)
    assert not ping._thread.is_alive()
    assert len(endpoint.paths) == calls


@pytest.mark.parametrize(
    ("path", "well", "ill"),
    [
        ("/s3cr3t", "/s3cr3t", "/s3cr3t/fail"),
        ("/s3cr3t/", "/s3cr3t/", "/s3cr3t/fail"),
        ("/s3cr3t?create=1", "/s3cr3t?create=1", "/s3cr3t/fail?create=1"),
    ],
)
def test_trouble_is_said_while_it_lasts(
    start: Callable[[str], Ping],
    household: Household,
    endpoint: Any,
    eventually: Eventually,
    path: str,
    well: str,
    ill: str,
) -> None:
    household.well = False
    start(address(endpoint, path))
    eventually(lambda: endpoint.paths)
    household.well = True
    eventually(lambda: endpoint.paths[-1] == well)
    assert endpoint.paths[0] == ill
    assert set(endpoint.paths) == {ill, well}


def test_failure_is_logged_once_without_the_address(
    start: Callable[[str], Ping],
    endpoint: Any,
    eventually: Eventually,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "backend.watchdog.dead_man_ping")
    endpoint.statuses += [500, 500, 302]
    start(address(endpoint))
    eventually(lambda: len(endpoint.paths) >= 5)
    said = [record.getMessage() for record in caplog.records if record.name.endswith("ping")]
    assert said == [
        "WATCHDOG_PING_URL was not reached: it answers 500",
        "WATCHDOG_PING_URL is reached again",
    ]
    # A redirect is not followed.
    assert set(endpoint.paths) == {"/s3cr3t"}


def test_address_where_nobody_is_harms_nothing(
    start: Callable[[str], Ping], eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    ping = start("http://127.0.0.1:9/s3cr3t")
    eventually(lambda: "ConnectError" in caplog.text)
    assert "s3cr3t" not in caplog.text
    assert ping._thread.is_alive()


def test_household_that_cannot_be_asked_is_not_called_well(
    endpoint: Any, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[int] = []

    def raises() -> bool:
        asked.append(1)
        raise RuntimeError("no answer")

    ping = Ping(SecretStr(address(endpoint)), raises, every_sec=0.01)
    ping.start()
    eventually(lambda: len(asked) >= 2)
    ping.stop()
    assert endpoint.paths == []
