"""Whose poses a request is about: what is taken, and what is refused with what was expected."""

import pytest

from backend.errors import InvalidInput
from backend.http.media_type import parameters_of
from backend.poses.source import source_of
from contract.poses import PoseSource, source_parameters

RIGHT = {"camera": "hall", "at": "1.5", "people": "1"}


@pytest.mark.parametrize("camera_id", ["hall", "거실/창가 1", 'a; at=2="%+,', "aspect"])
def test_what_a_camera_box_says_is_read_as_it_was_meant(camera_id: str) -> None:
    said = source_parameters(camera_id, 1_795_939_200.1254, [4, 1])
    source = source_of(parameters_of(f"application/x-npy; aspect=1.5; {said}"))
    assert source == PoseSource(camera_id=camera_id, at=1_795_939_200.125, people=(4, 1))


def test_who_says_nothing_of_it_may() -> None:
    assert source_of(parameters_of("application/x-npy; aspect=1.5")) is None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("camera", "", "camera_id: String should have at least 1 character"),
        ("camera", "%ff", "camera: expected the name as percent-encoded UTF-8"),
        ("camera", "%00", "camera_id: expected characters that can be seen"),
        ("camera", "server", "camera_id: expected another name"),
        ("camera", "x" * 129, "camera_id: String should have at most 128 characters"),
        ("at", "nan", "at: expected seconds since 1970"),
        ("at", "-1", "at: expected seconds since 1970"),
        ("at", "1e9", "at: expected seconds since 1970"),
        ("at", "9" * 400, "at: expected seconds since 1970"),
        ("at", "999999999999", "at: Input should be less than or equal to"),
        ("people", "", "people: expected a number for each window"),
        ("people", "1_0", "people: expected a number for each window"),
        ("people", "\u00b2", "people: expected a number for each window"),
        ("people", "9" * 5000, "people: expected a number for each window"),
        ("people", "1+1", "people: expected another number for each window"),
        ("people", "0", "people.0: Input should be greater than or equal to 1"),
        ("people", "9" * 19, "people.0: Input should be less than"),
    ],
)
def test_what_cannot_be_is_refused(name: str, value: str, expected: str) -> None:
    with pytest.raises(InvalidInput, match=expected):
        source_of(RIGHT | {name: value})


@pytest.mark.parametrize("name", list(RIGHT))
def test_half_of_it_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="expected all of `camera`, `at` and `people`, or none"):
        source_of({key: value for key, value in RIGHT.items() if key != name})
