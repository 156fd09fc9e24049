"""Held-out pictures, each judged by the network that never saw its group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from torch import nn

from modeling.training.evaluate.by_picture import ImageFigures, image_figures
from modeling.training.evaluate.class_weights import choose_weights, weighed
from modeling.training.evaluate.intervals import Rate
from modeling.training.export.formats import in_blocks, torch_scores
from modeling.training.images.network import scorer
from modeling.training.images.pictures import Pictures

PREDICTIONS_NAME = "predictions.npz"
AT_ONCE = 256
"""Pictures that are scored together."""


@dataclass(frozen=True)
class Judged:
    """Pictures, the (N,) folds that held them out, and their (N, L) probabilities."""

    labels: Sequence[str]
    pictures: Pictures
    folds: NDArray[np.str_]
    probabilities: NDArray[np.float32]

    @classmethod
    def by(
        cls,
        networks: Mapping[str, nn.Module],
        held_out: Mapping[str, frozenset[str]],
        pictures: Pictures,
        labels: Sequence[str],
    ) -> Self:
        """Let the network of each fold score what was held out from it."""
        folds = np.full(len(pictures), "", dtype="U16")
        probabilities = np.zeros((len(pictures), len(labels)), dtype=np.float32)
        for fold, network in networks.items():
            rows = np.isin(pictures.groups, list(held_out[fold]))
            folds[rows] = fold
            score = partial(torch_scores, scorer(network))
            probabilities[rows] = in_blocks(score, pictures.inputs[rows], AT_ONCE)
        return cls(labels, pictures, folds, probabilities)

    def weights(self, held_out: str = "") -> NDArray[np.float32]:
        """The (L,) class weights that the pictures of all other folds choose."""
        known = (self.pictures.truth >= 0) & (self.folds != held_out)
        return choose_weights(self.pictures.truth[known], self.probabilities[known])

    def weighed_by(self, judged: "Judged") -> "Judged":
        """The same, each fold with the weights that the other folds of `judged` choose."""
        weights = {str(fold): judged.weights(str(fold)) for fold in np.unique(self.folds)}
        by_picture = np.stack([weights[str(fold)] for fold in self.folds])
        return replace(self, probabilities=weighed(self.probabilities, by_picture))

    @property
    def told(self) -> NDArray[np.int64]:
        """The (N,) likeliest labels."""
        likeliest: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return likeliest

    def figures(self) -> ImageFigures:
        """Figures over the pictures whose truth is known."""
        known = self.pictures.truth >= 0
        truth, groups = self.pictures.truth[known], self.pictures.groups[known]
        return image_figures(self.labels, truth, self.told[known], groups)

    def right_by_kind(self) -> dict[str, Rate]:
        """How many pictures of each kind were told as what they are."""
        right = self.told == self.pictures.truth
        kinds = self.pictures.kinds
        return {
            str(kind): Rate.over_groups(
                list(zip(self.pictures.groups[kinds == kind], right[kinds == kind], strict=True))
            )
            for kind in np.unique(kinds)
        }

    def save(self, folder: Path) -> None:
        """Write `predictions.npz`, plain arrays: what was said of the frames, not the pictures."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            folder / PREDICTIONS_NAME,
            labels=np.array(self.labels),
            clips=self.pictures.clips,
            frames=self.pictures.frames,
            truth=self.pictures.truth,
            folds=self.folds,
            probabilities=self.probabilities,
        )
