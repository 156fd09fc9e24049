"""The plan of simulated homes: the same for the same seed, and as its shares say."""

from testkit.simulated_boxes.plan import ClockError, Planner, Shares, SimulatedBox, Span

HOUR = 3600.0


def boxes(shares: Shares) -> list[SimulatedBox]:
    return [box for home in Planner(HOUR, 1, shares).homes(200, 40) for box in home.boxes]


def test_same_seed_gives_the_same_homes() -> None:
    homes = Planner(HOUR).homes(100, 40)
    assert homes == Planner(HOUR).homes(100, 40)
    assert homes != Planner(HOUR, seed=2).homes(100, 40)
    assert [len(home.boxes) for home in homes] == [40, 40, 20]
    names = [box.name for box in homes[0].boxes]
    assert len(set(names)) == len(names)


def test_shares_are_kept() -> None:
    found = boxes(Shares(falls=0.5, in_sight=0.3, outages=0.2, wrong_clocks=0.1))
    assert 80 < sum(box.fall is not None for box in found) < 120
    assert 20 < sum(bool(box.outages) for box in found) < 60
    assert 8 < sum(bool(box.clock) for box in found) < 35
    seen = [min(span.ends, HOUR) - span.begins for box in found for span in box.in_sight]
    assert 0.25 < sum(seen) / HOUR / len(found) < 0.35


def test_falls_end_within_the_run_and_last_seconds() -> None:
    falls = [box.fall for box in boxes(Shares(falls=1.0, still_down=0.5)) if box.fall]
    assert len(falls) == 200
    assert all(0 < fall.begins < fall.ends < HOUR for fall in falls)
    assert 70 < sum(fall.still_down > 0 for fall in falls) < 130


def test_nothing_happens_where_no_share_has_anything() -> None:
    none = Shares(falls=0, still_down=0, in_sight=0, outages=0, wrong_clocks=0)
    assert all(box == SimulatedBox(box.name) for box in boxes(none))


def test_clock_is_wrong_by_the_last_error_that_has_begun() -> None:
    box = SimulatedBox("a", clock=(ClockError(0.0, 300.0), ClockError(50.0, -20.0)))
    assert [box.ahead_sec(at) for at in (0.0, 49.9, 50.0)] == [300.0, 300.0, -20.0]
    assert SimulatedBox("b").ahead_sec(10.0) == 0.0


def test_box_is_away_within_its_outages() -> None:
    box = SimulatedBox("a", outages=(Span(10.0, 20.0),))
    assert [box.is_away(at) for at in (9.9, 10.0, 19.9, 20.0)] == [False, True, True, False]
