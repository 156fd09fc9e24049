from backend.record.floor import Lain
from contract.events import ON_FLOOR, STILL_DOWN


def lain(label: str = "fall", ended_at: float | None = 102.0, **known: object) -> Lain:
    values: dict[str, object] = {"seen": None, "verdict": None, "there_at": None}
    return Lain(label, 100.0, ended_at, **{**values, **known})  # type: ignore[arg-type]


def test_who_is_seen_up_lay_until_then() -> None:
    assert lain(seen="recovered").floor_sec() == 2.0
    assert lain(ON_FLOOR, 160.0).floor_sec() == 60.0


def test_end_of_a_fall_alone_says_nothing() -> None:
    assert lain().floor_sec() is None
    assert lain(STILL_DOWN, None).floor_sec() is None


def test_fall_lasts_until_the_end_of_what_came_of_it() -> None:
    assert lain().floor_sec([lain(STILL_DOWN, 400.0)]) == 300.0


def test_somebody_there_ends_it_if_nobody_was_seen_up_before() -> None:
    assert lain(there_at=190.0).floor_sec() == 90.0
    assert lain(there_at=190.0).floor_sec([lain(STILL_DOWN, 150.0)]) == 50.0
    assert lain(there_at=99.0).floor_sec() == 0.0


def test_nobody_lay_there() -> None:
    assert lain(seen="recovered", verdict="false_alarm").floor_sec() is None
    assert lain("running", seen="recovered").floor_sec() is None
