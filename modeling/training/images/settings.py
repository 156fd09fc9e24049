"""What a training run of an image model may vary; free of torch, so that `--help` works."""

from dataclasses import dataclass, replace

from modeling.training.settings import LoopSettings


@dataclass(frozen=True)
class ImageSettings(LoopSettings):
    """The defaults that both tasks share."""

    pictures: int = 4096
    """Pictures drawn in an epoch: each class as often, and in it each group as often."""
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
