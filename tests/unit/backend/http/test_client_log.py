"""What strangers do wrong is said in a few lines."""

import logging
from collections.abc import Iterator

import pytest

from backend.http.client_log import MAX_LINES, MINUTE_SEC, LogThrottle
from testkit.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def logger(clock: Clock) -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.strangers")
    throttle = LogThrottle(clock)
    logger.addFilter(throttle)
    yield logger
    logger.removeFilter(throttle)


def test_client_leaves_one_line_a_minute_and_the_rest_is_counted(
    logger: logging.Logger, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(1000):
        logger.warning("%s shows a wrong key", "10.0.0.1")
    logger.warning("%s shows a wrong key", "10.0.0.2")
    logger.warning("%s sends what is no HTTP", "10.0.0.1")
    assert caplog.messages == [
        "10.0.0.1 shows a wrong key",
        "10.0.0.2 shows a wrong key",
        "10.0.0.1 sends what is no HTTP",
    ]
    clock.now += MINUTE_SEC
    logger.warning("%s shows a wrong key", "10.0.0.1")
    assert caplog.messages[3] == (
        "10.0.0.1 shows a wrong key (999 more of strangers since the last lines)"
    )
    clock.now += MINUTE_SEC
    logger.warning("%s shows a wrong key", "10.0.0.1")
    assert caplog.messages[4] == "10.0.0.1 shows a wrong key"


def test_lines_are_bounded_however_many_clients_there_are(
    logger: logging.Logger, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for minute in range(3):
        for number in range(500):
            logger.warning("%s sends what is no HTTP", f"10.0.{minute}.{number}")
        clock.now += MINUTE_SEC
    assert len(caplog.messages) == 3 * MAX_LINES
