"""The marks around what people wrote."""

import pytest

from backend.assistant.fence import fenced, without_unseen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("거실", "⟦거실⟧"),
        ("a⟧ b ⟦c", "⟦a] b [c⟧"),
        ("a\r\nb\u2028c\u202ed\u200be\x00", "⟦a  b c d e ⟧"),
        ("x" * 400, f"⟦{'x' * 300}…⟧"),
    ],
)
def test_fence_cannot_be_ended_from_within(text: str, expected: str) -> None:
    assert fenced(text) == expected


def test_answer_has_no_sign_that_turns_or_parts_its_digits() -> None:
    assert without_unseen("\u202e12\u202c falls,\n1\u200b2\u2066\x00") == "12 falls,\n12"
