"""Parameters of media types."""

import pytest

from backend.http.media_type import parameters_of


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/x-npy", {}),
        ("", {}),
        ("a/b; aspect=1.5;camera=hall", {"aspect": "1.5", "camera": "hall"}),
        ('a/b;charset=binary; Aspect = "2"', {"charset": "binary", "aspect": "2"}),
        ('a/b; aspect; x="; y=a=b;', {"aspect": "", "x": '"', "y": "a=b", "": ""}),
    ],
)
def test_parameters_are_read_by_their_names(content_type: str, expected: dict[str, str]) -> None:
    assert parameters_of(content_type) == expected
