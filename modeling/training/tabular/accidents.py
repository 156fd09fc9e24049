"""Generated traffic accidents, in the form of those that the police record in Korea.

No accident of these has happened. ECLO (equivalent casualty loss only) is the sum over all who were
hurt of 10 for a death, 5 for a serious, 3 for a minor and 1 for a reported injury. The formula:

- 1 + Poisson(exp(c)) people are hurt, c being -0.9 and the CROWDS of the accident.
- The severity of each is a logistic variable around the sum of the HARMS of the accident: an injury
  below -1.2, minor below 2, serious below 6, and a death above (an ordered logit).
- A speed limit adds 0.03 for each km/h above 50, and on ice 0.015 more. A pedestrian at night adds
  0.6 to what both add alone.

Some cells are missing by chance: 2 % of the weather, 5 % of the speed limits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.training.tabular.settings import ACCIDENT_FEATURES
from modeling.training.tabular.table import Table, number, text, time

ROWS = 40_000
FIRST_DAY, DAYS = 18_993.0, 1096
"""From 2022-01-01 on, three years."""
WEIGHTS = (1.0, 3.0, 5.0, 10.0)
CUTS = (-1.2, 2.0, 6.0)
CROWD = -0.9
NIGHT = (22, 23, 0, 1, 2, 3, 4, 5)

SHARES: Mapping[str, Mapping[str, float]] = {
    "weather": {"clear": 0.78, "cloudy": 0.1, "rain": 0.09, "snow": 0.02, "fog": 0.01},
    "road_type": {
        "single_road": 0.46, "crossing": 0.42, "crosswalk": 0.07, "tunnel": 0.01, "bridge": 0.04,
    },
    "accident_type": {"vehicle_vehicle": 0.76, "vehicle_pedestrian": 0.19, "vehicle_alone": 0.05},
    "district": {"centre": 0.3, "residential": 0.34, "industrial": 0.16, "outskirts": 0.2},
}  # fmt: skip
SPEED_LIMITS = {30.0: 0.25, 50.0: 0.45, 60.0: 0.15, 80.0: 0.1, 100.0: 0.05}
SURFACES: Mapping[str, Mapping[str, float]] = {
    "rain": {"wet": 0.95, "dry": 0.05},
    "snow": {"icy": 0.5, "wet": 0.3, "snowy": 0.2},
    "fog": {"wet": 0.4, "dry": 0.6},
}
DRY: Mapping[str, float] = {"dry": 0.96, "wet": 0.035, "icy": 0.005}

HARMS: Mapping[str, float] = {
    "rain": 0.2, "snow": 0.2, "fog": 0.8,
    "wet": 0.2, "icy": 0.6, "snowy": 0.3,
    "crosswalk": 0.4, "tunnel": 0.6, "bridge": 0.3,
    "vehicle_pedestrian": 1.6, "vehicle_alone": 0.9,
    "industrial": 0.3, "outskirts": 0.6,
    "night": 0.7,
}  # fmt: skip
CROWDS: Mapping[str, float] = {
    "vehicle_pedestrian": -2.5, "vehicle_alone": -1.2, "crossing": 0.2, "weekend": 0.4,
}  # fmt: skip


def generate_accidents(seed: int = 0, rows: int = ROWS) -> Table:
    """Accidents in the order of their days, with their ECLO."""
    rng = np.random.default_rng(seed)
    day = np.sort(rng.integers(0, DAYS, rows)) + FIRST_DAY
    known: dict[str, NDArray[Any]] = {name: _drawn(rng, of, rows) for name, of in SHARES.items()}
    known["road_surface"] = _surfaces(rng, known["weather"])
    known["hour"] = rng.choice(24, rows, p=_hours()).astype(np.float64)
    known["weekday"] = (day + 3.0) % 7.0 + 1.0  # 1970 began on a Thursday
    known["speed_limit"] = rng.choice(list(SPEED_LIMITS), rows, p=list(SPEED_LIMITS.values()))
    eclo = _drawn_eclo(rng, _harm(known), _crowd(known))
    known["weather"][rng.random(rows) < 0.02] = None
    known["speed_limit"][rng.random(rows) < 0.05] = np.nan
    columns = {
        name: (number if known[name].dtype.kind == "f" else text)(known[name])
        for name in ACCIDENT_FEATURES
    }
    return Table({"day": time(day), **columns, "eclo": number(eclo)})


def expected_eclo(table: Table) -> NDArray[np.float64]:
    """(N,) what the formula says on average; what is missing counts as a clear day and 50 km/h."""
    known = {name: table.column(name).cells for name in ACCIDENT_FEATURES}
    known["speed_limit"] = np.nan_to_num(known["speed_limit"], nan=50.0)
    harm, crowd = _harm(known), _crowd(known)
    above = np.stack([np.ones(len(harm)), *(1.0 / (1.0 + np.exp(cut - harm)) for cut in CUTS)])
    of_one = np.diff((0.0, *WEIGHTS)) @ above
    return np.asarray((1.0 + np.exp(crowd)) * of_one)


def _drawn_eclo(
    rng: np.random.Generator, harm: NDArray[np.float64], crowd: NDArray[np.float64]
) -> NDArray[np.float64]:
    hurt = 1 + rng.poisson(np.exp(crowd))
    accident = np.repeat(np.arange(len(hurt)), hurt)
    severity = np.searchsorted(CUTS, harm[accident] + rng.logistic(size=len(accident)))
    return np.bincount(accident, np.asarray(WEIGHTS)[severity]).astype(np.float64)


def _harm(known: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
    night, walks = np.isin(known["hour"], NIGHT), known["accident_type"] == "vehicle_pedestrian"
    above = known["speed_limit"] - 50.0
    icy = known["road_surface"] == "icy"
    harm = (0.03 + 0.015 * icy) * above + 0.6 * (night & walks) + HARMS["night"] * night
    return np.asarray(harm + _summed(known, HARMS))


def _crowd(known: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
    weekend = np.where(known["weekday"] >= 6.0, CROWDS["weekend"], 0.0)
    return CROWD + weekend + _summed(known, CROWDS)


def _summed(known: Mapping[str, NDArray[Any]], effects: Mapping[str, float]) -> NDArray[np.float64]:
    """What the words among the cells add."""
    words = (*SHARES, "road_surface")
    total: NDArray[np.float64] = np.zeros(len(known["hour"]))
    for name in words:
        total += np.array([effects.get(cell, 0.0) for cell in known[name]])
    return total


def _surfaces(rng: np.random.Generator, weather: NDArray[Any]) -> NDArray[Any]:
    surface = np.empty(len(weather), dtype=object)
    for name in SHARES["weather"]:
        there = weather == name
        surface[there] = _drawn(rng, SURFACES.get(name, DRY), int(there.sum()))
    return surface


def _drawn(rng: np.random.Generator, shares: Mapping[str, float], rows: int) -> NDArray[Any]:
    return rng.choice(np.array(list(shares), dtype=object), rows, p=list(shares.values()))


def _hours() -> Sequence[float]:
    """More by day, most in the evening."""
    hours = np.arange(24)
    evening = 2.0 * np.exp(-(((hours - 18) / 4.0) ** 2))
    shares = 1.0 + evening + np.exp(-(((hours - 9) / 3.0) ** 2))
    return list(shares / shares.sum())
