"""What a training run of an image model may vary; free of torch, so that `--help` works."""

from dataclasses import dataclass

from modeling.training.settings import LoopSettings


@dataclass(frozen=True)
class ImageSettings(LoopSettings):
    """The defaults that the tasks share."""

    pictures: int = 4096
    """Pictures drawn in an epoch: each class as often, and in it each group as often."""
    takes: int = 4
    """Times that the generator goes over each clip."""
    clips_a_room: int | None = None
    """Clips of each room, if fewer than all; for a dry run."""


POSTURE = ImageSettings(epochs=72)
CAMERA_HEALTH = ImageSettings(epochs=48, takes=3)
OWN_LABELS = ImageSettings(folds=3, epochs=12, batch_size=32, pictures=1024)
