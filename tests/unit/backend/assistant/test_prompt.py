"""What a model is told of its work."""

from datetime import date

from backend.assistant.prompt import instructions


def test_instructions_name_the_day_the_language_and_the_tables() -> None:
    whole = instructions("ko", date(2026, 11, 30), None)
    assert "Korean" in whole
    assert "2026-11-30, Monday" in whole
    assert all(f"\n{table}: " in whole for table in ("days", "hours", "incidents", "events"))
    one = instructions("en", date(2026, 11, 30), "hours")
    assert "\nincidents: " not in one
    assert "times_up_at_night" not in instructions("en", date(2026, 11, 30), "5f3a9c1e7b2d4608")
