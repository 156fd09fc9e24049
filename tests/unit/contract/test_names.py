"""What may stand in a name, and what a camera may be called."""

import pytest
from pydantic import TypeAdapter, ValidationError

from contract.names import CameraName, Line, Name, visible

NAME, CAMERA_NAME, LINE = (TypeAdapter[str](kind) for kind in (Name, CameraName, Line))

UNSEEN = [
    "\x00", "\n", "\r", "\x7f", "\x85", "\xad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4",
    "\u180e", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a",
    "\u202e", "\u2060", "\u2066", "\u2069", "\u206f", "\u2800", "\u3164", "\ufe00", "\ufeff",
    "\uffa0", "\ufff9", "\U000e0001", "\U000e0041", "\U000e01ef",
]  # fmt: skip


@pytest.mark.parametrize("kind", [NAME, CAMERA_NAME, LINE])
@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_cannot_be_seen_is_refused_with_its_number(
    kind: TypeAdapter[str], unseen: str
) -> None:
    for text in (unseen, f"거실{unseen}", f"{unseen}거실", f"거{unseen}실", f"👩{unseen}실"):
        with pytest.raises(ValidationError, match=rf"can be seen.*U\+{ord(unseen):04X}"):
            kind.validate_python(text)


@pytest.mark.parametrize("blank", [" ", "   ", "\u3000", "\u00a0 "])
def test_name_of_blanks_is_refused(blank: str) -> None:
    with pytest.raises(ValidationError, match="more than blanks"):
        NAME.validate_python(blank)


@pytest.mark.parametrize(
    "name",
    [
        "거실",
        "living room",
        "👩‍👩‍👧",
        "👩🏽‍🦳 방",
        "❤️‍🔥",
        "☎️",
        "e\u0301",
        "غرفة",
        "안방 (2층)",
        "x" * 128,
        "a\u00a0b",
    ],
)
def test_name_is_any_text_that_can_be_seen(name: str) -> None:
    assert CAMERA_NAME.validate_python(name) == visible(name).replace("a b", "a\u00a0b") == name


@pytest.mark.parametrize("name", ["server", "Server", " SERVER ", "ＳＥＲＶＥＲ", "server\u3000"])
def test_no_camera_is_called_as_the_server_is(name: str) -> None:
    assert NAME.validate_python(name) == name
    with pytest.raises(ValidationError, match="another name, since `server` is the server itself"):
        CAMERA_NAME.validate_python(name)


@pytest.mark.parametrize("name", ["server room", "servers", "home-server"])
def test_camera_may_have_a_name_that_is_like_it(name: str) -> None:
    assert CAMERA_NAME.validate_python(name) == name


def test_text_is_made_visible_on_one_line() -> None:
    assert visible("  거\u202e실\u2028\n 👩‍👧\ud800 ") == "거 실 👩‍👧"
    assert all(visible(f"a{unseen}b") == "a b" for unseen in UNSEEN)
