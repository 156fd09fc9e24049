"""Small tabular models, trained in a moment on numbers that nobody has measured."""

import hashlib
from pathlib import Path

import numpy as np

from modeling.tabular.checkpoint import (
    CARD_NAME,
    MODEL_NAME,
    Band,
    Calibration,
    Feature,
    Intervals,
    TabularSchema,
    Words,
    save_schema,
)

WEATHER = ("clear", "rain", "snow")
ROWS = 2000
FEATURES = (
    Feature(name="weather", kind="category", categories=WEATHER, missing=0.02),
    Feature(name="speed_limit", kind="number", low=20.0, high=110.0, unit="km/h"),
    Feature(name="hour", kind="number", low=0.0, high=23.0),
    Feature(name="lanes", kind="number", low=1.0, high=6.0),
    Feature(name="drivers", kind="number", low=1.0, high=9.0),
)
A_ROW = {"weather": "rain", "speed_limit": 60, "hour": 18, "lanes": 2, "drivers": 2}
REFUSAL = Words(
    ko="꾸며낸 집에서 배운 모델이라 답하지 않습니다. 실제 기록으로 학습하십시오.",
    en="it has learnt only from simulated households: train it on real data (POST /training)",
)


def make_model(
    folder: Path,
    name: str = "eclo",
    offset: float = 0.0,
    trees: int = 40,
    *,
    is_refused: bool = False,
) -> Path:
    """Train one in `folder`, whose answers are `offset` more; a refused one is a probability."""
    import lightgbm

    rng = np.random.default_rng(7)
    table = np.column_stack(
        [rng.integers(0, len(WEATHER), ROWS)]
        + [rng.integers(int(it.low or 0), int(it.high or 0) + 1, ROWS) for it in FEATURES[1:]]
    ).astype(float)
    value = table[:, 0] + table[:, 1] / 20 + rng.normal(0, 0.5, ROWS) + offset
    target = (value > np.median(value)).astype(float) if is_refused else value
    params = {
        "objective": "binary" if is_refused else "regression",
        "num_leaves": 8,
        "verbosity": -1,
        "deterministic": True,
        "num_threads": 1,
    }
    names = [it.name for it in FEATURES]
    data = lightgbm.Dataset(table, target, feature_name=names, categorical_feature=["weather"])
    folder.mkdir(parents=True)
    lightgbm.train(params, data, trees).save_model(folder / MODEL_NAME)
    digest = hashlib.sha256((folder / MODEL_NAME).read_bytes()).hexdigest()
    save_schema(folder, _schema(name, digest, target, is_refused=is_refused))
    (folder / CARD_NAME).write_text(f"# {name}\n\nMade for tests.\n", encoding="utf-8")
    return folder


def _schema(
    name: str,
    digest: str,
    target: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    *,
    is_refused: bool,
) -> TabularSchema:
    calibration = Calibration(slope=1.0, intercept=0.0) if is_refused else None
    intervals = Intervals(coverage=0.9, edges=(), low=(-1.0,), high=(1.0,))
    return TabularSchema(
        name=name,
        version=digest[:8],
        target="falls" if is_refused else "loss",
        kind="probability" if is_refused else "value",
        target_low=float(target.min()),
        target_high=float(target.max()),
        rows=ROWS,
        features=FEATURES,
        intervals=None if is_refused else intervals,
        calibration=calibration,
        bands=(
            Band(below=2.0, words=Words(ko="가벼움", en="slight")),
            Band(below=None, words=Words(ko="무거움", en="severe")),
        ),
        detail=Words(ko="시험용입니다.", en="Made for tests."),
        is_generated=True,
        shows_to_families=not is_refused,
        refusal=REFUSAL if is_refused else None,
        model_sha256=digest,
        metrics={},
    )


def make_models(folder: Path) -> Path:
    """Models of all recipes that ship, in folders by their names."""
    make_model(folder / "eclo")
    make_model(folder / "fall_risk", "fall_risk", is_refused=True)
    return folder
