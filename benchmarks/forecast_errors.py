"""How well the next days would have been known: `uv run python -m benchmarks.forecast_errors`.

Generated histories of daily figures: usual weekdays with noise, and no trend. Of each the seven
days that follow are forecast, after so many days: how often they came within the interval, and the
mean absolute error beside that of the same weekday a week before.
"""

from typing import Annotated

import numpy as np
import typer

from backend.tools.household.basis.forecasting import (
    INTERVAL_PERCENT,
    WEEK,
    Numbers,
    forecast,
    naive,
)

AFTER_DAYS = (28, 56, 133, 365)
USUAL = (3.0, 3.0, 3.0, 3.0, 3.0, 8.0, 1.0)
NOISE = 0.5


def main(
    histories: Annotated[int, typer.Option(help="How many, each with noise of its own.")] = 100,
) -> None:
    """Forecast, and say what came."""
    for days in AFTER_DAYS:
        said = np.array([tried(days, seed) for seed in range(histories)])
        held, error, naive_error = said.mean(axis=0)
        print(  # noqa: T201
            f"after {days:3} days: {100 * held:.0f} % within the interval of {INTERVAL_PERCENT} %, "
            f"error {error:.2f}, naive {naive_error:.2f} ({histories * WEEK} days)"
        )


def tried(days: int, seed: int) -> tuple[float, float, float]:
    """Which share of a week came within the interval, and both methods' errors."""
    history, came = np.split(generated(days + WEEK, seed), [days])
    found = forecast(history, WEEK)
    held = (found.low <= came) & (came <= found.high)
    error = np.abs(found.values - came).mean()
    return float(held.mean()), float(error), float(np.abs(naive(history, WEEK) - came).mean())


def generated(days: int, seed: int) -> Numbers:
    """Usual weekdays with noise."""
    noise = np.random.default_rng(seed).normal(0, NOISE, days)
    return np.resize(USUAL, days) + noise


if __name__ == "__main__":
    typer.run(main)
