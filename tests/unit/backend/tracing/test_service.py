"""What is said of a collector that is away."""

import logging

from backend.tracing.service import SILENCE_SEC, Seldom
from testkit.clock import Clock


def said(text: str) -> logging.LogRecord:
    return logging.LogRecord("otlp", logging.ERROR, "", 0, text, None, None)


def test_the_same_is_said_once_an_hour() -> None:
    clock = Clock()
    seldom = Seldom(clock)
    assert [seldom.filter(said(it)) for it in ("away", "away", "refused")] == [True, False, True]
    clock.now += SILENCE_SEC
    assert seldom.filter(said("away"))
