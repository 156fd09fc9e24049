"""The language that a browser asks for."""

import pytest

from backend.web.language import accepted


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("en-GB,en;q=0.9,ko;q=0.3", "en"),
        ("de-DE,de;q=0.9,ko;q=0.5,en;q=0.7", "en"),
        ("de", None),
        ("ko;q=0", None),
        ("", None),
        ("*;;q=,ko;q=x", None),
    ],
)
def test_the_one_of_ours_that_is_wanted_most_is_taken(header: str, language: str | None) -> None:
    assert accepted(header) == language
