import pytest

from modeling.training.rates import Rate


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (0, 40, 0.0, 0.0876),
        (28, 30, 0.7868, 0.9815),
        (30, 30, 0.8865, 1.0),
        (5, 10, 0.2366, 0.7634),
    ],
)
def test_intervals_are_wilson_s(count, total, low, high):
    rate = Rate.of(count, total)
    assert (rate.low, rate.high) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


def test_nothing_counted_proves_nothing():
    assert (Rate.of(0, 0).low, Rate.of(0, 0).high) == (0.0, 1.0)


def test_a_rate_shows_its_counts_before_its_interval():
    assert str(Rate.of(28, 30)) == "28 of 30 (79% to 98%)"
