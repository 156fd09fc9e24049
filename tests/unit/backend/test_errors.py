"""Errors in words."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from backend.errors import describe, shown


def description(type_: Any, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(type_).validate_python(value, strict=True)
    return describe(caught.value)


def test_place_and_expectation_are_named() -> None:
    assert description(dict[str, int], {"a": "x"}) == "a: Input should be a valid integer"
    assert description(list[dict[str, int]], [{}, {"a": "x"}]).startswith("1.a: ")


def test_whole_body_is_called_so() -> None:
    assert description(int, "x") == "body: Input should be a valid integer"


def test_three_places_are_named_and_the_rest_is_counted() -> None:
    described = description(list[int], ["x"] * 5)
    assert described.count("Input should be a valid integer") == 3
    assert described.endswith(" (and 2 more)")
    assert "more" not in description(list[int], ["x"] * 3)


def test_what_was_sent_is_not_repeated() -> None:
    assert "s3cr3t" not in description(list[int], ["s3cr3t"])
    assert len(description(dict[str, int], {"k" * 10_000: "x"})) < 200


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/incidents/5f3a", "/incidents/5f3a"),
        ("/answer/eyJhbGciOi.eyJpbmNpZGVudF9p.c2ln", "/answer/…"),
        ("/invitation/b6YkXq3", "/invitation/…"),
        ("/answer/\nwith/lines\nof its own", "/answer/…"),
        ("/answer/", "/answer/"),
        ("/" + "x" * 300, "/" + "x" * 99 + "…"),
    ],
)
def test_code_that_opens_something_is_not_shown(path: str, expected: str) -> None:
    assert shown(path) == expected
