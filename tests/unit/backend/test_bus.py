"""Who hears of what."""

import logging

import pytest

from backend.bus import Bus


def test_subscribers_hear_of_their_class_and_of_no_other() -> None:
    bus, heard = Bus(), list[object]()
    bus.subscribe(int, lambda message: heard.append(("first", message)))
    bus.subscribe(int, lambda message: heard.append(("second", message)))
    bus.subscribe(str, heard.append)
    for message in (1, "a", 2.0):
        bus.publish(message)
    assert heard == [("first", 1), ("second", 1), "a"]


def test_subscriber_that_fails_keeps_the_message_from_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bus, heard = Bus(), list[int]()
    bus.subscribe(int, lambda _: 1 / 0)
    bus.subscribe(int, heard.append)
    with caplog.at_level(logging.ERROR):
        bus.publish(1)
    assert heard == [1]
    assert "a subscriber to int failed" in caplog.text


def test_who_listens_to_others_hears_nothing_of_its_own() -> None:
    bus, heard = Bus(), list[object]()
    bus.subscribe_to_others(str, heard.append)
    bus.publish("mine")
    bus.hear("yours")
    assert heard == ["yours"]
