"""What the simulated phone makes of messages."""

from typing import Any, cast

import pytest

from testkit.ntfy_server import NtfyServer
from testkit.simulated_boxes.phone import UNRECORDED, ShiftPhone, room_of


class Ntfy:
    """What has come."""

    def __init__(self, *titles: str) -> None:
        self.messages = [{"topic": "t", "title": it, "message": "at 3"} for it in titles]
        self.times = [float(number) for number in range(len(titles))]


def phone(*titles: str) -> ShiftPhone:
    return ShiftPhone(cast(NtfyServer, Ntfy(*titles)))


@pytest.mark.parametrize(
    ("title", "room"),
    [
        ("Fall detected - home 3, room-7", "home 3, room-7"),
        ("[Resent] Somebody went down - home 3, room-7", "home 3, room-7"),
        ("home 3, room-7: 2 x alerts", "home 3, room-7"),
        ("A camera is silent - home 3, room-7", None),
        ("Someone is going - home 3, room-7", None),
    ],
)
def test_message_about_a_person_names_household_and_room(title: str, room: str | None) -> None:
    message: dict[str, Any] = {"title": title}
    assert room_of(message) == room


def test_first_message_of_a_room_counts() -> None:
    heard = phone("Fall detected - h, 1", "Fall detected - h, 2", "Fall detected - h, 1")
    assert heard.first_messages() == {"h, 1": 0.0, "h, 2": 1.0}


def test_control_message_that_comes_twice_is_doubled_unless_it_says_so() -> None:
    fall = "Fall detected - h, 1"
    assert phone(fall, fall).doubled() == [fall]
    marked = phone(fall, f"[Resent] {fall}")
    assert (marked.doubled(), marked.resent()) == ([], 1)


def test_control_message_that_was_not_recorded_is_doubled_by_one_that_does_not_say_so() -> None:
    heard = phone("Fall detected - h, 1", "Fall detected - h, 1")
    heard._ntfy.messages[0]["message"] += f"\n{UNRECORDED}"
    assert (heard.doubled(), heard.unrecorded()) == (["Fall detected - h, 1"], 1)
