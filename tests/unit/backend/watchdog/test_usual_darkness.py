"""A room that is dark each night is told once; one that is dark at another hour always is."""

import pytest

from backend.watchdog.conditions import Condition, Finding, Findings
from backend.watchdog.usual_darkness import Nights

HOUR = 3600.0
DARK = Condition("camera_dark", "거실")
FOUND = Finding("gives a picture that is dark")


def dark(nights: Nights, begin: float, end: float, camera: str = "거실") -> list[Finding | None]:
    """What is made of darkness from hour `begin` to hour `end`, every 5 minutes."""
    condition = Condition("camera_dark", camera)
    rounds = range(round((end - begin) * 12))
    times = [begin * HOUR + number * 300.0 for number in rounds]
    return [nights.excuse({condition: FOUND}, time)[condition] for time in times]


def test_first_night_is_found_and_the_next_ones_are_not() -> None:
    nights = Nights()
    assert set(dark(nights, 22, 31)) == {FOUND}
    assert set(dark(nights, 46, 55)) == {None}
    assert set(dark(nights, 70, 79)) == {None}


def test_night_may_come_and_go_two_hours_earlier_or_later() -> None:
    nights = Nights()
    dark(nights, 22, 31)
    assert set(dark(nights, 44, 56.5)) == {None}


def test_darkness_at_another_hour_is_found() -> None:
    nights = Nights()
    dark(nights, 22, 31)
    assert set(dark(nights, 36, 37)) == {FOUND}


def test_night_that_does_not_end_is_found_in_the_morning() -> None:
    nights = Nights()
    dark(nights, 22, 31)
    said = dark(nights, 46, 60)
    assert said.index(FOUND) == pytest.approx((57 - 46) * 12, abs=2)
    assert set(said[said.index(FOUND) :]) == {FOUND}


def test_somebody_who_puts_the_light_on_for_a_moment_does_not_end_the_night() -> None:
    nights = Nights()
    dark(nights, 22, 26)
    dark(nights, 26.2, 31)
    assert set(dark(nights, 46, 55)) == {None}


def test_moment_of_darkness_is_no_night() -> None:
    nights = Nights()
    dark(nights, 12, 12.5)
    assert set(dark(nights, 36, 40)) == {FOUND}


def test_night_that_was_skipped_is_forgotten() -> None:
    nights = Nights()
    dark(nights, 22, 31)
    assert set(dark(nights, 70, 79)) == {FOUND}


def test_each_camera_has_nights_of_its_own() -> None:
    nights = Nights()
    dark(nights, 22, 31, camera="현관")
    assert set(dark(nights, 46, 55)) == {FOUND}


def test_what_else_is_found_stays_as_it_is() -> None:
    nights = Nights()
    dark(nights, 22, 31)
    covered = Condition("camera_covered", "거실")
    unknown = Condition("camera_frozen", "거실")
    findings: Findings = {DARK: FOUND, covered: FOUND, unknown: None}
    excused = Nights.excuse(nights, findings, 46 * HOUR)
    assert excused == {DARK: None, covered: FOUND, unknown: None}
