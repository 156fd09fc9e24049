"""How long a provider says that it is to be left alone."""

import pytest

from backend.providers.http import LONGEST_WAIT_SEC, seconds_of


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7.0), ("", 0.0), ("-7", 0.0), ("Mon, 30 Nov 2026 01:00:00 GMT", 0.0), ("٧", 0.0)],
)
def test_wait_is_what_the_header_says(said: str, seconds: float) -> None:
    assert seconds_of(said) == seconds


def test_wait_without_end_is_a_day() -> None:
    assert seconds_of("9" * 400) == LONGEST_WAIT_SEC
