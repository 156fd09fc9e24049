"""Two camera boxes under one name, and what is none of it."""

from collections.abc import Callable

import pytest

from backend.events.journal.record import Record
from backend.watchdog.beats import beats_of
from backend.watchdog.sessions import Sessions

MakeBeat = Callable[..., Record]
Speak = Callable[..., Sessions]

SILENT_AFTER = 40.0


@pytest.fixture
def speak(make_beat: MakeBeat) -> Speak:
    """Sessions after those of `order` have spoken, `every` seconds; `A!` says good-bye."""

    def run(order: str, every: float = 1.5) -> Sessions:
        sessions = Sessions()
        for number, name in enumerate(order.split()):
            state = "stopped" if name.endswith("!") else "watching"
            beat = make_beat(session_id=name.removesuffix("!"), state=state)
            sessions.note(*beats_of([beat], number * every))
        return sessions

    return run


@pytest.mark.parametrize(
    "order",
    [
        "A B A B A",
        "A A B A B A",
        "A B B A A B A",
        "A A A A B A A A A B A",
        # One of them is restarted again and again.
        "A B A C A D A",
    ],
)
def test_sessions_that_take_turns_are_two_boxes(speak: Speak, order: str) -> None:
    assert speak(order).are_two(len(order.split()) * 1.5, SILENT_AFTER)


@pytest.mark.parametrize(
    "order",
    [
        "A A A A",
        "A A A! B B B",
        # Killed and started again, for as long as one likes.
        "A A B B C C D D",
        "A B C D E F G H I J K L M N O P",
        # What was on its way when it was killed.
        "A A B A B B B",
    ],
)
def test_restart_is_no_second_box(speak: Speak, order: str) -> None:
    assert not speak(order).are_two(len(order.split()) * 1.5, SILENT_AFTER)


def test_second_box_is_missed_when_it_is_not_heard_any_more(speak: Speak) -> None:
    sessions = speak("A B A B A B A A A A A A A A A A A A A A A A A A A", every=3.0)
    assert sessions.are_two(15.0 + SILENT_AFTER, SILENT_AFTER)
    assert not sessions.are_two(15.1 + SILENT_AFTER, SILENT_AFTER)
    assert not sessions.one_said_good_bye


def test_second_box_that_is_stopped_in_good_order_has_said_so(speak: Speak) -> None:
    sessions = speak("A B A B A B! A A A")
    assert not sessions.are_two(14.0, SILENT_AFTER)
    assert sessions.one_said_good_bye
    # A good-bye from before there were two is not theirs.
    assert not speak("Z! A B A B A B").one_said_good_bye


def test_who_does_not_say_which_session_it_is_is_one(make_beat: MakeBeat) -> None:
    sessions = Sessions()
    for beat in beats_of([make_beat() for _ in range(10)], 0.0):
        sessions.note(beat)
    assert not sessions.are_two(0.0, SILENT_AFTER)
