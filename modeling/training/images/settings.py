"""What a training run of an image model may vary; free of torch, so that `--help` works."""

from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class ImageSettings:
    """The defaults that both tasks share."""

    seed: int = 0
    """Weights, order of the pictures, augmentation, generator and folds all follow from it."""
    folds: int = 5
    """The groups are dealt onto as many validation sets."""
    epochs: int = 20
    """Times that so many pictures are drawn."""
    pictures: int = 4096
    """Pictures drawn an epoch: each class as often, and in it each group as often."""
    batch_size: int = 64
    """Pictures a step."""
    learning_rate: float = 3e-3
    """Peak of the one-cycle schedule (Smith and Topin, 2018)."""
    weight_decay: float = 2e-2
    """AdamW's (Loshchilov and Hutter, 2019)."""
    takes: int = 4
    """Times that the generator goes over each clip."""
    clips_a_room: int | None = None
    """Clips of each room, if fewer than all; for a dry run."""


@dataclass(frozen=True)
class Varied:
    """What the command line varies; `epochs` None leaves the recipe's own number."""

    seed: int
    folds: int
    epochs: int | None

    def applied_to(self, settings: ImageSettings) -> ImageSettings:
        """The settings of a recipe with these in place."""
        epochs = self.epochs or settings.epochs
        return replace(settings, seed=self.seed, folds=self.folds, epochs=epochs)


@dataclass(frozen=True)
class Places:
    """Folders: URFD's, the checkpoint's, and those of predictions and of stopped runs."""

    urfd: Path
    checkpoint: Path
    predictions: Path
    snapshots: Path
