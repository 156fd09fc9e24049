"""The body of a question to a row."""

import json

import pytest

from backend.errors import InvalidInput, NotJson
from backend.tabular.row import row_of
from contract.tabular import TabularFeature

FEATURES = {
    it.name: it
    for it in (
        TabularFeature(name="weather", kind="category", categories=("clear", "비")),
        TabularFeature(name="speed", kind="number", low=20.0, high=110.0),
    )
}


@pytest.mark.parametrize(
    "row",
    [
        {"weather": "clear", "speed": 60},
        {"weather": "우박", "speed": -1e300},
        {"weather": None},
        {"speed": True, "weather": ""},
        {"speed": 59.5},
    ],
)
def test_row_comes_as_it_was_sent(row: dict[str, object]) -> None:
    read = row_of(json.dumps(row).encode(), FEATURES)
    assert read == row
    assert [type(cell) for cell in read.values()] == [type(cell) for cell in row.values()]


def test_whole_number_that_a_float_has_no_room_for_becomes_one() -> None:
    assert row_of(b'{"speed": 9007199254740993}', FEATURES) == {"speed": float(2**53)}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("[]", "body: expected an object with weather, speed"),
        ("{}", "body: expected an object with weather, speed"),
        ("3", "body: expected an object with weather, speed"),
        ('{"sped": 60}', "sped: expected only weather, speed"),
        ('{"a":1,"b":1,"c":1,"d":1}', "a, b, c, …: expected only weather, speed"),
        ('{"speed": "60"}', "speed: expected a number, or null where it is not known, got a text"),
        ('{"speed": [60]}', "speed: expected a number, or null where it is not known, got a list"),
        ('{"speed": {}}', "got an object"),
        ('{"weather": 3}', "weather: expected a text of at most 200 characters, such as clear, 비"),
        ('{"weather": true}', "got true or false"),
        ('{"weather": "' + "x" * 201 + '"}', "got one of 201"),
        ('{"speed": NaN}', "expected finite numbers"),
        ('{"speed": 1e999}', "expected finite numbers"),
        ('{"speed": 1' + "0" * 400 + "}", "expected finite numbers"),
    ],
)
def test_what_is_no_row_is_refused_with_what_was_expected(body: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        row_of(body.encode(), FEATURES)
    assert said in refusal.value.message


def test_name_of_any_length_is_shortened_in_the_message() -> None:
    with pytest.raises(InvalidInput) as refusal:
        row_of(json.dumps({"x" * 10_000: 1}).encode(), FEATURES)
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"speed": 6'])
def test_what_is_no_json_is_said(body: bytes) -> None:
    with pytest.raises(NotJson):
        row_of(body, FEATURES)
