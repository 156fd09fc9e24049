"""What trees have to be better than: what is so on average, and a line."""

import numpy as np
from numpy.typing import NDArray

from modeling.training.tabular.folds import Fold
from modeling.training.tabular.material import Material
from modeling.training.tabular.settings import TabularSettings

Numbers = NDArray[np.float64]


def mean_answers(material: Material, fold: Fold) -> Numbers:
    """(H,) for each row held out the mean of what is learnt from: a share, of yes and no."""
    return np.full(int(fold.held_out.sum()), material.target[fold.learnt].mean())


def linear_answers(material: Material, settings: TabularSettings, fold: Fold) -> Numbers:
    """(H,) what a linear or logistic regression says of each row held out."""
    from sklearn.linear_model import LogisticRegression, Ridge  # seconds to import

    inputs = _inputs(material, fold)
    learnt, truth, held_out = inputs[fold.learnt], material.target[fold.learnt], fold.held_out
    if settings.kind == "value":
        return np.asarray(Ridge().fit(learnt, truth).predict(inputs[held_out]))
    fitted = LogisticRegression(max_iter=1000).fit(learnt, truth)
    return np.asarray(fitted.predict_proba(inputs[held_out])[:, 1])


def _inputs(material: Material, fold: Fold) -> Numbers:
    """(N, D) numbers without unit, the mean where they are missing, and each category as 0 or 1."""
    columns = []
    for index, feature in enumerate(material.features):
        cells = material.matrix[:, index]
        if feature.kind == "category":
            columns += [cells == code for code in range(len(feature.categories))]
            continue
        known = cells[fold.learnt & np.isfinite(cells)]
        spread = known.std() if len(known) else 0.0
        standard = (cells - (known.mean() if len(known) else 0.0)) / (spread or 1.0)
        columns.append(np.nan_to_num(standard))
    return np.column_stack(columns).astype(np.float64)
