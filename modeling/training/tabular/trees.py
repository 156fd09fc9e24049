"""One fit of LightGBM's trees, the same bytes for the same rows and settings."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from modeling.training.tabular.folds import Mask
from modeling.training.tabular.material import Material
from modeling.training.tabular.settings import TabularSettings

if TYPE_CHECKING:
    from lightgbm import Booster


def fit_trees(material: Material, settings: TabularSettings, rows: Mask) -> "Booster":
    """Learn from the `rows`, with one thread."""
    import lightgbm  # megabytes, for who learns

    categories = [i for i, each in enumerate(material.features) if each.kind == "category"]
    lessons = lightgbm.Dataset(
        material.matrix[rows],
        material.target[rows],
        feature_name=[f"f{index}" for index in range(len(material.features))],
        categorical_feature=categories,
        params={"verbose": -1},
    )
    return lightgbm.train(_parameters(material, settings), lessons, settings.trees)


def raw_of(booster: "Booster", matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) the sums of the leaves: values, or log-odds."""
    return np.asarray(booster.predict(matrix, raw_score=True, num_threads=1))


def _parameters(material: Material, settings: TabularSettings) -> dict[str, object]:
    return {
        "objective": "regression" if settings.kind == "value" else "binary",
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least_in_leaf,
        "learning_rate": settings.learning_rate,
        "monotone_constraints": [feature.monotone for feature in material.features],
        "monotone_constraints_method": "intermediate",
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }
