"""How lines of several servers become messages of the database, and lines again."""

import pytest

from backend.cluster.wire import MAX_BYTES, MAX_WAITING, Wire

OWN, OTHER = "server-a", "server-b"


@pytest.fixture
def heard() -> list[list[str]]:
    return []


@pytest.fixture
def wire(heard: list[list[str]]) -> Wire:
    def connect() -> None:
        raise AssertionError("nobody speaks or listens here")

    return Wire(OWN, connect, heard.append)  # type: ignore[arg-type]


def texts(wire: Wire) -> list[str]:
    found = []
    while text := wire._next_text():
        found.append(text)
    return found


def test_lines_go_together_in_their_order_as_many_as_fit(wire: Wire) -> None:
    lines = [f"event {number} {'가' * 300}" for number in range(20)]
    wire.say(lines)
    found = texts(wire)
    assert len(found) > 1
    assert all(len(text.encode()) <= MAX_BYTES for text in found)
    assert [line for text in found for line in text.split("\n")[1:]] == lines
    assert {text.split("\n")[0] for text in found} == {OWN}
    assert wire.unsaid == 0


def test_longest_line_fits_and_a_longer_one_is_counted(wire: Wire) -> None:
    longest = "x" * (MAX_BYTES - len(OWN) - 1)
    wire.say([longest, longest + "x", "short"])
    assert texts(wire) == [f"{OWN}\n{longest}", f"{OWN}\nshort"]
    assert wire.unsaid == 1


def test_of_too_many_lines_the_oldest_are_dropped_and_counted(wire: Wire) -> None:
    wire.say(str(number) for number in range(MAX_WAITING + 3))
    assert wire.unsaid == 3
    assert texts(wire)[0].split("\n")[1] == "3"


def test_what_another_server_said_is_heard(wire: Wire, heard: list[list[str]]) -> None:
    wire._take(f"{OTHER}\npeople 1\nsession 2")
    assert heard == [["people 1", "session 2"]]


def test_what_this_server_said_itself_is_not_heard(wire: Wire, heard: list[list[str]]) -> None:
    wire._take(f"{OWN}\npeople 1")
    wire._take(OTHER)
    assert heard == []
